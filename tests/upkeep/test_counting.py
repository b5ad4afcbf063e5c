"""What the status costs."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from dowse.index.records import FolderCounts
from dowse.status import IndexState
from dowse.upkeep import counting
from dowse.upkeep.counting import SPARING, FolderCounting


class LargeIndex:
    """Its files are counted in a second each time, and each is a commit."""

    root = Path("/large")
    writable = True

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.generation = 0
        monkeypatch.setattr(counting.time, "monotonic", lambda: self.now)

    def counts(self) -> FolderCounts:
        self.now += 1.0
        return FolderCounts(self.generation, 0, 0, {}, 0)


def test_while_there_is_work_a_large_folder_is_counted_now_and_then_and_exactly_when_it_is_done(monkeypatch) -> None:
    index = LargeIndex(monkeypatch)
    folder = SimpleNamespace(
        index=index, reconciling=False, watcher=None, upkeep=SimpleNamespace(progress=SimpleNamespace(total=0))
    )
    figures = FolderCounting()

    def shown(state: IndexState) -> int:
        index.generation += 1
        return figures.status(folder, state).files_indexed  # type: ignore[arg-type]

    assert [shown(IndexState.INDEXING) for _ in range(3)] == [1, 1, 1]
    index.now += SPARING
    assert shown(IndexState.INDEXING) == 4
    assert shown(IndexState.READY) == 5
