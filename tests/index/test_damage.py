"""Every file of an index may be lost, cut or altered: the server runs on, and what can be made again is."""

import random
import shutil
import sqlite3

import numpy as np
import pytest

from dowse.index import columns_file, database, graph, schema
from dowse.index.errors import IndexUnavailable
from dowse.index.writer import IndexWriter
from index.damaging import blank, cut, empty, flip, overwrite
from index.samples import CODE, MODEL, chunk, embed, embedded, file, maintain, matching, nearest, use_model

FILES = [file(f"{n}.py", chunk(f"f{n}", f"alpha number{n}")) for n in range(30)]


@pytest.fixture
def closed(reopened):
    """The directory of an index that was filled and closed, with its vectors in a graph where there can be one."""
    index = reopened(graph_from=1, exact_tail=0)
    embed(index, index.apply(FILES))
    maintain(index)
    index.close()
    return index.directory


def assert_whole(index):
    embed(index, index.apply([each for each in FILES if each.path in index.snapshot.stale_paths()]))
    assert matching(index, "alpha") == {f"f{n}" for n in range(30)}
    assert nearest(index, "f7\nalpha number7")[0] == "f7"
    assert len(nearest(index, "f7\nalpha number7")) == 30


@pytest.mark.parametrize("damage", [cut, overwrite])
def test_a_damaged_database_is_set_aside_and_another_begun(closed, open_index, damage):
    damage(closed / database.FILE_NAME)
    index = open_index()
    assert "damaged" in index.take_recovery()
    assert (closed / f"{database.FILE_NAME}.damaged").exists()
    assert (index.snapshot.files(), matching(index, "alpha")) == ({}, set())
    use_model(index)
    embed(index, index.apply(FILES))
    assert_whole(index)


def test_damage_that_shows_in_use_is_healed_too(index):
    use_model(index)
    embed(index, index.apply(FILES))
    generation = index.snapshot.generation
    index._builder.database.change(
        lambda connection: connection.execute("UPDATE chunks SET kind = 'no such kind', name = x'ff'")
    )
    assert not index.damaged
    assert index.snapshot.chunks_of("3.py") == []
    assert index.damaged
    index.recover()
    assert not index.damaged
    assert "damaged" in index.take_recovery()
    assert index.take_recovery() is None
    assert index.snapshot.generation > generation
    assert index.snapshot.serving(CODE) == ("sample", MODEL)
    embed(index, index.apply(FILES))
    assert_whole(index)


NONSENSE = [
    "UPDATE chunks SET kind = 'Funcdion'",
    "UPDATE chunks SET text = -3676",
    "UPDATE chunks SET text = 1 << 40",
    "UPDATE chunks SET text = 'seven'",
    "UPDATE chunks SET file = 0",
    "UPDATE files SET path = 7 WHERE id = 3",
    "UPDATE files SET stamp = x'00'",
    "UPDATE models SET info = '{\"nme\": 1}'",
    "UPDATE models SET fingerprint = 'another'",
    "UPDATE vectors SET vector = x'00'",
    "UPDATE facts SET value = 'no number' WHERE name = 'generation'",
    "DELETE FROM facts",
    "DELETE FROM files",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = CAST(x'ff' || sql AS TEXT) WHERE name = 'files'",
]


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("chunks_are", ["in a file too", "in the database alone"])
def test_a_sound_database_that_holds_nonsense_is_replaced_too(closed, open_index, nonsense, chunks_are):
    if chunks_are == "in a file too":
        index = open_index()
        index._builder.save_columns()
        index.close()
    assert (closed / columns_file.FILE_NAME).exists() == (chunks_are == "in a file too")
    connection = sqlite3.connect(closed / database.FILE_NAME)
    connection.executescript(nonsense)
    connection.commit()
    connection.close()
    index = open_index()
    index.snapshot.files(), index.snapshot.counts(), index.snapshot.chunks_of("3.py")
    use_model(index)
    embed(index, index.apply(FILES))
    assert_whole(index)
    index.close()
    again = open_index()
    assert_whole(again)
    assert again.snapshot.paths_without_vectors(5) == []


