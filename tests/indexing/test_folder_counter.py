"""What the status costs."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dowse.index.records import FolderCounts
from dowse.indexing import folder_counter
from dowse.indexing.folder_counter import AGE_PER_COST, FolderCounter
from dowse.indexing.snapshot import FolderSnapshot
from dowse.status import IndexState


class Clock:
    """Time, which passes while files are counted."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_while_there_is_work_a_large_folder_is_counted_now_and_then_and_exactly_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(folder_counter, "time", clock)
    counter = FolderCounter()
    generations = iter(range(1, 100))

    def shown(state: IndexState) -> int:
        generation = next(generations)

        def counts() -> FolderCounts:
            clock.now += 1.0
            return FolderCounts(generation, 0, 0, {}, 0)

        index = SimpleNamespace(generation=generation, counts=counts)
        folder = FolderSnapshot(Path("/large"), index, writable=True, watcher=None, files_found=0)  # type: ignore[arg-type]
        return counter.status(folder, state).files_indexed

    assert [shown(IndexState.INDEXING) for _ in range(3)] == [1, 1, 1]
    clock.now += AGE_PER_COST
    assert shown(IndexState.INDEXING) == 4
    assert shown(IndexState.READY) == 5
