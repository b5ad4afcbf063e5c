"""Indexing rests while the machine runs on its battery, where the settings say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from dowse.engine import Engine
from dowse.indexing.battery import on_battery
from dowse.search.query import SearchRequest
from dowse.settings import IndexingSettings, Settings
from dowse.status import IndexState, PauseReason
from indexing.conftest import HASH, EngineOf
from waiting import until

RESTING = Settings(models=HASH, indexing=IndexingSettings(pause_on_battery=True))


class Power:
    """What the system says of the battery."""

    def __init__(self) -> None:
        self.on_battery = True
        self.read = 0

    def __call__(self) -> bool:
        self.read += 1
        return self.on_battery


@pytest.fixture
def power() -> Power:
    return Power()


@pytest.fixture
def start(tmp_path: Path, power: Power, engine_of: EngineOf) -> Callable[..., Engine]:
    """Open a folder of one file."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "saved.py").write_text("def levitate_elephants():\n    return broomstick\n")

    def start(settings: Settings = RESTING) -> Engine:
        engine = engine_of(settings, on_battery=power, follow_seconds=0.02)
        engine.start([root], watch=False)
        return engine

    return start


def names(engine: Engine, query: str) -> list[str]:
    return [hit.name for hit in engine.search(SearchRequest(query)).hits]


def rests(engine: Engine) -> None:
    until(lambda: engine.status().paused is PauseReason.BATTERY, "it did not rest")


def test_on_battery_nothing_is_indexed_and_what_is_open_is_found(start, tmp_path) -> None:
    engine = start()
    engine.open_document(
        str(tmp_path / "root" / "typed.py"), "python", "def juggle_lighthouses():\n    return lantern\n"
    )
    assert names(engine, "juggle lighthouses") == ["juggle_lighthouses"]
    rests(engine)
    assert not engine.wait_until_ready(0.3)
    status = engine.status()
    assert (status.state, status.folders[0].files_indexed) == (IndexState.INDEXING, 0)


def test_it_goes_on_by_itself_when_the_machine_is_plugged_in(start, power) -> None:
    engine = start()
    rests(engine)
    power.on_battery = False
    assert engine.wait_until_ready(30)
    assert engine.status().paused is None
    assert names(engine, "levitate elephants") == ["levitate_elephants"]


@pytest.mark.parametrize("ask", [Engine.resume, Engine.rebuild])
def test_what_the_user_asks_for_overrides_it_until_the_machine_is_plugged_in(start, power, ask) -> None:
    engine = start()
    rests(engine)
    ask(engine)
    assert engine.wait_until_ready(30)
    read = power.read
    until(lambda: power.read > read + 1, "the battery was not looked at again")
    assert engine.status().paused is None
    power.on_battery = False
    read = power.read
    until(lambda: power.read > read + 1, "the battery was not looked at again")
    power.on_battery = True
    rests(engine)


def test_a_pause_that_the_user_asked_for_lasts_when_the_machine_is_plugged_in(start, power) -> None:
    engine = start()
    rests(engine)
    engine.pause()
    until(lambda: engine.status().paused is PauseReason.USER, "it did not pause")
    power.on_battery = False
    read = power.read
    until(lambda: power.read > read + 1, "the battery was not looked at again")
    assert engine.status().paused is PauseReason.USER
    engine.resume()
    assert engine.wait_until_ready(30)


def test_the_setting_counts_from_when_it_is_changed(start) -> None:
    engine = start(Settings(models=HASH))
    assert engine.wait_until_ready(30)
    engine.change_settings(RESTING)
    rests(engine)
    engine.change_settings(Settings(models=HASH))
    until(lambda: engine.status().paused is None, "it rests on")


def test_without_the_setting_the_battery_is_not_read(start, power) -> None:
    engine = start(Settings(models=HASH))
    assert engine.wait_until_ready(30)
    assert power.read == 0


@pytest.mark.parametrize(
    ("plugged", "expected"), [(True, False), (False, True), (None, False), ("no battery", False), ("nonsense", False)]
)
def test_the_system_is_believed_where_it_says_something(monkeypatch, plugged: Any, expected: bool) -> None:
    def read() -> SimpleNamespace | None:
        if plugged == "nonsense":
            raise ValueError("invalid literal for int()")
        return None if plugged == "no battery" else SimpleNamespace(percent=50, secsleft=9, power_plugged=plugged)

    monkeypatch.setattr(psutil, "sensors_battery", read, raising=False)
    assert on_battery() is expected
    monkeypatch.delattr(psutil, "sensors_battery")
    assert on_battery() is False