def test_whatever_bytes_of_a_database_change_it_is_made_again(closed, root, tmp_path):
    for seed in range(25):
        rng = random.Random(seed)
        cache = tmp_path / f"rotten{seed}"
        shutil.copytree(closed.parent, cache)
        path = cache / closed.name / database.FILE_NAME
        content = bytearray(path.read_bytes())
        for _ in range(rng.choice([1, 3, 20])):
            content[rng.randrange(100, len(content))] ^= rng.choice([0xFF, 1 << rng.randrange(8)])
        path.write_bytes(content)
        index = IndexWriter.open(root, cache)
        (
            index.snapshot.files(),
            index.snapshot.counts(),
            [index.snapshot.chunks_of(each.path) for each in FILES],
            index.snapshot.stale_paths(),
        )
        maintain(index)
        use_model(index)
        embed(index, index.apply([file(f"{n}.py", chunk(f"f{n}", f"alpha number{n}"), stamp=2) for n in range(30)]))
        assert "f7" in nearest(index, "f7\nalpha number7"), seed
        index.close()


def test_a_table_that_is_gone_is_damage(closed, open_index):
    connection = sqlite3.connect(closed / database.FILE_NAME)
    connection.execute("DROP TABLE vectors")
    connection.commit()
    connection.close()
    assert "damaged" in open_index().take_recovery()


@pytest.mark.parametrize("damage", [flip, cut, overwrite, empty])
@pytest.mark.parametrize("suffix", [".idx", ".term", ".fast", ".fieldnorm", "meta.json"])
def test_a_damaged_word_index_is_made_again(closed, open_index, suffix, damage):
    (found, *_) = (path for path in (closed / "words-code").iterdir() if path.name.endswith(suffix))
    damage(found)
    index = open_index()
    # A flipped bit inside the JSON may leave it meaning the same.
    assert len(index.snapshot.stale_paths()) == 30 or suffix == "meta.json"
    assert index.snapshot.counts().chunks_embedded == 30
    assert_whole(index)


@pytest.mark.parametrize("damage", [flip, cut, blank, overwrite, empty])
@pytest.mark.parametrize("name", ["0.hnsw", "0.json"])
def test_a_damaged_graph_is_made_again_and_nothing_is_embedded_again(closed, open_index, name, damage):
    if not graph.available():
        pytest.skip("hnswlib is not installed")
    (found,) = (closed / "vectors").glob(f"code-*/{name}")
    damage(found)
    index = open_index()
    assert (index.snapshot.stale_paths(), index.snapshot.paths_without_vectors(5)) == ([], [])
    assert_whole(index)
    maintain(index)
    assert_whole(index)


def test_the_words_of_a_kill_between_database_and_word_index_are_read_again(closed, open_index):
    index = open_index()
    stamp = (closed / "words-code.json").read_text()
    index.apply([file("new.py", chunk("new", "alpha new"))])
    index.close()
    (closed / "words-code.json").write_text(stamp)
    again = open_index()
    assert again.snapshot.stale_paths() == ["new.py"]
    again.close()
    assert open_index().snapshot.stale_paths() == ["new.py"]


def test_files_that_are_read_again_stop_being_stale_one_by_one(closed, open_index):
    (closed / "words-code.json").unlink()
    index = open_index()
    assert len(index.snapshot.stale_paths()) == 30
    index.apply(FILES[:10])
    assert len(index.snapshot.stale_paths()) == 20
    index.close()
    left = open_index().snapshot.stale_paths()
    assert set(left) == {each.path for each in FILES[10:]}


def test_caches_of_a_database_that_was_put_back_are_not_used(closed, open_index):
    early = (closed / database.FILE_NAME).read_bytes()
    index = open_index()
    embed(index, index.apply([file("0.py", chunk("other", "beta"))]))
    maintain(index)
    index.close()
    (closed / database.FILE_NAME).write_bytes(early)
    again = open_index()
    assert_whole(again)
    # The next text gets the number that "other" had in the lost past, and must not get its vector.
    missing = again.apply([file("new.py", chunk("new", "gamma"))])
    assert [each.text for each in missing] == ["new\ngamma"]
    embed(again, missing)
    assert nearest(again, "new\ngamma")[0] == "new"


