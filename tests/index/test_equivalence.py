"""Whatever happens to an index, it answers as one that was made of the final state alone; a snapshot as it began."""

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from dowse.chunking.chunk import SpaceName
from dowse.chunking.prepared_file import MissingFile
from dowse.index import graph
from dowse.index.tuning import IndexTuning
from dowse.index.writer import IndexWriter
from dowse.workspace.source import FileStamp, SkippedFile, SkipReason
from index.samples import CODE, PROSE, chunk, embed, embedded, file, maintain, places, use_model

PATHS = ("a.py", "b.py", "c/d.py", "notes.md")
WORDS = ("alpha", "beta", "gamma")

CHUNKS = st.lists(
    st.builds(
        lambda name, text, space: (name, text, space),
        st.sampled_from(("f", "g", "F")),
        st.sampled_from(WORDS),
        st.sampled_from((CODE, CODE, PROSE)),
    ),
    max_size=3,
).map(lambda made: [chunk(name, text, line=10 * n, space=space) for n, (name, text, space) in enumerate(made)])
UPDATES = st.one_of(
    st.builds(lambda path, chunks: file(path, *chunks), st.sampled_from(PATHS), CHUNKS),
    st.builds(lambda path: SkippedFile(path, SkipReason.BINARY, FileStamp(1, 1, 1, 1)), st.sampled_from(PATHS)),
    st.builds(MissingFile, st.sampled_from(PATHS)),
)
STEPS = st.lists(
    st.one_of(
        st.lists(UPDATES, min_size=1, max_size=4),
        st.sampled_from(
            (
                *("reopen", "maintain", "clear"),
                *("lose words", "lose graphs", "lose chunks", "break words", "break graphs", "break chunks"),
            )
        ),
    ),
    max_size=8,
)


@pytest.fixture(params=["exact", "graphs"])
def tuning(request):
    """With graphs, every vector but one goes into a graph, and each holds six at most; columns are saved at once."""
    if request.param == "exact":
        return IndexTuning(save_columns_after=1, tombstone_seconds=0, use_graphs=False)
    if not graph.available():
        pytest.skip("hnswlib is not installed")
    return IndexTuning(save_columns_after=1, tombstone_seconds=0, graph_from=1, exact_tail=1, graph_capacity=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, keep_at=st.integers(0, 7))
def test_an_index_answers_as_a_fresh_one_of_the_same_files(tuning, steps, keep_at):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        lived = opened(Path(directory) / "lived", tuning)
        state = {}
        held, before = lived.snapshot, answers(lived.snapshot)
        for number, step in enumerate(steps):
            if number == keep_at:
                held, before = lived.snapshot, answers(lived.snapshot)
            if isinstance(step, list):
                embed(lived, lived.apply(step))
                if tuning.use_graphs:
                    maintain(lived)
                for update in step:
                    state.pop(update.path, None)
                    if not isinstance(update, MissingFile):
                        state[update.path] = update
            elif step == "maintain":
                maintain(lived)
            elif step == "clear":
                lived.clear()
                state = {}
            else:
                assert answers(held) == before  # a snapshot lives as long as its index
                lived = after(step, lived, state, tuning)
                held, before = lived.snapshot, answers(lived.snapshot)
        fresh = opened(Path(directory) / "fresh", tuning)
        embed(fresh, fresh.apply(list(state.values())))
        assert answers(lived.snapshot) == answers(fresh.snapshot)
        assert answers(held) == before
        lived.close()
        fresh.close()


def test_a_text_that_comes_back_after_a_restart_has_its_vector(tmp_path, tuning):
    index = opened(tmp_path, tuning)
    embed(index, index.apply([file("a.py", chunk("f", "alpha"), chunk("g", "beta", line=10))]))
    maintain(index)
    held = index.snapshot  # which keeps the graph as it is
    embed(index, index.apply([file("a.py")]))
    maintain(index)
    assert len(held.spaces[CODE]) == 2
    index.close()

    index = opened(tmp_path, tuning)
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))

    assert index.snapshot.paths_without_vectors(100) == []
    index.close()


def opened(directory: Path, tuning: IndexTuning) -> IndexWriter:
    (directory / "root").mkdir(parents=True, exist_ok=True)
    index = IndexWriter.open(directory / "root", directory / "cache", tuning)
    use_model(index)
    index.mark_complete()
    return index


def after(step: str, index: IndexWriter, state: dict, tuning: IndexTuning) -> IndexWriter:
    """Close the index, damage its caches as the step says, open it again and do what the engine would."""
    directory = index.directory
    index.close()
    for kind, pattern in (("words", "words-*"), ("graphs", "vectors/*"), ("chunks", "chunks.npz")):
        for found in [*directory.glob(pattern)]:
            if step == f"lose {kind}":
                shutil.rmtree(found) if found.is_dir() else found.unlink()
            elif step == f"break {kind}":
                damage(found)
    index = opened(directory.parent.parent, tuning)
    stale = index.snapshot.stale_paths()
    assert index.take_recovery() is None
    embed(index, index.apply([state[path] for path in stale]))
    assert index.snapshot.stale_paths() == []
    return index


def damage(damaged: Path) -> None:
    """Flip a bit in the middle of the file, or of the directory's largest, and cut the next."""
    within = damaged.iterdir() if damaged.is_dir() else [damaged]
    files = sorted((path for path in within if path.stat().st_size), key=lambda path: -path.stat().st_size)
    for number, path in enumerate(files[:2]):
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0x10
        path.write_bytes(content if number == 0 else content[:-1])


def answers(index: IndexWriter) -> dict:
    """Everything that can be asked, by what does not depend on numbers."""
    counts = index.counts()
    assert index.vectors_missing == counts.chunks - counts.chunks_embedded
    found = {
        "files": {path: (record.stamp, record.digest, record.skipped) for path, record in index.files().items()},
        "counts": (counts.files_indexed, counts.chunks, counts.chunks_embedded, counts.skipped),
        "without vectors": index.paths_without_vectors(100),
    }
    for name in SpaceName:
        space = index.spaces[name]
        for word in WORDS:
            found[name, "words", word] = sorted(places(index, ids(space.matching([word], 1000))))
            for symbol in ("f", "F", "g"):
                query = embedded([f"{symbol}\n{word}"])[0]
                near = [(each, round(score, 5)) for each, score in scored(index, space.nearest(query, 1000))]
                found[name, "meaning", symbol, word] = sorted(near)
                found[name, "best", symbol, word] = len(space.nearest(query, 2))
        for symbol in ("f", "F", "g"):
            found[name, "name", symbol] = sorted(scored(index, space.named(symbol, 1000)))
    found["chunks"] = {path: [each[2:] for each in index.chunks_of(path)] for path in index.files()}
    return found


def ids(candidates):
    return [each.chunk_id for each in candidates]


def scored(index, candidates):
    return list(zip(places(index, ids(candidates)), [each.score for each in candidates], strict=True))
