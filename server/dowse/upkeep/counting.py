"""How far the folders are, in figures; a folder's chunks are counted once for each of its generations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.search.query import Completeness
from dowse.status import FolderStatus, IndexState

if TYPE_CHECKING:
    from dowse.index.records import FolderCounts
    from dowse.upkeep.folder import OpenFolder
    from dowse.upkeep.keeper import Keeper

SPARING = 20
"""While there is work, figures get as old as so many times what taking them costs, which grows with the folder: every
status of a million files would otherwise take a sixth of a second, five times a second."""


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
        self._counted: dict[Path, _Counted] = {}

    def status(self, folder: OpenFolder, state: IndexState) -> FolderStatus:
        """Return the folder's figures; while there is work (``state``) they may be a little old."""
        counts = self.counts(folder, exact=state is not IndexState.INDEXING)
        progress = folder.upkeep.progress
        files_total = max(counts.files_indexed, progress.total if folder.reconciling else 0)
        return FolderStatus(
            folder=str(folder.index.root),
            writable=folder.index.writable,
            files_total=files_total,
            files_indexed=counts.files_indexed,
            chunks_total=counts.chunks,
            chunks_embedded=counts.chunks_embedded,
            skipped={str(reason): count for reason, count in counts.left_out.items()},
            watching=folder.watcher.mode if folder.watcher is not None else "off",
            generation=folder.index.generation,
            disk_bytes=counts.disk_bytes,
        )

    def counts(self, folder: OpenFolder, *, exact: bool = True) -> FolderCounts:
        """Return the folder's counts, taken once for each generation; less often where they need not be ``exact``."""
        index = folder.index
        known, generation, now = self._counted.get(index.root), index.generation, time.monotonic()
        if known is not None and (
            known.generation == generation or (not exact and now < known.at + SPARING * known.seconds)
        ):
            return known.counts
        counts = index.counts()
        done = time.monotonic()
        self._counted[index.root] = _Counted(generation, counts, done, done - now)
        return counts

    def state(self, keeper: Keeper | None) -> IndexState:
        """Return how far the answers of all folders can be relied on; None is a keeper that is still being made."""
        if keeper is None or not keeper.idle:
            return IndexState.INDEXING
        if keeper.degraded:
            return IndexState.DEGRADED
        if not any(self.counts(folder).files_indexed for folder in keeper.folders):
            return IndexState.EMPTY
        return IndexState.READY

    def completeness(self, keeper: Keeper) -> Completeness:
        """Return how complete an answer is."""
        state = self.state(keeper)
        folders = [self.status(folder, state) for folder in keeper.folders]
        return Completeness(
            state=state,
            files_indexed=sum(folder.files_indexed for folder in folders),
            files_total=sum(folder.files_total for folder in folders),
            generation=sum(folder.generation for folder in folders),
        )
