"""Chunks by how they are built."""

import numpy as np

from dowse.chunking.chunk import Kind
from dowse.chunking.structure import resemblance, sketch
from dowse.index.overlay import Overlay, OverlayDocument
from dowse.index.records import ChunkFilter
from dowse.index.sketches import resemblances
from dowse.index.writer import IndexWriter
from index.samples import CODE, chunk, embed, file, use_model

ONE = "def one(a):\n    for b in a:\n        if b > 1:\n            c(b)\n    return a\n"
TWO = "def two(x):\n    for y in x:\n        if y > 7:\n            z(y)\n    return x\n"
THREE = "def three(a):\n    try:\n        return open(a)\n    except OSError as e:\n        raise Missing(a) from e\n"


def built(name, text, **more):
    return chunk(name, text, sketch=sketch(text), **more)


def alike(index, text, limit=10, allowed=None):
    space = index.snapshot.spaces[CODE]
    found = space.alike(sketch(text), limit, allowed)
    chunks = index.snapshot.chunks(candidate.chunk_id for candidate in found)
    return [(chunks[candidate.chunk_id].name, round(candidate.score, 2)) for candidate in found]


def test_what_is_built_alike_is_found_whatever_it_is_called(tmp_path):
    index = IndexWriter.open(tmp_path, tmp_path / "cache")
    index.apply(
        [file("a.py", built("one", ONE)), file("b.py", built("three", THREE)), file("c.py", chunk("bare", ONE))]
    )
    assert alike(index, TWO)[0] == ("one", 1.0)
    assert len(alike(index, TWO, limit=1)) == 1
    index.close()


def test_it_follows_every_change_and_survives_a_restart(tmp_path):
    index = IndexWriter.open(tmp_path, tmp_path / "cache")
    index.apply([file("a.py", built("one", ONE))])
    assert alike(index, TWO) == [("one", 1.0)]
    index.apply([file("b.py", built("two", TWO)), file("a.py", built("three", THREE))])
    assert alike(index, ONE)[0] == ("two", 1.0)
    assert "one" not in dict(alike(index, ONE))
    index.close()
    again = IndexWriter.open(tmp_path, tmp_path / "cache")
    assert alike(again, ONE)[0] == ("two", 1.0)
    again.clear()
    assert alike(again, ONE) == []
    again.close()


def test_filters_hold(tmp_path):
    index = IndexWriter.open(tmp_path, tmp_path / "cache")
    index.apply([file("a.py", built("one", ONE)), file("b.py", built("two", TWO, kind=Kind.CLASS))])
    assert alike(index, ONE, allowed=ChunkFilter(kinds=(Kind.CLASS,))) == [("two", 1.0)]
    assert alike(index, ONE, limit=1, allowed=ChunkFilter(accepts_path=lambda path: path == "b.py")) == [("two", 1.0)]
    functions = index.snapshot.spaces[CODE].built(ChunkFilter(kinds=(Kind.FUNCTION,)))
    assert (len(functions.ids), functions.languages) == (1, ("python",))
    index.close()


def test_vectors_come_in_the_order_of_the_texts(tmp_path):
    index = IndexWriter.open(tmp_path, tmp_path / "cache")
    use_model(index)
    embed(index, index.apply([file("a.py", built("one", ONE), built("two", TWO, line=9))]))
    space = index.snapshot.spaces[CODE]
    functions = space.built(ChunkFilter())
    vectors = space.stored_vectors(functions.texts[::-1])
    single = space.vectors(functions.ids.tolist())
    assert vectors is not None
    assert np.allclose(vectors[::-1], [single[chunk_id] for chunk_id in functions.ids.tolist()], atol=1e-3)
    index.close()


def test_open_documents_are_compared_in_the_same_way():
    chunks = [built("one", ONE), built("three", THREE, line=9)]
    overlay = Overlay().with_document(OverlayDocument.of("untitled:1", None, "untitled:1", chunks))
    assert overlay.alike(CODE, sketch(TWO), 1)[0].chunk.name == "one"


def test_a_table_says_what_single_sketches_say():
    sketches = [sketch(text) for text in (ONE, TWO, THREE)]
    table = np.frombuffer(b"".join(sketches), np.uint8).reshape(3, -1).T
    expected = [resemblance(sketches[2], each) for each in sketches]
    assert np.allclose(resemblances(table, sketches[2]), expected)
