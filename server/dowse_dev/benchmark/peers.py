"""The same work by other means: semble, ripgrep, exact search over all vectors, and the bare imports of a server."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind, SpaceName
from dowse.embedding.providers import open_model
from dowse.index.records import Candidate, ChunkFilter
from dowse.index.writer import IndexWriter
from dowse.settings import ModelSettings
from dowse_dev.benchmark.measures import Times
from dowse_dev.benchmark.meter import Meter
from dowse_dev.benchmark.trees import Tree

NEIGHBOURS = 10
_ROUNDING = 1e-4
"""Between cosines that were worked out in different orders."""
_FUNCTIONS = ChunkFilter(languages=("python",), kinds=(Kind.FUNCTION,))
_SEMBLE = Path(__file__).with_name("semble_worker.py")


@dataclass(frozen=True, slots=True)
class SembleFigures:
    """One round of semble."""

    seconds: float
    """From the start of its process until everything was indexed, in memory."""
    cpu_seconds: float
    peak_mb: float
    chunks: int
    queries: Times
    """In its own process; through a protocol they would take longer."""


@dataclass(frozen=True, slots=True)
class VectorFigures:
    """How the index of vectors compares with multiplying all of them."""

    vectors: int
    recall: float
    """At ten, of the ten that exact search finds."""
    filtered_recall: float
    """The same among the functions of one language only."""
    index: Times
    exact: Times


def bare_imports() -> float:
    """Return the milliseconds that a process takes which only imports what a language server in Python needs."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import pygls.lsp.server, lsprotocol.types"], check=True)
    return (time.perf_counter() - started) * 1000


def semble(python: str, tree: Tree, queries: Sequence[str], model: Path) -> SembleFigures:
    """Index and search by semble, installed for the interpreter ``python``, with our vectors (see :func:`export`)."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [python, str(_SEMBLE), str(tree.folder), str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    meter = Meter(process.pid)
    try:
        indexed = _answer(process.stdout.readline())
        seconds, usage = time.perf_counter() - started, meter.usage()
        process.stdin.write(json.dumps(list(queries)) + "\n")
        process.stdin.close()
        times = _answer(process.stdout.readline())["times"]
        process.wait()
    finally:
        process.kill()
        meter.stop()
    return SembleFigures(seconds, usage.cpu_seconds, usage.peak_mb, indexed["chunks"], Times(tuple(times)))


def export(file: Path) -> None:
    """Write the built-in code model as plain arrays, for programs that know other forms of static models."""
    from dowse.embedding.static import MODEL_FILE, MODELS, read_model

    weights = read_model(MODELS / "code" / MODEL_FILE)
    count = len(weights.tokens)
    vectors = weights.rows[:count].astype(np.float32) * weights.document_scales[:count, None]
    np.savez(file, vectors=vectors, tokens=np.array(weights.tokens))


def ripgrep(tree: Tree, queries: Sequence[str]) -> Times | None:
    """Return the times of looking for each query's words, any of them, with ripgrep; None where it is missing."""
    program = shutil.which("rg")
    if program is None:
        return None
    times = []
    for query in queries:
        words = [option for word in query.split() for option in ("-e", word)]
        started = time.perf_counter()
        subprocess.run(
            [program, "--count", "--ignore-case", "--fixed-strings", *words, "."],
            cwd=tree.folder,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        times.append((time.perf_counter() - started) * 1000)
    return Times(tuple(times))


def exact(tree: Tree, cache_dir: Path, queries: Sequence[str], models: ModelSettings) -> VectorFigures:
    """Compare the code vectors' index with exact search; no server may have the tree open."""
    index = IndexWriter.open(tree.folder, cache_dir)
    try:
        while index.maintain():
            pass
        space, serving = index.snapshot.spaces[SpaceName.CODE], index.snapshot.serving(SpaceName.CODE)
        if serving is None:
            raise ValueError(f"the index of {tree.folder} has no vectors")
        model = open_model(serving[0], models)
        texts = space.columns.texts_in_use()
        vectors = space.stored_vectors(texts)
        assert vectors is not None
        matrix = vectors.astype(np.float32)
        passing = np.isin(texts, space.columns.texts_in_use(space.columns.allowed(_FUNCTIONS, space.paths)))
        found, filtered, fast, slow = [], [], [], []
        for query in queries:
            vector = model.embed_query(query)
            started = time.perf_counter()
            near = space.nearest(vector, NEIGHBOURS)
            searched = time.perf_counter()
            scores = matrix @ vector
            least = _tenth(scores)
            slow.append((time.perf_counter() - searched) * 1000)
            fast.append((searched - started) * 1000)
            found.append(_share(near, least))
            filtered.append(_share(space.nearest(vector, NEIGHBOURS, _FUNCTIONS), _tenth(scores[passing])))
        model.close()
    finally:
        index.close()
    return VectorFigures(
        len(matrix), float(np.mean(found)), float(np.mean(filtered)), Times(tuple(fast)), Times(tuple(slow))
    )


def _tenth(scores: NDArray[np.float32]) -> float:
    """Return the least of the ten best scores."""
    return float(np.partition(scores, -NEIGHBOURS)[-NEIGHBOURS]) if len(scores) > NEIGHBOURS else -1.0


def _share(near: Sequence[Candidate], least: float) -> float:
    """Return how many of ten are as good as the ten best: by score, since several texts may have one."""
    return sum(candidate.score >= least - _ROUNDING for candidate in near) / NEIGHBOURS


def _answer(line: str) -> dict[str, Any]:
    if not line:
        raise ValueError("semble ended without an answer; its own message stands above")
    answer: dict[str, Any] = json.loads(line)
    return answer
