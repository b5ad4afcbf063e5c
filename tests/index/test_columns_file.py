"""The file of chunks spares an index that is opened the rows of its database, and changes no answer."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from dowse.chunking.chunk import Kind
from dowse.index import columns_file, location, queries, schema
from dowse.index.columns import StoredColumns
from dowse.index.columns_file import SavedColumns
from dowse.index.database import FILE_NAME
from index.damaging import blank, cut, empty, flip
from index.samples import CODE, PROSE, chunk, embed, file, maintain, matching, nearest

FILES = [file(f"{n}.py", chunk(f"f{n}", "alpha"), chunk(f"g{n}", "beta", line=9)) for n in range(10)]


@pytest.fixture
def closed(reopened):
    """The directory of an index that was filled, saved and closed."""
    index = reopened(save_columns_after=1)
    embed(index, index.apply(FILES))
    maintain(index)
    index.close()
    return index.directory


@pytest.fixture
def rows_read(monkeypatch):
    """How many rows of chunks each opening has read from the database."""
    counts = []
    changes_since = queries.changes_since

    def counted(connection, since):
        found = changes_since(connection, since)
        counts.append(len(found.rows))
        return found

    monkeypatch.setattr(queries, "changes_since", counted)
    return counts


def assert_whole(index, names):
    assert {each for word in ("alpha", "beta") for each in matching(index, word)} == names
    assert set(nearest(index, "f3\nalpha")) == names
    assert len(index.snapshot.spaces[CODE]) == len(names)


NAMES = {f"{letter}{n}" for letter in "fg" for n in range(10)}


def test_chunks_come_from_the_file_and_only_changes_since_from_the_database(closed, open_index, rows_read):
    index = open_index()
    assert rows_read[0] == 0
    assert_whole(index, NAMES)
    embed(index, index.apply([file("3.py", chunk("h3", "beta"), stamp=2)]))
    index.close()
    rows_read.clear()
    index = open_index()
    assert rows_read[0] == 1
    assert_whole(index, NAMES - {"f3", "g3"} | {"h3"})
    index.close()


@pytest.mark.parametrize("damage", [flip, cut, blank, empty])
def test_a_damaged_file_of_chunks_is_not_believed(closed, open_index, damage):
    path = closed / columns_file.FILE_NAME
    written = columns_file.read(path, identity_of(path))
    assert written is not None
    damage(path)
    assert columns_file.read(path, written.identity) is None
    index = open_index(save_columns_after=1)
    assert_whole(index, NAMES)
    maintain(index)
    assert columns_file.read(path, written.identity) is not None, "a whole one takes its place"
    index.close()


def test_what_a_power_cut_has_taken_from_the_database_does_not_come_back_from_the_file(closed, open_index):
    """The numbers of the lost transactions are given out again, to other chunks."""
    database = closed / FILE_NAME
    before = database.read_bytes()
    index = open_index(save_columns_after=1)
    embed(index, index.apply([file("3.py", chunk("lost", "alpha"), stamp=2)]))
    maintain(index)
    index.close()
    database.write_bytes(before)
    index = open_index()
    for stamp in range(2, 10):
        embed(index, index.apply([file("5.py", chunk("h5", "alpha"), stamp=stamp)]))
    index.close()
    index = open_index()
    names = NAMES - {"f5", "g5"} | {"h5"}
    assert set(nearest(index, "f3\nalpha")) == names
    assert len(index.snapshot.spaces[CODE]) == len(names)
    index.close()


def test_the_file_of_another_database_is_not_believed(closed):
    assert columns_file.read(closed / columns_file.FILE_NAME, "another") is None


def identity_of(path) -> str:
    with np.load(path) as found:
        return json.loads(found["header"].tobytes())[1]


def test_an_index_from_before_there_were_tombstones_is_taken_over(root, cache, open_index):
    """A file kept its number then when it changed, also in files of columns that were written before."""
    directory = location.place(root, cache).directory
    with closing(sqlite3.connect(directory / FILE_NAME, isolation_level=None)) as connection:
        schema.migrate(connection, schema.MIGRATIONS[:2])
        connection.execute("INSERT INTO texts VALUES (1, x'01', NULL), (2, x'02', NULL)")
        connection.execute("INSERT INTO files VALUES (1, CAST('a.py' AS BLOB), '1 1 1', x'00', 'python', NULL, 3)")
        connection.execute("INSERT INTO files VALUES (2, CAST('gone.py' AS BLOB), '1 1 1', x'00', 'python', NULL, 2)")
        connection.execute("DELETE FROM files WHERE id = 2")
        row = (2, 1, 2, "code", "python", Kind.FUNCTION, b"new", b"new", None, 0, 1, 0, 4, 3, b"def new()", 0, b"", b"")
        connection.execute(f"INSERT INTO chunks VALUES ({','.join('?' * len(row))})", row)
        connection.execute("UPDATE facts SET value = 3 WHERE name = 'generation'")
        (identity,) = connection.execute("SELECT value FROM facts WHERE name = 'identity'").fetchone()
    old = StoredColumns(*(np.array([value]) for value in (1, 1, 1, 0, 0)), ("python",))
    none = StoredColumns(*(np.empty(0, np.int64) for _ in range(5)), ())
    columns_file.write(directory / columns_file.FILE_NAME, SavedColumns(identity, 2, {CODE: old, PROSE: none}))
    index = open_index()
    assert len(index.snapshot.spaces[CODE]) == 1
    assert [each.name for each in index.snapshot.chunks_of("a.py")] == ["new"]
    assert [each.chunk_id for each in index.snapshot.spaces[CODE].named("new", 5)] == [2]
    index.apply([file("b.py", chunk("f", "alpha"))])
    assert index.snapshot.file("b.py").id == 3, "the number of a file that is gone means nothing else"
