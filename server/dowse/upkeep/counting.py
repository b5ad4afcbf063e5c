"""How far the folders are, in figures; a folder's chunks are counted once for each of its generations."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dowse.search.query import Completeness
from dowse.status import FolderStatus, IndexState

if TYPE_CHECKING:
    from dowse.index.folder import FolderIndex
    from dowse.index.records import FolderCounts
    from dowse.upkeep.folder import OpenFolder
    from dowse.upkeep.keeper import Keeper

SPARING = 20
"""Figures that cost more than they may get as old as so many times what they cost, which grows with the folder: every
status of a million files would otherwise take a sixth of a second, five times a second."""

ANSWER_SECONDS = 0.005
"""What the figures of an answer may cost; more would hold up the first answer after each save."""


@dataclass(frozen=True, slots=True)
class _Counted:
    generation: int
    counts: FolderCounts
    at: float
    seconds: float
    """What it cost."""


class FolderCounting:
    """Knows the counts of each folder's present generation. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._counted: WeakKeyDictionary[FolderIndex, _Counted] = WeakKeyDictionary()

    def status(self, folder: OpenFolder, state: IndexState) -> FolderStatus:
        """Return the folder's figures; while there is work (``state``) they may be a little old."""
        counts = self.counts(folder, seconds=0.0 if state is IndexState.INDEXING else math.inf)
        return FolderStatus(
            folder=str(folder.index.root),
            writable=folder.index.writable,
            files_total=_files_total(folder, counts),
            files_indexed=counts.files_indexed,
            chunks_total=counts.chunks,
            chunks_embedded=counts.chunks_embedded,
            skipped={str(reason): count for reason, count in counts.left_out.items()},
            watching=folder.watcher.mode if folder.watcher is not None else "off",
            generation=folder.index.generation,
            disk_bytes=counts.disk_bytes,
        )

    def counts(self, folder: OpenFolder, *, seconds: float = math.inf) -> FolderCounts:
        """Return the folder's counts, taken once for each generation; less often where they cost more ``seconds``."""
        index = folder.index
        known, generation, now = self._counted.get(index), index.generation, time.monotonic()
        if known is not None and (
            known.generation == generation or (known.seconds > seconds and now < known.at + SPARING * known.seconds)
        ):
            return known.counts
        counts = index.counts()
        done = time.monotonic()
        self._counted[index] = _Counted(generation, counts, done, done - now)
        return counts

    def state(self, keeper: Keeper | None, *, seconds: float = math.inf) -> IndexState:
        """Return how far the answers of all folders can be relied on; None is a keeper that is still being made.

        ``seconds`` as for :meth:`counts`.
        """
        if keeper is None or not keeper.idle:
            return IndexState.INDEXING
        if keeper.degraded:
            return IndexState.DEGRADED
        if not any(self.counts(folder, seconds=seconds).files_indexed for folder in keeper.folders):
            return IndexState.EMPTY
        return IndexState.READY

    def completeness(self, keeper: Keeper) -> Completeness:
        """Return how complete an answer is; in a large folder the figures may be a moment old."""
        counted = [(folder, self.counts(folder, seconds=ANSWER_SECONDS)) for folder in keeper.folders]
        return Completeness(
            state=self.state(keeper, seconds=ANSWER_SECONDS),
            files_indexed=sum(counts.files_indexed for _, counts in counted),
            files_total=sum(_files_total(folder, counts) for folder, counts in counted),
            generation=sum(folder.index.generation for folder, _ in counted),
        )


def _files_total(folder: OpenFolder, counts: FolderCounts) -> int:
    return max(counts.files_indexed, folder.upkeep.progress.total if folder.reconciling else 0)
