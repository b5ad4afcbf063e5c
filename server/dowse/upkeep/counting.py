"""How far the folders are, in figures; a folder's chunks are counted once for each of its generations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dowse.search.query import Completeness
from dowse.status import FolderStatus, IndexState

if TYPE_CHECKING:
    from dowse.index.records import FolderCounts
    from dowse.upkeep.folder import OpenFolder
    from dowse.upkeep.keeper import Keeper


class FolderCounting:
    """Knows the counts of each folder's present generation. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._counts: dict[Path, tuple[int, FolderCounts]] = {}

    def status(self, folder: OpenFolder) -> FolderStatus:
        """Return the folder's figures."""
        counts = self.counts(folder)
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

    def counts(self, folder: OpenFolder) -> FolderCounts:
        """Return the folder's counts, taken once for each generation."""
        index = folder.index
        generation = index.generation
        known = self._counts.get(index.root)
        if known is None or known[0] != generation:
            known = self._counts[index.root] = (generation, index.counts())
        return known[1]

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
        folders = [self.status(folder) for folder in keeper.folders]
        return Completeness(
            state=self.state(keeper),
            files_indexed=sum(folder.files_indexed for folder in folders),
            files_total=sum(folder.files_total for folder in folders),
            generation=sum(folder.generation for folder in folders),
        )
