"""Everything the loop may ask other threads to do. Each ends in events; none calls back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from threading import Event as Flag
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.indexing.operations import Operation
from dowse.status import Message

if TYPE_CHECKING:
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.snapshot import IndexSnapshot
    from dowse.settings import FileSettings
    from dowse.workspace.ignore import IgnoreRules
    from dowse.workspace.watcher import Watcher


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """Open a folder's index on a new thread, the folder's own."""

    root: Path
    number: int
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CloseFolder:
    """Close a folder's index and end its watcher and its thread."""

    root: Path


@dataclass(frozen=True, slots=True)
class RunOperation:
    """Carry out an operation on the folder's thread."""

    root: Path
    operation: Operation


@dataclass(frozen=True, slots=True)
class FolderView:
    """What reading a folder's files needs to know of it."""

    root: Path
    index: IndexSnapshot
    rules: IgnoreRules
    nested: tuple[Path, ...]
    """Workspace folders inside this one; their files are theirs."""


@dataclass(frozen=True, slots=True)
class ScanFolder:
    """Compare a folder with the disk and read what differs."""

    folder: FolderView
    reading: int
    files: FileSettings
    watcher: Watcher | None
    """To be started before the scan, so that no change falls between the two; None where nothing is watched."""
    restart_watcher: bool
    """Whether other files are to be watched than when it was started."""
    permits: BoundedSemaphore
    """One is taken for each batch, and given back when it is written."""
    stop: Flag


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Read reported files and directories that differ from the index."""

    folder: FolderView
    reading: int
    paths: frozenset[str]
    """Relative to the folder, with ``/`` between their parts."""
    distrusted: frozenset[str]
    """Those of them to be read even where their stamps say that nothing has changed."""
    files: FileSettings
    permits: BoundedSemaphore
    stop: Flag


@dataclass(frozen=True, slots=True)
class ChunkDocument:
    """Compare an open document with the index and chunk it where it differs."""

    document: str
    version: int
    folders: tuple[FolderView, ...]
    max_size: int
    """A longer text, in characters, is left out, as a file of that size is."""


@dataclass(frozen=True, slots=True)
class EmbedDocumentTexts:
    """Embed texts of open documents, before anything that only indexes."""

    worker: EmbeddingWorker
    space: SpaceName
    fingerprint: str
    spec: str
    digests: tuple[bytes, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbedTexts:
    """Embed a batch of texts of files."""

    worker: EmbeddingWorker
    models: int
    batch: int
    spec: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenModel:
    """Open a model, again where it has failed before."""

    worker: EmbeddingWorker
    models: int
    spec: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class StopModels:
    """End the threads of models that no settings name any more."""

    worker: EmbeddingWorker


@dataclass(frozen=True, slots=True)
class ReadBattery:
    """See whether the machine runs on its battery."""


@dataclass(frozen=True, slots=True)
class ReportProjectFile:
    """Say that a folder's project file has changed: who gives the settings reads it."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the user something."""

    message: Message


Effect = (
    OpenFolder
    | CloseFolder
    | RunOperation
    | ScanFolder
    | ReadFiles
    | ChunkDocument
    | EmbedDocumentTexts
    | EmbedTexts
    | OpenModel
    | StopModels
    | ReadBattery
    | ReportProjectFile
    | Tell
)