def test_a_database_of_a_newer_dowse_is_left_alone(closed, open_index):
    connection = sqlite3.connect(closed / database.FILE_NAME)
    connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    connection.close()
    before = (closed / database.FILE_NAME).read_bytes()
    with pytest.raises(IndexUnavailable, match="newer Dowse"):
        open_index()
    assert (closed / database.FILE_NAME).read_bytes() == before


def test_a_full_disk_refuses_the_write_and_nothing_else(index):
    embed(index, index.apply(FILES))
    connection = index._builder.database._writer
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(IndexUnavailable, match="full"):
        index.apply([file("big.py", *(chunk(f"g{n}", f"gamma {n} " * 50, line=n) for n in range(3000)))])
    assert matching(index, "gamma") == set()
    assert "big.py" not in index.snapshot.files()
    connection.execute("PRAGMA max_page_count = 1000000")
    assert_whole(index)
    index.apply([file("big.py", chunk("g", "gamma"))])
    assert matching(index, "gamma") == {"g"}


def test_vectors_long_unused_are_dropped_and_others_kept(index):
    embed(index, index.apply(FILES))
    index.apply([file("0.py", chunk("changed", "beta"))])
    two_months_ago = 60 * 24 * 3600

    def age(connection):
        connection.execute("UPDATE facts SET value = 0 WHERE name = 'swept_at'")
        connection.execute("UPDATE texts SET unused_since = unused_since - ?", (two_months_ago,))

    maintain(index)
    index._builder.database.change(age)
    maintain(index)
    assert index.apply([FILES[0]]) == [], "a text that has just fallen out of use keeps its vector"
    index.apply([file("0.py", chunk("changed", "beta"))])
    index._builder.database.change(age)
    maintain(index)
    index._builder.database.change(age)
    maintain(index)
    assert [each.text for each in index.apply([FILES[0]])] == ["f0\nalpha number0"]
    assert index.snapshot.counts().chunks_embedded == 29


def test_a_migration_keeps_what_an_older_database_holds(tmp_path):
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:1])
    connection.execute("INSERT INTO texts (digest) VALUES (x'01')")
    later = (*schema.MIGRATIONS, ("ALTER TABLE texts ADD COLUMN length INTEGER NOT NULL DEFAULT 7",))
    with pytest.raises(schema.OlderSchema):
        schema.migrate(connection, later, writer=False)
    schema.migrate(connection, later)
    assert connection.execute("SELECT digest, length FROM texts").fetchall() == [(b"\x01", 7)]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
    broken = (*later, ("CREATE TABLE extra (x)", "this is no SQL"))
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, broken)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(later),)
    assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'extra'").fetchall() == []
    with pytest.raises(schema.NewerSchema):
        schema.migrate(connection)
    connection.close()


def test_the_tables_of_an_empty_database_are_made_all_at_once_by_whoever_comes_first(tmp_path):
    connection = sqlite3.connect(tmp_path / "new.db", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, (*schema.MIGRATIONS, ("this is no SQL",)), writer=False)
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    schema.migrate(connection, writer=False)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    connection.close()


@pytest.mark.parametrize("damage", [flip, cut, blank, empty])
def test_no_graph_is_loaded_that_its_note_does_not_vouch_for(tmp_path, damage):
    if not graph.available():
        pytest.skip("hnswlib is not installed")
    made = graph.HnswGraph(MODEL.dimensions, 64)
    made.add(np.arange(20), embedded([str(n) for n in range(20)]))
    path = tmp_path / "0.hnsw"
    made.save(path, "identity", 5, MODEL.fingerprint)
    loaded = graph.load(path, "identity", 5, MODEL.fingerprint, 64)
    assert sorted(loaded.labels().tolist()) == list(range(20))
    for identity, generation, fingerprint in (
        ("another", 5, MODEL.fingerprint),
        ("identity", 4, MODEL.fingerprint),
        ("identity", 5, "another"),
    ):
        assert graph.load(path, identity, generation, fingerprint, 64) is None
    damage(path)
    assert graph.load(path, "identity", 5, MODEL.fingerprint, 64) is None
