"""A snapshot is of one commit: it can be read for as long as it is held, whatever is written or set right meanwhile."""

import sqlite3
import threading
from contextlib import closing
from threading import Event, Thread

import pytest

from dowse.chunking.prepared_file import MissingFile
from dowse.chunking.structure import sketch
from dowse.index.builder import IndexBuilder
from dowse.index.database import FILE_NAME
from dowse.index.errors import IndexUnavailable
from dowse.index.records import ChunkFilter
from dowse.index.tuning import IndexTuning
from dowse.index.writer import IndexWriter
from index.samples import (
    CODE,
    MODEL,
    OTHER_MODEL,
    chunk,
    embed,
    embedded,
    file,
    maintain,
    matching,
    nearest,
    places,
    use_model,
)

FILES = [file(f"{n}.py", chunk(f"f{n}", f"alpha number{n}")) for n in range(5)]


def rows_in(index, table):
    with closing(sqlite3.connect(index.directory / FILE_NAME)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def change_all(index):
    embed(index, index.apply([file(f"{n}.py", chunk(f"g{n}", f"beta number{n}"), stamp=2) for n in range(5)]))


CHANGES = {
    "the files change": change_all,
    "the files are deleted": lambda index: index.apply([MissingFile(each.path) for each in FILES]),
    "the index is cleared": IndexWriter.clear,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_snapshot_has_found_can_be_read_from_it_whatever_happens_to_the_files(open_index, change):
    index = open_index(tombstone_seconds=0)
    use_model(index)
    embed(index, index.apply(FILES))
    held = index.snapshot
    found = held.spaces[CODE].nearest(embedded(["f3\nalpha number3"])[0], 5)
    CHANGES[change](index)
    maintain(index)
    assert places(held, [each.chunk_id for each in found])[0] == ("3.py", "f3", 0)
    assert len(held.chunks(each.chunk_id for each in found)) == 5
    assert matching(held, "alpha") == {f"f{n}" for n in range(5)}
    assert nearest(held, "f3\nalpha number3")[0] == "f3"
    assert len(held.spaces[CODE].named("f3", 5)) == 1
    assert set(held.files()) == {each.path for each in FILES}
    assert [each.name for each in held.chunks_of("2.py")] == ["f2"]
    assert held.counts().files_indexed == 5
    allowed = ChunkFilter(accepts_path=lambda path: path == "2.py")
    assert nearest(held, "f3\nalpha number3", allowed=allowed) == ["f2"]
    assert matching(index, "alpha") == set()


def test_deleted_chunks_go_when_no_snapshot_has_them_and_other_processes_have_had_time(open_index):
    index = open_index(tombstone_seconds=0)
    index.apply(FILES)
    held = index.snapshot
    index.clear()
    maintain(index)
    assert rows_in(index, "chunks") == 5
    del held
    maintain(index)
    assert rows_in(index, "chunks") == rows_in(index, "files") == 0


def test_another_process_has_time_to_read_what_it_has_found(open_index):
    index, reader = open_index(), open_index()
    index.apply(FILES)
    reader.refresh()
    ids = [each.chunk_id for each in reader.snapshot.spaces[CODE].matching(["alpha"], 9)]
    index.clear()
    maintain(index)
    assert len(reader.snapshot.chunks(ids)) == 5


def test_tombstones_do_not_pile_up_where_nothing_is_maintained(open_index):
    index = open_index(tombstone_seconds=0)
    for stamp in range(20):
        index.apply([file("a.py", chunk("f", f"alpha {stamp}"), stamp=stamp)])
    assert rows_in(index, "chunks") < 5


def test_vectors_in_graphs_stay_findable_for_the_snapshots_that_have_them(open_index):
    index = open_index(graph_from=1, exact_tail=0, graph_capacity=8)
    use_model(index)
    index.mark_complete()
    embed(index, index.apply(FILES))
    maintain(index)
    held = index.snapshot
    change_all(index)
    maintain(index)
    assert nearest(held, "f3\nalpha number3")[0] == "f3"
    assert len(nearest(held, "anything")) == 5
    del held
    maintain(index)
    assert set(nearest(index, "anything")) == {f"g{n}" for n in range(5)}


def test_it_says_how_many_vectors_are_missing_for_what_answers_and_what_is_built(open_index):
    index, reader = open_index(), open_index()
    missing = index.apply([file("a.py", chunk("f", "same"), chunk("g", "other")), file("b.py", chunk("f", "same"))])
    assert index.snapshot.vectors_missing == 3, "no model is known yet"
    index.use_model(CODE, "sample", MODEL)
    assert index.snapshot.vectors_missing == 3
    embed(index, [each for each in missing if each.text == "f\nsame"])
    reader.refresh()
    assert (index.snapshot.vectors_missing, reader.snapshot.vectors_missing) == (1, 1), "two chunks share that text"
    embed(index, [each for each in missing if each.text == "g\nother"])
    index.use_model(CODE, "other", OTHER_MODEL)
    reader.refresh()
    assert (index.snapshot.vectors_missing, reader.snapshot.vectors_missing) == (3, 3)
    index.apply([MissingFile("a.py")])
    assert index.snapshot.vectors_missing == 1
    index.use_model(CODE, "sample", MODEL)
    reader.refresh()
    assert (index.snapshot.vectors_missing, reader.snapshot.vectors_missing) == (0, 0)


def test_a_process_that_only_reads_sees_whether_the_folder_has_been_read(open_index):
    index, reader = open_index(), open_index()
    assert not reader.snapshot.complete
    index.mark_complete()
    assert reader.refresh()
    assert reader.snapshot.complete
    index.mark_incomplete()
    assert reader.refresh()
    assert not reader.snapshot.complete


def test_words_that_are_committed_after_the_catalogue_reach_a_process_that_only_reads(open_index):
    index, reader = open_index(), open_index()
    index.apply(FILES[:1])
    reader.refresh()
    builder = index._builder
    replace_words, builder._replace_words = builder._replace_words, lambda *given: late.append(given)
    late: list = []
    index.apply(FILES[1:2])
    assert reader.refresh()
    assert matching(reader, "alpha") == {"f0"}
    replace_words(*late[0])
    assert reader.refresh()
    assert matching(reader, "alpha") == {"f0", "f1"}


def test_searches_go_on_while_a_damaged_catalogue_is_replaced(open_index):
    index = open_index()
    use_model(index)
    stop, errors, searches = Event(), [], []

    def search():
        while not stop.is_set():
            try:
                snapshot = index.snapshot
                space = snapshot.spaces[CODE]
                found = [*space.matching(["alpha"], 9), *space.alike(sketch("def f(): pass"), 9), *space.named("f1", 9)]
                snapshot.chunks(each.chunk_id for each in found)
                searches.append(snapshot.generation)
            except BaseException as error:
                errors.append(error)
                return

    thread = Thread(target=search)
    thread.start()
    for _ in range(5):
        embed(index, index.apply(FILES))
        index._builder.database.damage = "a test says so"
        index.recover()
        assert "damaged" in index.take_recovery()
        assert index.snapshot.files() == {}
    stop.set()
    thread.join(30)
    assert errors == []
    assert searches


def test_a_recovery_that_fails_is_tried_again_and_loses_neither_models_nor_the_damaged_file(index, monkeypatch):
    embed(index, index.apply(FILES))
    index._builder.database.damage = "a test says so"
    with monkeypatch.context() as full_disk:
        full_disk.setattr(IndexBuilder, "use_model", refuse)
        with pytest.raises(IndexUnavailable):
            index.recover()
    assert index.damaged
    assert index.take_recovery() is None
    index.recover()
    kept = index.directory / f"{FILE_NAME}.damaged"
    assert str(kept) in index.take_recovery()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM chunks").fetchone() == (5,)
    assert index.snapshot.serving(CODE) == ("sample", MODEL)
    embed(index, index.apply(FILES))
    assert matching(index, "alpha") == {f"f{n}" for n in range(5)}


def refuse(*_):
    raise IndexUnavailable("The disk is full.")


CODE_OF_OLD = "def old(a):\n    for b in a:\n        if b:\n            return b\n    return None\n"
CODE_OF_NEW = (
    "def new(a, b):\n    try:\n        return a / b\n    except ZeroDivisionError:\n        raise ValueError(a)\n"
)


def test_sketches_of_a_database_that_was_replaced_are_not_those_of_the_new_one(index):
    """Its chunks have the numbers that chunks of the old one had."""
    index.apply([file("old.py", chunk("old", CODE_OF_OLD, sketch=sketch(CODE_OF_OLD)))])
    held = index.snapshot
    index._builder.database.damage = "a test says so"
    index.recover()
    index.apply([file("new.py", chunk("new", CODE_OF_NEW, sketch=sketch(CODE_OF_NEW)))])
    held.spaces[CODE].alike(sketch(CODE_OF_OLD), 5)
    assert held.chunks([1]) == {}, "nothing of the new database is taken for something of the old one"
    (found,) = index.snapshot.spaces[CODE].alike(sketch(CODE_OF_NEW), 5)
    assert found.score == 1.0


def test_a_reader_s_snapshot_never_reads_the_database_that_took_the_place_of_its_own(open_index):
    index, reader = open_index(), open_index()
    index.apply([file("old.py", chunk("old", "alpha"))])
    reader.refresh()
    held = reader.snapshot
    index._builder.database.damage = "a test says so"
    index.recover()
    index.apply([file("new.py", chunk("new", "beta"))])
    assert {each.name for each in held.chunks([1]).values()} <= {"old"}
    assert set(held.files()) <= {"old.py"}
    assert reader.refresh()
    assert set(reader.snapshot.files()) == {"new.py"}


def test_a_change_that_breaks_off_after_its_commit_is_taken_in_by_the_next(index, monkeypatch):
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr(index._builder, "_update", fail)
        with pytest.raises(MemoryError):
            index.apply(FILES[:1])
    assert matching(index, "alpha") == set()
    embed(index, index.apply(FILES[1:2]))
    assert set(index.snapshot.files()) == {"0.py", "1.py"}
    assert index.snapshot.stale_paths() == ["0.py"]
    assert {each.name for each in index.snapshot.chunks_of("0.py")} == {"f0"}


def fail(*_):
    raise MemoryError


def test_closing_waits_for_a_change_under_way_only_for_so_long(index):
    index.apply(FILES)
    other = sqlite3.connect(index.directory / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # which holds up every write
    outcome = []

    def write():
        try:
            index.apply([file("late.py", chunk("late", "alpha"))])
            outcome.append("written")
        except IndexUnavailable:
            outcome.append("refused")

    thread = threading.Thread(target=write)
    thread.start()
    while not index._working.locked():
        pass
    index.close(timeout=0.01)
    assert thread.is_alive()
    other.execute("ROLLBACK")
    thread.join(30)
    assert outcome == ["written"]
    other.close()
    with pytest.raises(IndexUnavailable):
        index.apply(FILES)
    assert index.snapshot.files() == {}, "what is held answers nothing, and raises nothing"
    again = IndexWriter.open(index.root, index.directory.parent, IndexTuning())
    assert (again.writable, "late.py" in again.snapshot.files()) == (True, True)
    again.close()
