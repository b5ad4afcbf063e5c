"""What is read of a folder, beside its index as it really is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore
from threading import Event as Flag

import pytest

from dowse.chunking.chunker_pool import ChunkerPool
from dowse.chunking.prepared_file import MissingFile, PreparedFile
from dowse.index.writer import IndexWriter
from dowse.indexing.effects import FolderView, ReadFiles, ScanFolder
from dowse.indexing.events import Event, FilesRead, ReadingDone, ScanProgress
from dowse.indexing.folder_reader import read_files, scan_folder
from dowse.indexing.tuning import IndexingTuning
from dowse.settings import FileSettings
from dowse.workspace.discovery import read
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import SkipReason, stamp_of
from indexing.modules import FILES, modules_in


class Folder:
    """A folder and its index; what is read is written at once, as the loop would have it done."""

    def __init__(self, root: Path, index: IndexWriter, pool: ChunkerPool, exclude: tuple[str, ...] = ()) -> None:
        self.root = root
        self.index = index
        self.rules = IgnoreRules(root, exclude)
        self.files = FileSettings(exclude=exclude)
        self.events: list[Event] = []
        self.permits = BoundedSemaphore(2)
        self.stop = Flag()
        self.on_batch: Callable[[FilesRead], None] = self.write
        self._pool = pool

    @property
    def view(self) -> FolderView:
        return FolderView(self.root, self.index.snapshot, self.rules, ())

    def scan(self, **tuning: float) -> None:
        wanted = ScanFolder(self.view, 1, self.files, None, False, self.permits, self.stop)
        scan_folder(wanted, self._pool, self._post, IndexingTuning(**tuning))  # type: ignore[arg-type]
        self.index.apply([MissingFile(path) for path in self.done.missing])
        if not self.done.stopped:
            self.index.settle_settings(self.files)

    def read(self, *paths: Path) -> None:
        relative = frozenset(path.relative_to(self.root).as_posix() for path in paths)
        wanted = ReadFiles(self.view, 1, relative, frozenset(), self.files, self.permits, self.stop)
        read_files(wanted, self._pool, self._post, IndexingTuning())

    def write(self, batch: FilesRead) -> None:
        self.index.note_settings(self.files)
        self.index.apply(batch.updates)
        self.permits.release()

    def _post(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, FilesRead):
            self.on_batch(event)

    @property
    def done(self) -> ReadingDone:
        (done,) = [each for each in self.events if isinstance(each, ReadingDone)][-1:]
        return done

    def is_as_on_disk(self) -> bool:
        on_disk = {path.name: read(self.root, path.name, FileSettings()) for path in self.root.iterdir()}
        indexed = self.index.snapshot.files()
        return {path: each.digest for path, each in on_disk.items()} == {path: r.digest for path, r in indexed.items()}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    root = modules_in(tmp_path / "root")
    with closing(IndexWriter.open(root, tmp_path / "cache")) as index, closing(ChunkerPool(2)) as pool:
        yield Folder(root, index, pool)


def test_a_scan_reads_what_differs_and_names_what_is_gone(folder):
    folder.scan()
    assert folder.is_as_on_disk()
    (folder.root / "module_00.py").unlink()
    (folder.root / "module_01.py").write_text("def other():\n    return 1\n")
    folder.events.clear()
    folder.scan()
    assert [each.path for batch in folder.events if isinstance(batch, FilesRead) for each in batch.updates] == [
        "module_01.py"
    ]
    assert folder.done.missing == ("module_00.py",)
    assert folder.is_as_on_disk()


def test_how_much_there_is_to_read_is_told_while_it_is_read(folder):
    folder.scan(flush_chunks=1)
    told = [(each.total, each.done) for each in folder.events if isinstance(each, ScanProgress)]
    assert told[-1] == (FILES, FILES)
    assert len(told) >= FILES


def test_a_scan_waits_for_its_batches_to_be_written(folder):
    folder.on_batch = lambda batch: folder.stop.set() if len(batches()) == 2 else None  # nothing is ever written

    def batches() -> list[FilesRead]:
        return [each for each in folder.events if isinstance(each, FilesRead)]

    folder.scan(flush_chunks=1)
    assert len(batches()) == 2
    assert folder.done.stopped
    assert folder.done.missing == ()


def test_a_folder_that_is_gone_is_no_reason_to_forget_its_files(folder):
    folder.scan()
    folder.root.rename(folder.root.with_name("elsewhere"))
    folder.events.clear()
    folder.scan()
    assert folder.done.error is not None
    assert "cannot be read" in folder.done.error
    assert len(folder.index.snapshot.files()) == FILES


def test_reported_files_are_read_where_they_differ(folder):
    folder.scan()
    folder.events.clear()
    saved = folder.root / "module_03.py"
    saved.write_text("def levitate_elephants():\n    return broomstick\n")
    folder.read(saved, folder.root / "module_04.py")
    assert [each.path for batch in folder.events if isinstance(batch, FilesRead) for each in batch.updates] == [
        "module_03.py"
    ]


def test_a_reported_directory_is_read_with_all_that_lies_in_it(folder):
    folder.scan()
    inner = folder.root / "inner" / "deeper"
    inner.mkdir(parents=True)
    (inner / "one.py").write_text("def levitate_elephants():\n    return broomstick\n")
    folder.read(folder.root / "inner")
    assert folder.index.snapshot.file("inner/deeper/one.py") is not None
    assert folder.index.snapshot.file("module_00.py") is not None


def test_a_file_whose_name_a_directory_has_taken_is_gone(folder):
    folder.scan()
    taken = folder.root / "module_00.py"
    taken.unlink()
    taken.mkdir()
    (taken / "inside.py").write_text("def inside():\n    return 1\n")
    folder.read(taken)
    files = folder.index.snapshot.files()
    assert "module_00.py" not in files
    assert "module_00.py/inside.py" in files


def test_what_lay_in_a_directory_is_gone_when_a_file_has_taken_its_name(folder):
    inner = folder.root / "inner"
    inner.mkdir()
    (inner / "one.py").write_text("def one():\n    return 1\n")
    folder.scan()
    (inner / "one.py").unlink()
    inner.rmdir()
    inner.write_text("a file\n")
    folder.read(inner)
    assert "inner/one.py" not in folder.index.snapshot.files()


def test_a_file_that_is_ignored_by_now_is_forgotten(folder):
    folder.scan()
    folder.rules.reload(("module_00.py",))
    folder.read(folder.root / "module_00.py")
    assert "module_00.py" not in folder.index.snapshot.files()


def test_a_file_that_is_said_to_have_changed_is_read_though_its_stamp_has_not(folder):
    folder.scan()
    path = "module_03.py"
    before = [each for batch in folder.events if isinstance(batch, FilesRead) for each in batch.updates]
    (prepared,) = [each for each in before if each.path == path]
    assert isinstance(prepared, PreparedFile)
    saved = folder.root / path
    saved.write_text("def levitate_elephants():\n    return broomstick\n")
    folder.index.apply([replace(prepared, stamp=stamp_of(saved.lstat()))])
    folder.events.clear()
    folder.scan()
    assert read_paths(folder) == []
    folder.read(saved)
    assert read_paths(folder) == [path]
    assert folder.is_as_on_disk()


@pytest.mark.skipif(os.name != "posix", reason="no other system tells when a file was last changed")
def test_a_change_whose_time_was_set_back_is_seen_by_a_scan(folder):
    folder.scan()
    saved = folder.root / "module_03.py"
    before = saved.stat()
    content = saved.read_bytes()
    saved.write_bytes(content.swapcase())
    os.utime(saved, ns=(before.st_atime_ns, before.st_mtime_ns))
    folder.events.clear()
    folder.scan()
    assert read_paths(folder) == ["module_03.py"]


def read_paths(folder: Folder) -> list[str]:
    return [each.path for batch in folder.events if isinstance(batch, FilesRead) for each in batch.updates]


def test_a_scan_reads_what_other_settings_judge_otherwise_and_nothing_else(folder):
    (folder.root / "large.py").write_text("def levitate_elephants():\n    return broomstick\n" + "# filler\n" * 1000)
    folder.scan()
    for limit in (2_000, 1_000_000):
        folder.files = FileSettings(max_size=limit)
        for expected in (["large.py"], []):
            folder.events.clear()
            folder.scan()
            assert read_paths(folder) == expected
        skipped = folder.index.snapshot.skipped(9)
        assert skipped == ([("large.py", SkipReason.TOO_LARGE)] if limit == 2_000 else [])


def test_settings_that_a_scan_was_not_done_with_are_not_forgotten(folder):
    (folder.root / "large.py").write_text("def levitate_elephants():\n    return broomstick\n" + "# filler\n" * 1000)
    folder.scan()
    folder.files = FileSettings(max_size=2_000)
    folder.on_batch = lambda batch: (folder.write(batch), folder.stop.set())
    folder.scan(flush_chunks=0)
    assert folder.done.stopped
    assert [path for path, _ in folder.index.snapshot.skipped(9)] == ["large.py"]
    folder.files, folder.stop = FileSettings(), Flag()  # as the last scan that ended had them
    folder.scan()
    assert folder.index.snapshot.skipped(9) == []


def test_an_index_that_remembers_no_settings_is_read_anew(folder):
    folder.scan()
    with closing(sqlite3.connect(folder.index.directory / "catalogue.db")) as database, database:
        database.execute("DELETE FROM facts WHERE name = 'read_under'")
    folder.events.clear()
    folder.scan()
    assert len(read_paths(folder)) == FILES
    assert folder.is_as_on_disk()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere there is a root for each drive")
def test_a_saved_file_of_a_whole_file_system_is_read(tmp_path):
    saved = modules_in(tmp_path / "root") / "module_00.py"
    with closing(IndexWriter.open(Path("/"), tmp_path / "cache")) as index, closing(ChunkerPool(1)) as pool:
        whole = Folder(Path("/"), index, pool, exclude=("!tmp/",))
        whole.read(saved)
        assert set(index.snapshot.files()) == {str(saved)[1:]}
