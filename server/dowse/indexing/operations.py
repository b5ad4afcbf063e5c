"""What is done with one folder's index, one operation after another, on the folder's own thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName

if TYPE_CHECKING:
    from dowse.chunking.prepared_file import Prepared
    from dowse.embedding.model import ModelInfo, Vectors
    from dowse.settings import FileSettings


class Priority(IntEnum):
    """Which of the operations that wait is next; those of one priority are done in order."""

    FOLLOW = 0
    """What other processes wrote; a request may wait for it."""
    CHANGE_INDEX = 1
    """Whole-index changes, on which every later write depends: clearing, models."""
    SAVED_FILE = 2
    SAVED_VECTORS = 3
    SCAN = 4
    BUILT_VECTORS = 5
    READ_FOR_VECTORS = 6
    MAINTAIN = 7


@dataclass(frozen=True, slots=True)
class Follow:
    """Look at what nobody reports: commits of other processes, an index that they have left or deleted, and the few
    files outside the folder, or with its settings, that bear on it.

    Returns :class:`FollowResult`.
    """

    take_over: bool = True
    """Whether to become the writer where there is none, and to look at files; a request only waits for commits."""


@dataclass(frozen=True, slots=True)
class FollowResult:
    """What a look at the index from outside showed."""

    writable: bool
    changed: bool
    """Whether there are new commits of another process."""
    deleted: bool
    trouble: str | None = None
    """Why another process's commits cannot be read; what was read before answers."""
    rules_changed: bool = False
    """Whether ignore rules have changed that stand outside the folder."""
    project_file_changed: bool = False


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget all files and chunks and keep the vectors."""


@dataclass(frozen=True, slots=True)
class UseModel:
    """Say which model a space shall have. Returns a :class:`~dowse.index.records.ModelChange`."""

    space: SpaceName
    spec: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class WriteFiles:
    """Take in what became of files. Returns the texts that lack a vector."""

    updates: tuple[Prepared, ...]
    reading: int
    """Which scan or reading of reported files they come from."""
    files: FileSettings
    """What they were read under."""
    begins_index: bool = False
    """Whether these are the first files of an empty index, which is incomplete until the scan has ended."""


@dataclass(frozen=True, slots=True)
class CompleteScan:
    """Drop the files that a scan has not met, and say that the index holds the folder as it is."""

    missing: tuple[str, ...]
    reading: int
    files: FileSettings
    """What the folder was compared under."""


@dataclass(frozen=True, slots=True)
class StoreVectors:
    """Store float32 ``vectors`` ``[len(digests), dimensions]``."""

    fingerprint: str
    digests: tuple[bytes, ...]
    vectors: Vectors
    batch: int = 0
    """Number of the batch that was embedded; 0 for vectors that an open document had before it was saved."""


@dataclass(frozen=True, slots=True)
class FindFilesWithoutVectors:
    """Find files some of whose texts lack a vector, those of ``first`` first. Returns their paths."""

    limit: int
    usable: Mapping[str, str]
    """Models that may be asked: fingerprint → spec."""
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maintain:
    """Do about 100 ms of the work that makes the index fast and small. Returns whether there is more."""


Operation = Follow | Clear | UseModel | WriteFiles | CompleteScan | StoreVectors | FindFilesWithoutVectors | Maintain
