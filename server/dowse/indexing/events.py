"""Everything that may happen. The loop takes these one after another; nothing else changes the state."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName

if TYPE_CHECKING:
    from dowse.chunking.prepared_file import Prepared
    from dowse.embedding.model import ModelError, ModelInfo, Vectors
    from dowse.index.overlay import OverlayDocument
    from dowse.index.writer import IndexWriter
    from dowse.indexing.operations import Operation
    from dowse.settings import Settings
    from dowse.workspace.ignore import IgnoreRules
    from dowse.workspace.watcher import Watcher


class Reporter(Enum):
    """Who says that a file has changed."""

    WATCHER = "watcher"
    CLIENT = "client"
    SEARCH = "search"
    """A search found the file not to be as the index has it: it is read whatever its stamp says."""


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """Somebody opens and closes workspace folders."""

    added: tuple[Path, ...]
    removed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderOpened:
    """A folder's index is open, its rules are read, and its watcher is made but not started."""

    root: Path
    number: int
    index: IndexWriter
    rules: IgnoreRules
    watcher: Watcher


@dataclass(frozen=True, slots=True)
class FolderUnavailable:
    """A folder's index cannot be opened."""

    root: Path
    number: int
    message: str


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """Absolute paths of files and directories that were made, changed, renamed or deleted."""

    paths: frozenset[str]
    reporter: Reporter


@dataclass(frozen=True, slots=True)
class WatchOverflow:
    """The system has lost changes of a folder, which must be compared with the disk."""

    root: Path


@dataclass(frozen=True, slots=True)
class WatchDegraded:
    """A folder cannot be watched as it should; ``message`` says why and what to do."""

    root: Path
    message: str


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """An open document was opened, edited or closed. ``version`` grows with each such event of all documents."""

    document: str
    version: int
    open: bool = True
    typed: bool = False


@dataclass(frozen=True, slots=True)
class DocumentsWanted:
    """A request waits until what was edited so far is in the overlay."""


@dataclass(frozen=True, slots=True)
class FollowWanted:
    """A request waits for what other processes wrote until now. ``number`` grows with each such event."""

    number: int


@dataclass(frozen=True, slots=True)
class DocumentChunked:
    """An open document was compared with the index; ``entry`` is None where the overlay is to have nothing of it."""

    document: str
    version: int
    entry: OverlayDocument | None


@dataclass(frozen=True, slots=True)
class DocumentVectorsReady:
    """Texts of open documents have vectors; None where the model gave none."""

    space: SpaceName
    fingerprint: str
    digests: tuple[bytes, ...]
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """A scan has found ``total`` files and is through with ``done`` of them."""

    root: Path
    reading: int
    total: int
    done: int


@dataclass(frozen=True, slots=True)
class FilesRead:
    """A scan, or the reading of reported files, has read some; they are to be written."""

    root: Path
    reading: int
    """Number of the scan or reading."""
    updates: tuple[Prepared, ...]
    begins_index: bool = False
    """Whether the index was empty when the scan began."""


@dataclass(frozen=True, slots=True)
class ReadingDone:
    """A scan, or the reading of reported files, has ended.

    ``missing`` are known files that a scan has not met, ``stopped`` whether it was told to end early, ``error`` why the
    folder cannot be read.
    """

    root: Path
    reading: int
    missing: tuple[str, ...] = ()
    stopped: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OperationDone:
    """An operation on a folder's index has ended, with what it returned."""

    root: Path
    operation: Operation
    result: object
    recovered: str | None = None
    """What to tell where something damaged was replaced by something empty."""


@dataclass(frozen=True, slots=True)
class OperationFailed:
    """An operation on a folder's index left no trace. ``unwritten`` where the disk or another process is the reason."""

    root: Path
    operation: Operation
    message: str
    unwritten: bool


@dataclass(frozen=True, slots=True)
class TextsEmbedded:
    """A batch of texts has vectors, float32 ``[len(texts), dimensions]``; None where the model gave none."""

    batch: int
    vectors: Vectors | None


@dataclass(frozen=True, slots=True)
class ModelReady:
    """A model was opened. ``models`` tells the models of one set of settings from those of another."""

    models: int
    spec: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class ModelFailed:
    """A model could not be opened, or failed while it was used."""

    models: int
    spec: str
    error: ModelError


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """New settings are in force."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class ScanWanted:
    """Every folder, or one, is to be compared with the disk."""

    root: Path | None = None


@dataclass(frozen=True, slots=True)
class RebuildWanted:
    """Every folder is to be indexed anew; ends a pause."""


@dataclass(frozen=True, slots=True)
class PauseWanted:
    """Nothing is to be read or embedded until :class:`ResumeWanted`."""


@dataclass(frozen=True, slots=True)
class ResumeWanted:
    """Indexing goes on, whatever the reason for the pause."""


@dataclass(frozen=True, slots=True)
class BatteryRead:
    """Whether the machine runs on its battery."""

    on_battery: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: something may be due."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The engine ends."""


Event = (
    FoldersChanged
    | FolderOpened
    | FolderUnavailable
    | FilesChanged
    | WatchOverflow
    | WatchDegraded
    | DocumentChanged
    | DocumentsWanted
    | FollowWanted
    | DocumentChunked
    | DocumentVectorsReady
    | ScanProgress
    | FilesRead
    | ReadingDone
    | OperationDone
    | OperationFailed
    | TextsEmbedded
    | ModelReady
    | ModelFailed
    | SettingsChanged
    | ScanWanted
    | RebuildWanted
    | PauseWanted
    | ResumeWanted
    | BatteryRead
    | Tick
    | Stop
)


def coalesce(earlier: Event, later: Event) -> Event | None:
    """Return one event that stands for both, where ``later`` is posted while ``earlier`` waits; None where both matter.

    Ten overflows are one scan, and a flood of reports is one event.
    """
    match earlier, later:
        case FilesChanged(before, first), FilesChanged(after, second) if first is second:
            return FilesChanged(before | after, first)
        case DocumentChanged(first), DocumentChanged(second) if first == second:
            return replace(later, typed=earlier.typed or later.typed)
        case FollowWanted(), FollowWanted():
            return later
        case ScanProgress(first), ScanProgress(second) if first == second:
            return later
        case ((WatchOverflow() | ScanWanted() | DocumentsWanted() | Tick()), _) if earlier == later:
            return later
        case _:
            return None


def coalescing_key(event: Event) -> Hashable:
    """Return what events have in common that :func:`coalesce` may make one of; None for those that always matter."""
    match event:
        case FilesChanged(_, reporter):
            return FilesChanged, reporter
        case DocumentChanged(document):
            return DocumentChanged, document
        case ScanProgress(root):
            return ScanProgress, root
        case FollowWanted():
            return FollowWanted
        case WatchOverflow() | ScanWanted() | DocumentsWanted() | Tick():
            return event
        case _:
            return None
