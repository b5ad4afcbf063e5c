"""Keeps the overlay true to the open documents: what differs from the index is searched as it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.overlay import Overlay
    from dowse.index.upkeep import FolderUpkeep
    from dowse.workspace.documents import Documents

VECTOR_PATIENCE = 0.1
"""Seconds that a query waits for the vectors of what was typed just before it; the words answer without."""


class OpenTexts:
    """Puts open documents that the index does not hold as they stand into the overlay, and takes them out again."""

    def __init__(
        self,
        documents: Documents,
        overlay: Overlay,
        embed: Callable[[str, Sequence[str]], Future[Vectors]],
        models: Callable[[SpaceName], dict[str, str]],
    ) -> None:
        """``embed`` takes a model's spec and texts; ``models`` tells a space's models, fingerprint → spec."""
        self._documents = documents
        self._overlay = overlay
        self._embed = embed
        self._models = models
        self._marks = Lock()
        self._changed: set[str] = set()
        self._syncing = Lock()

    def mark(self, documents: Iterable[str]) -> None:
        """Say that these documents, or the files under them, have changed or have been closed."""
        with self._marks:
            self._changed.update(documents)

    def sync(self, folders: Sequence[FolderUpkeep], patience: float = VECTOR_PATIENCE) -> None:
        """Bring the overlay up to date with what was marked; then words find it, and vectors as soon as they are made."""
        with self._syncing:
            with self._marks:
                changed, self._changed = self._changed, set()
            for document in changed:
                self._place(document, folders)
            if changed:
                wait_for(self._request_vectors(), timeout=patience)

    def _place(self, document: str, folders: Sequence[FolderUpkeep]) -> None:
        opened = self._documents.get(document)
        owner = _owner(document, folders)
        if opened is None or (owner is None and folders and Path(document).is_absolute()):
            self._overlay.remove(document)  # closed, or a file from outside the workspace
            return
        path = document
        if owner is not None:
            path = Path(document).relative_to(owner.index.root).as_posix()
            record = owner.index.file(path)
            same = record is not None and record.digest == _digest(opened.text)
            if same or owner.rules.ignored(path, is_directory=False):
                self._overlay.remove(document)
                return
        folder = None if owner is None else str(owner.index.root)
        self._overlay.put(document, folder, path, chunk_text(path, opened.text, opened.language))

    def _request_vectors(self) -> list[Future[Vectors]]:
        requested = []
        for space in SpaceName:
            for fingerprint, spec in self._models(space).items():
                missing = self._overlay.missing(space, fingerprint)
                if not missing:
                    continue
                future = self._embed(spec, [each.text for each in missing])
                future.add_done_callback(self._storing(space, fingerprint, [each.digest for each in missing]))
                requested.append(future)
        return requested

    def _storing(self, space: SpaceName, fingerprint: str, digests: list[bytes]) -> Callable[[Future[Vectors]], None]:
        def store(future: Future[Vectors]) -> None:
            if not future.cancelled() and future.exception() is None:  # a failing model is the status's to tell
                self._overlay.add_vectors(space, fingerprint, digests, future.result())

        return store


def _owner(document: str, folders: Sequence[FolderUpkeep]) -> FolderUpkeep | None:
    owners = [each for each in folders if Path(document).is_relative_to(each.index.root)]
    return max(owners, key=lambda each: len(each.index.root.parts), default=None)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
