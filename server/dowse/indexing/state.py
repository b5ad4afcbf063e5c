"""What the loop knows. Only the loop's thread touches it; what others may read is in the snapshot that it publishes."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import heappush
from itertools import count
from pathlib import Path
from threading import BoundedSemaphore
from threading import Event as Flag
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.index.overlay import Overlay
from dowse.indexing.effects import Effect, FolderView, Tell
from dowse.indexing.operations import (
    Clear,
    CompleteScan,
    FindFilesWithoutVectors,
    Follow,
    Maintain,
    Operation,
    Priority,
    StoreVectors,
    UseModel,
    WriteFiles,
)
from dowse.indexing.tuning import IndexingTuning
from dowse.settings import FileSettings, ModelSettings, Settings
from dowse.status import Message, PauseReason
from dowse.workspace.changes import ReportedPaths

if TYPE_CHECKING:
    from dowse.embedding.model import ModelInfo
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.records import MissingVector
    from dowse.index.writer import IndexWriter
    from dowse.indexing.models import ModelSet
    from dowse.workspace.ignore import IgnoreRules
    from dowse.workspace.watcher import Watcher


class FolderPhase(StrEnum):
    """Where a workspace folder is in its life."""

    OPENING = "opening"
    """Its index is being opened."""
    FOLLOWING = "following"
    """Another process writes its index, and this one reads it."""
    WRITING = "writing"
    """This process writes its index."""
    UNAVAILABLE = "unavailable"
    """Its index cannot be opened."""


class ReadingPurpose(StrEnum):
    """Why files are read."""

    SCAN = "scan"
    REPORTED = "reported"
    VECTORS = "vectors"
    """Texts in them have no vector."""


@dataclass(slots=True)
class Reading:
    """A scan, or the reading of reported files, that is under way."""

    number: int
    purpose: ReadingPurpose
    stop: Flag
    permits: BoundedSemaphore
    """One for each batch that may wait to be written."""
    files: FileSettings
    """What it reads under."""
    overtaken: set[str] = field(default_factory=set)
    """Of a scan: files and directories that were reported meanwhile. What the scan has read of them may be older."""
    total: int = 0
    done: int = 0
    unwritten: int = 0
    """Batches that wait to be written."""
    ended: bool = False
    """Whether nothing more will be read."""
    stopped: bool = False
    """Whether it ended early, so that the folder has to be compared with the disk again."""


@dataclass(slots=True)
class FolderState:
    """One workspace folder."""

    root: Path
    number: int
    """Tells this opening of the folder from an earlier one."""
    phase: FolderPhase = FolderPhase.OPENING
    index: IndexWriter | None = None
    rules: IgnoreRules | None = None
    watcher: Watcher | None = None
    nested: tuple[Path, ...] = ()
    """Workspace folders inside this one; their files are theirs."""
    scan_wanted: bool = False
    scan: Reading | None = None
    reported: ReportedPaths = field(default_factory=ReportedPaths)
    update: Reading | None = None
    """The reading of reported files, or of files whose texts have no vector."""
    waiting: list[tuple[Priority, int, Operation]] = field(default_factory=list)
    """Operations that wait for the folder's thread, as a heap."""
    running: Operation | None = None
    operations: int = 0
    """Number of operations that were ever added, which orders those of one priority."""
    models: dict[SpaceName, tuple[str, ModelInfo]] = field(default_factory=dict)
    """The models that this index was last told to use, or is about to be."""
    seek_unembedded: bool = False
    """Whether some files may hold texts that have no vector and are in no queue."""
    unembedded: tuple[str, ...] = ()
    """Files to be read because texts in them have no vector."""
    last_unembedded: tuple[str, ...] = ()
    """The same as they were found last: found twice, the model gives nothing for them."""
    maintain: bool = False
    follow_at: float = 0.0
    """When to look next at what other processes did."""
    followed: int = 0
    """Number of the last :class:`~dowse.indexing.events.FollowWanted` that was met."""
    following: int = 0
    """The same of the look that is under way."""
    retry_at: float | None = None
    """When a write that failed is tried again."""
    restart_watcher: bool = False
    """Whether other files are watched than when the watcher was started."""

    @property
    def view(self) -> FolderView:
        """What reading the folder's files needs to know."""
        assert self.index is not None
        assert self.rules is not None
        return FolderView(self.root, self.index.snapshot, self.rules, self.nested)

    @property
    def pending_operations(self) -> list[Operation]:
        """The operation that is carried out, and those that wait, in no order."""
        running = [self.running] if self.running is not None else []
        return running + [operation for _, _, operation in self.waiting]

    def add_operation(self, operation: Operation) -> None:
        """Have an operation carried out when its turn comes."""
        self.operations += 1
        heappush(self.waiting, (self._priority_of(operation), self.operations, operation))

    def _priority_of(self, operation: Operation) -> Priority:
        match operation:
            case Follow():
                return Priority.FOLLOW
            case Clear() | UseModel():
                return Priority.CHANGE_INDEX
            case WriteFiles(_, number) if self.update is not None and self.update.number == number:
                is_reported = self.update.purpose is ReadingPurpose.REPORTED
                return Priority.SAVED_FILE if is_reported else Priority.READ_FOR_VECTORS
            case WriteFiles() | CompleteScan():
                return Priority.SCAN
            case StoreVectors(fingerprint):
                building = [] if self.index is None else map(self.index.snapshot.building, SpaceName)
                is_built = any(info.fingerprint == fingerprint for _, info in filter(None, building))
                return Priority.BUILT_VECTORS if is_built else Priority.SAVED_VECTORS
            case FindFilesWithoutVectors():
                return Priority.READ_FOR_VECTORS
            case Maintain():
                return Priority.MAINTAIN

    def want_scan(self) -> None:
        """Ask for a comparison with the disk; several wishes are one."""
        self.scan_wanted = True

    def relative(self, path: str) -> str | None:
        """Return an absolute path relative to the folder; None where it is outside or a nested folder's."""
        root = str(self.root)
        if path == root:
            return ""
        inside = os.path.join(root, "")  # which adds nothing to the root of a file system  # noqa: PTH118
        if not path.startswith(inside):
            return None
        if any(path == str(nested) or path.startswith(f"{nested}{os.sep}") for nested in self.nested):
            return None
        return path[len(inside) :].replace(os.sep, "/")


