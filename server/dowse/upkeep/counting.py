"""What a folder's index holds, counted once for each state of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dowse.status import FolderStatus

if TYPE_CHECKING:
    from dowse.index.records import FolderCounts
    from dowse.upkeep.folder import OpenFolder


class Counting:
    """Remembers the counts of the last generation; may be used from any thread."""

    def __init__(self) -> None:
        self._counts: dict[Path, tuple[int, FolderCounts]] = {}

    def status_of(self, folder: OpenFolder) -> FolderStatus:
        """Return the present state of a folder."""
        counts = self.counts_of(folder)
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

    def counts_of(self, folder: OpenFolder) -> FolderCounts:
        """Return the folder's counts, taken once for each generation."""
        index = folder.index
        generation = index.generation
        known = self._counts.get(index.root)
        if known is None or known[0] != generation:
            known = self._counts[index.root] = (generation, index.counts())
        return known[1]
