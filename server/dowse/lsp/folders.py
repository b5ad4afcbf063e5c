"""The workspace folders, under the names that the client has for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dowse.lsp import uris
from dowse.workspace.paths import path_within


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder: the client's URI and the real path, which differ where links are involved."""

    uri: str
    path: str


class WorkspaceFolders:
    """Owns the list of folders; reading is safe on any thread, for the list is replaced as a whole."""

    def __init__(self, real_path_of: Callable[[str], str | None]) -> None:
        """``real_path_of`` returns the one name of the folder that a URI names; None where it names none."""
        self._real_path_of = real_path_of
        self.all: tuple[Folder, ...] = ()

    def change(self, added: Iterable[str], removed: Iterable[str]) -> tuple[list[Path], list[Path]]:
        """Add and remove folders by URI; return the paths that came and went. URIs that are no files are left out.

        Reads the disk: not for the event loop.
        """
        before = {folder.path: folder for folder in self.all}
        after = dict(before)
        for uri in removed:
            if (folder := self.by_uri(uri)) is not None:
                after.pop(folder.path, None)
        for uri in added:
            if (path := self._real_path_of(uri)) is not None:
                after[path] = Folder(uri, path)
        self.all = tuple(after.values())
        return [Path(path) for path in after if path not in before], [
            Path(path) for path in before if path not in after
        ]

    @property
    def has_links(self) -> bool:
        """Whether the client names some folder by a link, or else spells its path in another way than the disk."""
        return any(uris.spelt_path(uris.path_of(each.uri) or each.path) != each.path for each in self.all)

    def follow_links(self, real_folder_of: Callable[[str], str | None]) -> tuple[list[Path], list[Path]]:
        """Look where each folder's name leads now; return the paths that came and went.

        ``real_folder_of`` returns the real path of a URI's folder; None where there is none. Reads the disk: not for
        the event loop.
        """
        before = self.paths
        self.all = tuple(Folder(each.uri, real_folder_of(each.uri) or each.path) for each in self.all)
        return [path for path in self.paths if path not in before], [path for path in before if path not in self.paths]

    @property
    def paths(self) -> list[Path]:
        """The folders' paths, in order."""
        return [Path(folder.path) for folder in self.all]

    def by_uri(self, uri: str) -> Folder | None:
        """Return the folder that the client calls ``uri``, however spelt. Reads the disk: not for the event loop."""
        for folder in self.all:
            if folder.uri == uri:
                return folder
        path = self._real_path_of(uri)
        return next((folder for folder in self.all if folder.path == path), None)

    def uri_of(self, path: str) -> str:
        """Return the URI of a file as the client would write it: below its folder's own URI."""
        owner = self.owner(path)
        if owner is None:
            return uris.uri_of(path)
        if owner.path == path:
            return owner.uri
        return f"{owner.uri.removesuffix('/')}/{uris.quote_path(self.relative(path, owner))}"

    def owner(self, path: str) -> Folder | None:
        """Return the innermost folder around ``path``."""
        around = [folder for folder in self.all if path_within(folder.path, path) is not None]
        return max(around, key=lambda folder: len(folder.path), default=None)

    @staticmethod
    def relative(path: str, folder: Folder) -> str:
        """Return ``path`` relative to ``folder``, which is around it, with ``/`` between its parts."""
        within = path_within(folder.path, path)
        assert within is not None
        return within