@dataclass(slots=True)
class DocumentState:
    """A document that the overlay does not have as it stands, in the editor or, once it is closed, on the disk."""

    version: int
    """Version of its last change."""
    first_version: int
    """Version of its first change that is not in the overlay."""
    due: float


@dataclass(slots=True)
class EmbedBatch:
    """Texts of one model, space and folder that are being embedded, and then stored."""

    number: int
    root: Path
    space: SpaceName
    spec: str
    fingerprint: str
    missing: tuple[MissingVector, ...]
    storing: bool = False


@dataclass(slots=True)
class VectorQueue:
    """Texts that wait to be embedded by the models of one role, in order. One batch is embedded while one is stored."""

    waiting: deque[tuple[Path, MissingVector]] = field(default_factory=deque)
    waiting_of: Counter[Path] = field(default_factory=Counter)
    """How many of the waiting texts are each folder's."""
    characters: int = 0
    batches: dict[int, EmbedBatch] = field(default_factory=dict)

    def add(self, root: Path, missing: Sequence[MissingVector], most_characters: int) -> bool:
        """Queue texts; False where some did not fit, so that their files are read again later."""
        for each in missing:
            if self.characters + len(each.text) > most_characters and self.waiting:
                return False
            self.waiting.append((root, each))
            self.waiting_of[root] += 1
            self.characters += len(each.text)
        return True

    def take(self, most: int) -> list[tuple[Path, MissingVector]]:
        """Take the next texts that belong to one model of one space of one folder."""
        taken: list[tuple[Path, MissingVector]] = []
        while self.waiting and len(taken) < most:
            root, missing = self.waiting[0]
            first_root, first = taken[0] if taken else (root, missing)
            if (root, missing.space, missing.model) != (first_root, first.space, first.model):
                break
            taken.append(self.waiting.popleft())
            self.waiting_of[root] -= 1
            self.characters -= len(missing.text)
        return taken

    def clear(self) -> None:
        """Drop everything."""
        self.waiting.clear()
        self.waiting_of.clear()
        self.batches.clear()
        self.characters = 0

    def forget(self, root: Path) -> None:
        """Drop what waits for a folder."""
        self.waiting = deque(entry for entry in self.waiting if entry[0] != root)
        del self.waiting_of[root]
        self.characters = sum(len(missing.text) for _, missing in self.waiting)
        self.batches = {number: batch for number, batch in self.batches.items() if batch.root != root}

    def has(self, root: Path) -> bool:
        """Return whether texts of a folder have no stored vector yet."""
        return self.waiting_of[root] > 0 or any(batch.root == root for batch in self.batches.values())

    @property
    def embedding(self) -> bool:
        """Whether a batch is being embedded now."""
        return any(not batch.storing for batch in self.batches.values())

    def __len__(self) -> int:
        """Return how many texts have no stored vector yet."""
        return len(self.waiting) + sum(len(batch.missing) for batch in self.batches.values())


