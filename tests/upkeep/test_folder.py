"""What one folder's upkeep makes of files that change while it reads others."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dowse.chunking.preparing import ChunkerPool
from dowse.index.folder import FolderIndex
from dowse.search.view import SearchView
from dowse.settings import FileSettings
from dowse.upkeep import folder
from dowse.upkeep.folder import FolderUpkeep
from dowse.workspace.discovery import read
from upkeep.modules import FILES, modules_in


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return modules_in(tmp_path / "root")


@pytest.fixture
def upkeep(root: Path, tmp_path: Path) -> Iterator[FolderUpkeep]:
    with closing(FolderIndex.open(root, tmp_path / "cache")) as index, closing(ChunkerPool(2)) as pool:
        yield FolderUpkeep(index, FileSettings(), pool, lambda index, missing: None)


@pytest.fixture
def all_read(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when as many files have been read as there are at first; each is a commit of its own."""
    event, count, prepare = threading.Event(), [0], ChunkerPool.prepare_in_worker

    def counted(pool, root, path):
        found = prepare(pool, root, path)
        count[0] += 1
        if count[0] == FILES:
            event.set()
        return found

    monkeypatch.setattr(ChunkerPool, "prepare_in_worker", counted)
    monkeypatch.setattr(folder, "FLUSH_CHUNKS", 1)
    return event


def reconcile(upkeep: FolderUpkeep, meanwhile: Callable[[], None]) -> None:
    """Compare the folder with the disk, and do something ``meanwhile``: after the first commit."""
    due = [meanwhile]

    def breathe() -> None:
        if due and any(record.digest for record in upkeep.index.files().values()):
            due.pop()()

    upkeep.reconcile(threading.Event(), breathe)
    assert not due


def take_in(upkeep: FolderUpkeep, *paths: Path) -> None:
    assert upkeep.update(set(map(str, paths)), (), threading.Event(), lambda: None)


def as_on_disk(upkeep: FolderUpkeep, root: Path) -> bool:
    on_disk = {path.name: read(root, path.name, FileSettings()) for path in root.iterdir()}
    indexed = upkeep.index.files()
    return {path: each.digest for path, each in on_disk.items()} == {path: r.digest for path, r in indexed.items()}


def test_what_is_saved_and_deleted_meanwhile_is_not_undone_by_what_was_read_before(root, upkeep, all_read) -> None:
    def meanwhile() -> None:
        assert all_read.wait(60)
        waiting = sorted(path for path in root.iterdir() if upkeep.index.file(path.name) is None)
        saved, deleted = waiting[0], waiting[1]
        saved.write_text("def levitate_elephants():\n    return broomstick\n")
        deleted.unlink()
        take_in(upkeep, saved, deleted)

    reconcile(upkeep, meanwhile)
    assert as_on_disk(upkeep, root)


def test_what_is_saved_again_before_its_turn_comes_is_as_it_was_saved_last(root, upkeep, all_read) -> None:
    def meanwhile() -> None:
        assert all_read.wait(60)
        saved = next(path for path in sorted(root.iterdir()) if upkeep.index.file(path.name) is None)
        saved.write_text("def levitate_elephants():\n    return broomstick\n")
        take_in(upkeep, saved)
        saved.write_text("def juggle_lighthouses():\n    return lantern\n")

    reconcile(upkeep, meanwhile)
    assert as_on_disk(upkeep, root)


def test_a_file_that_comes_back_after_the_scan_has_passed_it_stays(root, upkeep, all_read) -> None:
    reconcile(upkeep, lambda: None)
    switched = root / "module_00.py"
    text = switched.read_text()
    switched.unlink()
    for path in root.iterdir():
        path.write_text(f"{path.read_text()}# changed\n")

    def meanwhile() -> None:
        assert all_read.wait(60)
        switched.write_text(text)
        take_in(upkeep, switched)

    reconcile(upkeep, meanwhile)
    assert as_on_disk(upkeep, root)


def test_how_far_the_folder_is_does_not_become_how_far_a_new_directory_is(root, upkeep, all_read) -> None:
    def meanwhile() -> None:
        assert all_read.wait(60)
        (root / "new").mkdir()
        (root / "new" / "one.py").write_text("def levitate_elephants():\n    return broomstick\n")
        take_in(upkeep, root / "new")
        assert upkeep.index.file("new/one.py") is not None
        assert upkeep.progress.total == FILES

    reconcile(upkeep, meanwhile)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere there is a root for each drive")
def test_a_saved_file_of_a_whole_file_system_is_taken_in(root, tmp_path) -> None:
    with closing(FolderIndex.open(Path("/"), tmp_path / "cache")) as index, closing(ChunkerPool(1)) as pool:
        whole = FolderUpkeep(index, FileSettings(exclude=("!tmp/",)), pool, lambda index, missing: None)
        saved = root / "module_00.py"
        assert not whole.rules.ignored(str(saved)[1:], is_directory=False)
        take_in(whole, saved)
        assert set(index.files()) == {str(saved)[1:]}
        view = SearchView((index,), *[None] * 5)  # type: ignore[arg-type] # only the folders are looked at
        assert view.owner(str(saved)) == (index, str(saved)[1:])


def test_a_file_whose_name_a_directory_has_taken_is_gone(root, upkeep) -> None:
    script = root / "tool.py"
    script.write_text("def levitate_elephants():\n    return broomstick\n")
    take_in(upkeep, script)
    script.unlink()
    script.mkdir()
    (script / "one.py").write_text("def juggle_lighthouses():\n    return lantern\n")
    take_in(upkeep, script)
    assert set(upkeep.index.files()) == {"tool.py/one.py"}


def test_what_lay_in_a_directory_is_gone_when_a_file_has_taken_its_name(root, upkeep) -> None:
    package = root / "tool.py"
    package.mkdir()
    for name in ("one.py", "data.bin"):
        (package / name).write_bytes(b"x = 1\n" if name == "one.py" else bytes(100))
    take_in(upkeep, package)
    assert set(upkeep.index.files()) == {"tool.py/one.py", "tool.py/data.bin"}
    for path in package.iterdir():
        path.unlink()
    package.rmdir()
    package.write_text("def levitate_elephants():\n    return broomstick\n")
    take_in(upkeep, package)
    assert set(upkeep.index.files()) == {"tool.py"}
