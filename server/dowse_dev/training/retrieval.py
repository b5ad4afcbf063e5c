"""How well a model finds what it was not trained on: CoSQA, and pairs of held-out packages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunker import chunk_text
from dowse.chunking.embedding_text import embedded_text
from dowse.training.corpus import Corpus

CANDIDATES = 1000
"""Documents that each held-out query is compared with: those of up to so many pairs of its language."""
FEWEST = 100
"""Pairs; languages with fewer are left out of the mean."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How high the right document stands among all."""

    mrr: float
    """Mean of 1/rank."""
    first: float
    """Share of queries whose right document is the first."""
    within_ten: float
    queries: int


@dataclass(frozen=True, slots=True)
class Cosqa:
    """CoSQA: real web queries and Python functions, one of which is right for each query."""

    codes: tuple[str, ...]
    queries: tuple[str, ...]
    right: NDArray[np.int64]

    @classmethod
    def read(cls, folder: Path) -> Cosqa:
        """Read ``code_idx_map.json`` and ``queries-dev-500.json``."""
        numbered = json.loads((folder / "code_idx_map.json").read_text("utf-8"))
        queries = json.loads((folder / "queries-dev-500.json").read_text("utf-8"))
        codes = sorted(numbered, key=numbered.__getitem__)
        right = np.array([query["retrieval_idx"] for query in queries])
        return cls(tuple(codes), tuple(query["doc"] for query in queries), right)


def as_embedded(code: str) -> str:
    """Return a Python function as Dowse embeds it, in one piece: behind a line with its language and name."""
    chunks = chunk_text("function.py", code, "python")
    return embedded_text("python", [chunk.name for chunk in chunks[:1]], code)


def retrieval(queries: Vectors, documents: Vectors, right: NDArray[np.int64]) -> Retrieval:
    """Rank all ``documents`` ``[m, d]`` for each of ``queries`` ``[n, d]``; ``right`` ``[n]`` says which is right.

    Of documents with equal scores, half are taken to stand before the right one.
    """
    scores = queries @ documents.T
    of_right = scores[np.arange(len(right)), right][:, None]
    ranks = 1 + (scores > of_right).sum(axis=1) + ((scores == of_right).sum(axis=1) - 1) / 2
    return Retrieval(float((1 / ranks).mean()), float((ranks < 1.5).mean()), float((ranks < 10.5).mean()), len(right))


def held_out_pairs(corpus: Corpus, *, headings: bool) -> dict[str, NDArray[np.int64]]:
    """Return, for each language, the numbers of the held-out pairs that are compared with each other."""
    found = {}
    for number, language in enumerate(corpus.languages):
        chosen = np.flatnonzero(corpus.held_out & (corpus.language == number) & (corpus.heading == headings))
        _, first = np.unique(corpus.text_hash[chosen], return_index=True)
        chosen = np.sort(chosen[first])
        if len(chosen) >= FEWEST:
            step = max(1, len(chosen) // CANDIDATES)
            found[str(language)] = chosen[::step][:CANDIDATES]
    return found


def held_out(
    corpus: Corpus,
    embed: Callable[[NDArray[np.int64]], tuple[Vectors, Vectors]],
    *,
    headings: bool = False,
) -> dict[str, Retrieval]:
    """Return how pairs of held-out packages are found, by language; ``embed`` gives queries and documents of pairs."""
    return {
        language: retrieval(*embed(pairs), np.arange(len(pairs)))
        for language, pairs in held_out_pairs(corpus, headings=headings).items()
    }