@dataclass(slots=True)
class IndexerState:
    """Everything that the loop knows."""

    settings: Settings
    open_worker: Callable[[int, ModelSettings], EmbeddingWorker]
    """Makes the worker of a numbered set of models."""
    models: ModelSet
    tuning: IndexingTuning = field(default_factory=IndexingTuning)
    watch: bool = True
    folders: dict[Path, FolderState] = field(default_factory=dict)
    documents: dict[str, DocumentState] = field(default_factory=dict)
    """Documents that the overlay does not have as they stand, the longest waiting first."""
    opened: dict[str, None] = field(default_factory=dict)
    """Documents that are open, in the order in which they were opened."""
    chunking: str | None = None
    """The document that is being chunked."""
    chunking_since: float = 0.0
    slow_documents: set[str] = field(default_factory=set)
    """Open documents that took long to chunk: no request waits for them."""
    documents_wanted: bool = False
    """Whether a request waits for the documents."""
    documents_version: int = 0
    """Version of the last change of a document."""
    overlay: Overlay = field(default_factory=Overlay)
    overlay_models: dict[SpaceName, dict[str, str]] = field(default_factory=dict)
    """The models that were last asked for vectors of open documents: fingerprint → spec."""
    overlay_changed: bool = False
    """Whether open documents may have texts that no model was asked for."""
    overlay_asked: set[tuple[SpaceName, str, bytes]] = field(default_factory=set)
    """Texts of open documents that models are asked for now, by space, fingerprint and digest."""
    overlay_requests: int = 0
    """Requests for vectors of open documents that are under way."""
    overlay_requested_at: float = 0.0
    serving: VectorQueue = field(default_factory=VectorQueue)
    """For the models that answer."""
    building: VectorQueue = field(default_factory=VectorQueue)
    """For the models whose indexes are being built. Apart, so that what is saved never waits for a slow model."""
    follow_wanted: int = 0
    """Number of the last request that waits for what other processes wrote."""
    paused: set[PauseReason] = field(default_factory=set)
    battery_overridden: bool = False
    """Whether the user has resumed by hand since the machine was last plugged in."""
    battery_read_at: float | None = None
    """When the battery is looked at next; None while that is under way."""
    typing_until: float = 0.0
    """Background work makes room for somebody who types until then."""
    handled: int = 0
    """Number of the last event that was handled."""
    troubles: dict[Hashable, str] = field(default_factory=dict)
    """What is wrong now, by the folder or model that it is about; each is told once for as long as it lasts."""
    outbox: list[Effect] = field(default_factory=list)
    """What is to be done by other threads."""
    numbers: count[int] = field(default_factory=lambda: count(1))

    def start(self, effect: Effect) -> None:
        """Have something done by other threads."""
        self.outbox.append(effect)

    def tell(self, severity: str, text: str) -> None:
        """Have the user told something."""
        self.start(Tell(Message(severity, text)))

    def begin_trouble(self, about: Hashable, text: str) -> None:
        """Have the user told what is wrong, unless it was told and has lasted since."""
        if self.troubles.get(about) != text:
            self.troubles.pop(about, None)
            self.troubles[about] = text
            self.tell("error", text)

    def end_trouble(self, about: Hashable) -> bool:
        """Take note that nothing is wrong any more; when it comes back it is told again. Returns whether it was."""
        return self.troubles.pop(about, None) is not None

    def is_typing(self, now: float) -> bool:
        """Return whether background work makes room for somebody who types."""
        return self.settings.indexing.one_core_while_typing and now < self.typing_until

    @property
    def indexes(self) -> list[FolderState]:
        """The folders whose indexes are open."""
        return [folder for folder in self.folders.values() if folder.index is not None]
