"""Vectors in graphs answer as vectors in the exact segment do, while they are moved there and after."""

from threading import Event, Thread

import numpy as np
import pytest

from dowse.chunking.prepared_file import MissingFile
from dowse.index import graph
from dowse.index.database import FILE_NAME
from dowse.index.records import ChunkFilter
from dowse.index.tuning import IndexTuning
from dowse.index.vectors import VectorBuilder
from index.samples import CODE, chunk, embed, embedded, file, maintain, nearest

pytestmark = pytest.mark.skipif(not graph.available(), reason="hnswlib is not installed")

FILES = [file(f"{n}.py", *(chunk(f"f{n}_{c}", f"text {n} {c}", line=c) for c in range(10))) for n in range(40)]


SMALL = {"graph_from": 50, "exact_tail": 10, "graph_capacity": 128}


@pytest.fixture
def index(reopened):
    return reopened(**SMALL)


def exact(query, names, limit):
    """What comparing with everything gives."""
    texts = [f"{name}\ntext {name[1:].replace('_', ' ')}" for name in names]
    scores = embedded(texts).astype(np.float16).astype(np.float32) @ embedded([query])[0]
    return {names[n] for n in np.argsort(-scores)[:limit]}


NAMES = [f"f{n}_{c}" for n in range(40) for c in range(10)]


def test_graphs_find_what_comparing_with_everything_finds(index):
    embed(index, index.apply(FILES))
    maintain(index)
    saved = sorted(path.name for path in index.directory.glob("vectors/code-*/*.hnsw"))
    assert saved == ["0.hnsw", "1.hnsw", "2.hnsw", "3.hnsw"]
    for query in ("f3_1\ntext 3 1", "anything", "something else"):
        assert set(nearest(index, query, 10)) == exact(query, NAMES, 10)
    assert len(nearest(index, "anything")) == 400


def test_the_vectors_that_a_power_cut_has_taken_from_the_database_do_not_come_back_from_a_graph(index, reopened):
    """The numbers of the lost texts are given out again, to other texts."""
    index.close()
    before = (index.directory / FILE_NAME).read_bytes()
    index = reopened(**SMALL)
    embed(index, index.apply(FILES))
    maintain(index)
    index.close()
    (index.directory / FILE_NAME).write_bytes(before)
    index = reopened(**SMALL)
    kept = [file(f"kept{n}.py", chunk(f"f{n}_0", f"text {n} 0")) for n in range(20)]
    for each in reversed(kept):
        embed(index, index.apply([each]))
    index.close()
    index = reopened(**SMALL)
    assert nearest(index, "f3_0\ntext 3 0", 1) == ["f3_0"]
    index.close()


def test_graphs_wait_until_the_folder_has_been_read_but_for_what_would_be_too_many(reopened):
    index = reopened(**SMALL)
    index.mark_incomplete()
    embed(index, index.apply(FILES))
    maintain(index)
    assert not list(index.directory.glob("vectors/code-*/*.hnsw"))
    assert len(nearest(index, "anything")) == 400
    index = reopened(**SMALL, exact_tail_while_scanning=200)
    index.mark_incomplete()
    maintain(index)
    assert len(list(index.directory.glob("vectors/code-*/*.hnsw"))) == 2
    index.mark_complete()
    maintain(index)
    assert len(list(index.directory.glob("vectors/code-*/*.hnsw"))) == 4


@pytest.mark.parametrize("narrow", [0, 1_000])
@pytest.mark.parametrize("modulus", [2, 13, 40])
def test_filters_get_the_best_of_what_they_let_through(reopened, modulus, narrow):
    index = reopened(**SMALL, narrow_filter=narrow)
    embed(index, index.apply(FILES))
    maintain(index)
    allowed = ChunkFilter(accepts_path=lambda path: int(path[:-3]) % modulus == 0)
    among = [name for name in NAMES if int(name[1:].split("_")[0]) % modulus == 0]
    assert set(nearest(index, "anything", 10, allowed)) == exact("anything", among, 10)
    assert len(nearest(index, "anything", 1_000, allowed)) == len(among)


def test_a_graph_full_of_what_the_filter_leaves_out_is_searched_on(tmp_path):
    # Each vector is a smaller angle away from the query than the next; the first graph takes the nearest 128.
    angles = np.linspace(0, np.pi / 2, 256)
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    numbers = np.arange(256)
    held = VectorBuilder(2, tmp_path, "identity", "fingerprint", IndexTuning(**SMALL, narrow_filter=0))
    held.add(numbers, rows)
    fetch = lambda texts: (texts, rows[texts])  # noqa: E731
    while held.settle(fetch, scanning=False):
        pass
    found, _ = held.build().nearest_among(rows[0], 5, numbers[100:], fetch)
    assert found.tolist() == [100, 101, 102, 103, 104]


def test_graphs_are_loaded_and_what_came_after_is_added(index, reopened):
    embed(index, index.apply(FILES[:30]))
    maintain(index)
    embed(index, index.apply([*FILES[30:], MissingFile("3.py")]))
    index.close()
    again = reopened(**SMALL)
    try:
        names = [name for name in NAMES if not name.startswith("f3_")]
        assert set(nearest(again, "anything")) == set(names)
        assert set(nearest(again, "f3_1\ntext 3 1", 10)) == exact("f3_1\ntext 3 1", names, 10)
        again.apply([FILES[3]])
        assert nearest(again, "f3_1\ntext 3 1", 1) == ["f3_1"]
    finally:
        again.close()


def test_a_graph_of_mostly_removed_vectors_is_made_again(index):
    embed(index, index.apply(FILES))
    maintain(index)
    index.apply([MissingFile(f"{n}.py") for n in range(30)])
    maintain(index)
    names = [name for name in NAMES if int(name[1:].split("_")[0]) >= 30]
    assert set(nearest(index, "anything")) == set(names)
    (made,) = index.snapshot.spaces[CODE].vectors_by_model.values()
    assert sum(len(each) for each in made.graphs) <= 150
    index.apply(FILES)
    assert len(nearest(index, "anything")) == 400


def test_searches_and_writes_go_on_beside_the_moving(index):
    stop, errors = Event(), []

    def searching():
        try:
            while not stop.is_set():
                found = index.snapshot.spaces[CODE].nearest(query, 5)
                (best,) = index.snapshot.chunks([found[0].chunk_id]).values()  # this chunk is never touched
                assert (best.name, len(found)) == ("f39_9", 5)
        except BaseException as error:
            errors.append(error)

    def maintaining():
        try:
            while not stop.is_set():
                index.maintain()
        except BaseException as error:
            errors.append(error)

    query = embedded(["f39_9\ntext 39 9"])[0]
    embed(index, index.apply(FILES[-1:]))
    threads = [Thread(target=target) for target in (searching, maintaining)]
    for thread in threads:
        thread.start()
    for some in range(0, 39, 6):
        embed(index, index.apply(FILES[some : min(39, some + 6)]))
        index.apply([MissingFile(FILES[some].path)])
        index.apply([FILES[some]])
    stop.set()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert len(nearest(index, "anything")) == 400


def test_without_hnswlib_everything_is_compared(reopened):
    index = reopened(**SMALL, use_graphs=False)
    embed(index, index.apply(FILES))
    maintain(index)
    assert index.snapshot.spaces[CODE].kind_of_index == "exact"
    assert set(nearest(index, "anything", 10)) == exact("anything", NAMES, 10)
