"""Folders to index, and engines that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dowse.engine import Engine
from dowse.indexing.tuning import IndexingTuning
from dowse.settings import ModelSettings, Settings
from dowse.status import EngineStatus, Message

HASH = ModelSettings(code="hash", prose="hash")
"""The quickest of all models."""

EngineOf = Callable[..., Engine]


def module(number: int) -> str:
    """Return a file of eight functions."""
    return "".join(f"def step_{number}_{i}(value):\n    return value * {number} + {i}\n\n\n" for i in range(8))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of 600 files, so that indexing takes a while."""
    root = tmp_path / "tree"
    for number in range(600):
        file = root / f"part{number % 20}" / f"module_{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(module(number))
    return root


@pytest.fixture
def engine_of(tmp_path: Path) -> Iterator[EngineOf]:
    """Makes engines over one cache, which are stopped at the end."""
    engines: list[Engine] = []

    def make(
        settings: Settings | None = None,
        messages: list[Message] | None = None,
        statuses: list[EngineStatus] | None = None,
        on_battery: Callable[[], bool] = lambda: False,
        **tuning: float,
    ) -> Engine:
        engine = Engine(
            settings or Settings(),
            cache_dir=tmp_path / "cache",
            on_message=(lambda message: None) if messages is None else messages.append,
            on_status=(lambda status: None) if statuses is None else statuses.append,
            on_battery=on_battery,
            tuning=IndexingTuning(**tuning),  # type: ignore[arg-type]
        )
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        engine.stop()
