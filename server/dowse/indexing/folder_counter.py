"""How far the folders are, in figures; a folder's chunks are counted once for each of its generations."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.search.query import Completeness
from dowse.status import FolderStatus, IndexState

if TYPE_CHECKING:
    from dowse.index.records import FolderCounts
    from dowse.indexing.snapshot import FolderSnapshot, WorkspaceSnapshot

AGE_PER_COST = 20
"""Counts that took t seconds are kept for this many times t, so that status reports use at most 5 % of a processor."""

ANSWER_SECONDS = 0.005
"""What the counts of an answer may cost; more would hold up the first answer after each save."""


@dataclass(frozen=True, slots=True)
class _Counted:
    generation: int
    counts: FolderCounts
    at: float
    seconds: float
    """What it cost."""


class FolderCounter:
    """Knows the counts of each folder's present generation. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._counted: dict[Path, _Counted] = {}

    def counts(self, folder: FolderSnapshot, *, seconds: float = math.inf) -> FolderCounts:
        """Return a folder's counts, taken once for each generation; less often where they cost more ``seconds``."""
        known, generation, now = self._counted.get(folder.root), folder.index.generation, time.monotonic()
        if known is not None:
            is_spared = known.seconds > seconds and now < known.at + AGE_PER_COST * known.seconds
            if known.generation == generation or is_spared:
                return known.counts
        counts = folder.index.counts()
        done = time.monotonic()
        self._counted[folder.root] = _Counted(generation, counts, done, done - now)
        return counts

    def status(self, folder: FolderSnapshot, state: IndexState) -> FolderStatus:
        """Return a folder's figures; while there is work (``state``) they may be a little old."""
        counts = self.counts(folder, seconds=0.0 if state is IndexState.INDEXING else math.inf)
        return FolderStatus(
            folder=str(folder.root),
            writable=folder.writable,
            files_total=_files_total(folder, counts),
            files_indexed=counts.files_indexed,
            chunks_total=counts.chunks,
            chunks_embedded=counts.chunks_embedded,
            skipped={str(reason): count for reason, count in counts.skipped.items()},
            watching=folder.watcher.mode if folder.watcher is not None else "off",
            generation=folder.index.generation,
            disk_bytes=counts.disk_bytes,
        )

    def state(self, snapshot: WorkspaceSnapshot, *, seconds: float = math.inf) -> IndexState:
        """Return how far the answers of all folders can be relied on; ``seconds`` as for :meth:`counts`."""
        if not snapshot.idle:
            return IndexState.INDEXING
        if snapshot.degraded:
            return IndexState.DEGRADED
        if not any(self.counts(folder, seconds=seconds).files_indexed for folder in snapshot.folders):
            return IndexState.EMPTY
        return IndexState.READY

    def completeness(self, snapshot: WorkspaceSnapshot) -> Completeness:
        """Return how complete an answer is; in a large folder the figures may be a moment old."""
        counted = [(folder, self.counts(folder, seconds=ANSWER_SECONDS)) for folder in snapshot.folders]
        return Completeness(
            state=self.state(snapshot, seconds=ANSWER_SECONDS),
            files_indexed=sum(counts.files_indexed for _, counts in counted),
            files_total=sum(_files_total(folder, counts) for folder, counts in counted),
            generation=sum(folder.index.generation for folder, _ in counted),
        )


def _files_total(folder: FolderSnapshot, counts: FolderCounts) -> int:
    return max(counts.files_indexed, folder.files_found)
