"""Keeps the overlay true to the open documents: what differs from the index is searched as it stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.index.errors import IndexUnavailable
from dowse.index.records import text_digest

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.overlay import SharedOverlay
    from dowse.upkeep.folder import FolderUpkeep
    from dowse.upkeep.models import SpaceModels
    from dowse.workspace.documents import Documents

log = logging.getLogger(__name__)

ChunkText = Callable[[str, str, str | None], Sequence[Chunk]]

VECTOR_PATIENCE = 0.1
"""Seconds that a query waits for the vectors of what was typed just before it; the words answer without."""


class OpenTexts:
    """Puts open documents that the index does not hold as they stand into the overlay, and takes them out again."""

    def __init__(self, documents: Documents, overlay: SharedOverlay, chunk: ChunkText) -> None:
        """``chunk`` takes a path, a text and the language that the editor names."""
        self._chunk = chunk
        self._documents = documents
        self._overlay = overlay
        self._marks = Lock()
        self._changed: set[str] = set()
        self._syncing = Lock()
        self._answering: Mapping[SpaceName, Mapping[str, str]] = {}
        """The models of the last request for vectors: another one that takes over has none of what is open."""

    @property
    def opened(self) -> list[str]:
        """The documents that are open now."""
        return [each.document for each in self._documents.snapshot()]

    def mark(self, documents: Iterable[str]) -> None:
        """Say that these documents, or the files under them, have changed or have been closed."""
        with self._marks:
            self._changed.update(documents)

    def sync(self, folders: Sequence[FolderUpkeep], models: SpaceModels, max_size: int) -> None:
        """Bring the overlay up to date with what was marked; words find it then, vectors as soon as they are made.

        A text of more than ``max_size`` characters is left out, as a file of that size is.
        """
        with self._syncing:
            with self._marks:
                changed, self._changed = self._changed, set()
            for document in changed:
                try:
                    self._place(document, folders, max_size)
                except IndexUnavailable:
                    self.mark(changed)  # to take one in twice does no harm
                    raise
                except Exception:  # one document must not end the searches of all others
                    log.exception("an open document cannot be searched as it stands")
                    self._overlay.remove(document)
            indexes = [folder.index for folder in folders]
            answering = {space: models.serving(indexes, space) for space in SpaceName}
            if not changed and answering == self._answering:
                return
            self._answering = answering
            requested = self._request_vectors(answering, models)
            for future in wait_for(requested, timeout=VECTOR_PATIENCE).done:
                requested[future](future)  # a waiter may wake before the future's own callbacks have run

    def _place(self, document: str, folders: Sequence[FolderUpkeep], max_size: int) -> None:
        text = self._documents.text(document)
        owner = _owner(document, folders)
        if text is None or len(text) > max_size or (owner is None and folders and Path(document).is_absolute()):
            self._overlay.remove(document)  # closed, too large, or a file from outside the workspace
            return
        path = document
        if owner is not None:
            path = Path(document).relative_to(owner.index.root).as_posix()
            record = owner.index.file(path)
            same = record is not None and record.digest == text_digest(text)
            if same or owner.rules.ignored(path, is_directory=False):
                self._overlay.remove(document)
                return
        folder = None if owner is None else str(owner.index.root)
        self._overlay.put(document, folder, path, self._chunk(path, text, self._documents.language(document)))

    def _request_vectors(
        self, answering: Mapping[SpaceName, Mapping[str, str]], models: SpaceModels
    ) -> dict[Future[Vectors], Callable[[Future[Vectors]], None]]:
        requested = {}
        for space, serving in answering.items():
            for fingerprint, spec in serving.items():
                missing = self._overlay.current.missing(space, fingerprint)
                if not missing:
                    continue
                future = models.worker.embed_interactive(spec, [each.text for each in missing])
                store = self._storing(space, fingerprint, [each.digest for each in missing])
                future.add_done_callback(store)
                requested[future] = store
        return requested

    def _storing(self, space: SpaceName, fingerprint: str, digests: list[bytes]) -> Callable[[Future[Vectors]], None]:
        def store(future: Future[Vectors]) -> None:
            if not future.cancelled() and future.exception() is None:  # a failing model is the status's to tell
                vectors = dict(zip(digests, future.result(), strict=True))
                self._overlay.add_vectors(space, fingerprint, vectors)

        return store


def _owner(document: str, folders: Sequence[FolderUpkeep]) -> FolderUpkeep | None:
    owners = [each for each in folders if Path(document).is_relative_to(each.index.root)]
    return max(owners, key=lambda each: len(each.index.root.parts), default=None)
