"""The one object that owns a workspace. The language server and the command line are two faces of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from dowse.search.query import (
    IndexState,
    PartialResults,
    SearchAnswer,
    SearchRequest,
    SimilarAnswer,
    SimilarRequest,
)
from dowse.settings import Settings
from dowse.workspace.text import Edit as Edit


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """Counts of one workspace folder."""

    folder: str
    writable: bool
    """Whether this process writes the folder's index; otherwise another one does and this one reads."""
    files_total: int
    files_indexed: int
    chunks_total: int
    chunks_embedded: int
    skipped: dict[str, int]
    """Files left out, by :class:`~dowse.workspace.source.SkipReason`."""
    watching: str
    """``native``, ``polling`` or ``off``."""
    generation: int
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The model that serves a space."""

    space: str
    name: str
    dimensions: int
    device: str
    health: str
    """``ready``, ``loading``, or why it fails."""
    index: str
    """``hnsw``, or ``exact`` where hnswlib is not installed."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Everything a status line, ``dowse status`` and ``dowse doctor`` show."""

    state: IndexState
    folders: tuple[FolderStatus, ...]
    queue: int
    """Files that wait to be read and chunked, plus chunks that wait to be embedded."""
    models: tuple[ModelStatus, ...]
    last_error: str | None
    memory_bytes: int
    generation: int


@dataclass(frozen=True, slots=True)
class Message:
    """One thing the user should know and can act on; the same condition is reported once."""

    severity: str
    """``error``, ``warning`` or ``info``."""
    text: str


class Engine:
    """Indexes and searches a workspace of any number of folders, none included.

    Every method may be called from any thread. ``search`` and ``similar`` block for milliseconds and belong on a
    worker thread; all others return at once and leave the work to the engine's own threads. ``on_status`` and
    ``on_message`` are called on engine threads and must not block.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cache_dir: Path | None = None,
        on_status: Callable[[EngineStatus], None] = lambda status: None,
        on_message: Callable[[Message], None] = lambda message: None,
    ) -> None: ...

    def start(self, folders: Sequence[Path], *, watch: bool = True) -> None:
        """Open the folders' indexes, reconcile them with the disk and, with ``watch``, follow changes."""

    def change_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Add and remove workspace folders; a folder inside another owns its files."""

    def change_settings(self, settings: Settings) -> None:
        """Take new settings into force; what they leave unchanged is not done again."""

    def open_document(self, document: str, language: str, text: str) -> None:
        """Search this text instead of what the disk holds under ``document``, until it is closed.

        ``document`` is the absolute path of a file, or any other string for text that has no file (the URI of an
        untitled document or of a notebook's cell).
        """

    def change_document(self, document: str, edits: Sequence[Edit]) -> None:
        """Apply edits in order; each span is of the text after the edits before it."""

    def close_document(self, document: str) -> None:
        """Search the disk again."""

    def document_text(self, document: str) -> str | None:
        """Return the text of an open document, or None."""

    def files_changed(self, paths: Iterable[str]) -> None:
        """Say that these absolute paths (files or whole directories) were made, changed, renamed or deleted."""

    def reconcile(self) -> None:
        """Compare every folder with its index and take in what differs."""

    def rebuild(self) -> None:
        """Index every folder anew; vectors of unchanged texts are kept."""

    def search(
        self, request: SearchRequest, cancel: Event | None = None, partial: PartialResults | None = None
    ) -> SearchAnswer:
        """Answer a question. Raises ``Cancelled`` soon after ``cancel`` is set, ``ValueError`` for a bad request."""
        raise NotImplementedError

    def similar(
        self, request: SimilarRequest, cancel: Event | None = None, partial: PartialResults | None = None
    ) -> SimilarAnswer:
        """Find what resembles a place in a document; ``LookupError`` when the document cannot be read."""
        raise NotImplementedError

    def similar_in_memory(self, document: str, line: int, limit: int) -> SimilarAnswer | None:
        """Like ``similar`` for the definition whose name stands on ``line``, but only from vectors in memory.

        None when the line names no definition or its vector is not at hand: for hovers and lenses, which are absent
        rather than late.
        """
        raise NotImplementedError

    def status(self) -> EngineStatus:
        """Return the present state; never waits for work in progress."""
        raise NotImplementedError

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until nothing is queued; False when ``timeout`` seconds pass first."""
        raise NotImplementedError

    def stop(self, timeout: float = 1.5) -> None:
        """End all threads and commit what is complete, within ``timeout`` seconds. Safe to call twice."""
