"""What goes wrong in one place is told, and costs nothing anywhere else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from dowse.engine import Engine
from dowse.index import database, location
from dowse.search.query import SearchRequest
from dowse.settings import Settings
from dowse.status import Message
from indexing.conftest import HASH, EngineOf
from waiting import until

ELEPHANTS = "def levitate_elephants():\n    return broomstick\n"
LIGHTHOUSES = "def juggle_lighthouses():\n    return lantern\n"


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("one", "two")]
    for folder in made:
        folder.mkdir()
        (folder / "known.py").write_text("def known():\n    return 1\n")
    return made


@pytest.fixture
def opened(engine_of: EngineOf) -> Callable[..., Engine]:
    def open_(folders: list[Path], told: list[Message] | None = None) -> Engine:
        engine = engine_of(Settings(models=HASH), told, retry_seconds=0.1)
        engine.start(folders, watch=False)
        assert engine.wait_until_ready(60)
        return engine

    return open_


def catalogue_of(tmp_path: Path, folder: Path) -> Path:
    return tmp_path / "cache" / location.directory_name(folder) / database.FILE_NAME


def found(engine: Engine, query: str) -> set[str]:
    return {hit.name for hit in engine.search(SearchRequest(query)).hits}


def test_a_folder_that_cannot_be_written_costs_the_others_nothing(tmp_path, folders, opened, monkeypatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    told: list[Message] = []
    engine = opened(folders, told)
    saved = [folder / "saved.py" for folder in folders]
    saved[0].write_text(ELEPHANTS)
    saved[1].write_text(LIGHTHOUSES)
    with closing(sqlite3.connect(catalogue_of(tmp_path, folders[0]), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        engine.files_changed([str(path) for path in saved])
        until(lambda: "juggle_lighthouses" in found(engine, "juggle lighthouses"), "the other folder's file is lost")
        until(lambda: any("does not let go" in message.text for message in told), "the trouble is not told")
    until(lambda: "levitate_elephants" in found(engine, "levitate elephants"), "the folder's own file is lost")


def test_a_report_that_makes_no_sense_costs_no_other_file(folders, opened) -> None:
    engine = opened(folders)
    (folders[0] / "saved.py").write_text(ELEPHANTS)
    nonsense = [str(folders[0] / name) for name in ("a" * 300, "a\0b", "\ud800")]
    engine.files_changed([*nonsense, str(folders[0] / "saved.py")])
    until(lambda: "levitate_elephants" in found(engine, "levitate elephants"), "the file is lost")


def holds_a_directory(place: Path) -> bool:
    """Make a directory there; who opens the catalogue just then makes an empty file first."""
    place.unlink(missing_ok=True)
    try:
        place.mkdir()
    except FileExistsError:
        return False
    return True


def test_a_process_that_reads_goes_on_following_after_trouble(tmp_path, folders, opened) -> None:
    writer, told = opened(folders), []
    reader = opened(folders, told)
    catalogue = catalogue_of(tmp_path, folders[0])
    kept = catalogue.rename(tmp_path / "kept")
    until(lambda: holds_a_directory(catalogue), "a file is always there again")
    until(lambda: any("cannot be used" in message.text for message in told), "the trouble is not told")
    assert found(reader, "known") == {"known"}, "what it has answers"
    catalogue.rmdir()
    kept.rename(catalogue)
    writer.stop()
    until(lambda: all(folder.writable for folder in reader.status().folders), "nobody writes the index any more")


def test_an_open_text_goes_with_its_folder_and_stays_where_there_is_none_left(folders, opened) -> None:
    engine = opened(folders)
    engine.open_document(str(folders[0] / "known.py"), "python", ELEPHANTS)
    engine.open_document(str(folders[1] / "known.py"), "python", LIGHTHOUSES)
    assert found(engine, "levitate elephants") >= {"levitate_elephants"}
    engine.change_folders([], [folders[0]])
    assert engine.wait_until_ready(60)
    assert "levitate_elephants" not in found(engine, "levitate elephants")
    engine.change_folders([], [folders[1]])
    assert engine.wait_until_ready(60)
    assert {"levitate_elephants", "juggle_lighthouses"} <= found(engine, "levitate elephants juggle lighthouses")
