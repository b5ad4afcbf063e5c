"""What is asked of every candidate, whoever proposed it: which words of the query it holds, and how near it is."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.index.errors import IndexUnavailable
from dowse.index.records import MOST_WORDS
from dowse.search.chunk_source import sources_of
from dowse.search.query import Signal
from dowse.search.retriever import Column
from dowse.search.wordforms import forms

if TYPE_CHECKING:
    from dowse.search.chunk_ref import ChunkKey, ChunkRef
    from dowse.search.retrieval import Proposals
    from dowse.search.retrieval_plan import RetrievalPlan
    from dowse.search.view import SearchView


@dataclass(frozen=True, slots=True)
class Evidence:
    """What every candidate was asked; columns in the order of the candidates."""

    coverage: Column
    """The share of the query's words, by their rarity, that the candidate holds in any form, 0–1."""
    file_coverage: Column
    """The same for all of its file."""
    scores: Mapping[Signal, Column]
    """The score of each candidate by each retriever that compares vectors; 0 where there is none."""


def gather_evidence(
    view: SearchView,
    plan: RetrievalPlan,
    rarity: Mapping[str, float],
    refs: Sequence[ChunkRef],
    proposals: Proposals,
) -> Evidence:
    """Ask the candidates ``refs``; ``rarity`` has the weight of each of the query's words, in their order."""
    chosen = sorted(rarity, key=rarity.__getitem__)[-MOST_WORDS:]
    words = _with_forms(chosen, rarity)
    held: dict[ChunkKey, tuple[int, int]] = {}
    scores: dict[Signal, dict[ChunkKey, float]] = defaultdict(dict)
    for space, each in plan.queries.items():
        sources = sources_of(view.folders, view.overlay, [space], plan.wanted)
        asked = [ref for ref in refs if ref.chunk.space is space]
        for source in sources:
            with contextlib.suppress(IndexUnavailable):  # the folder's status says so; the others answer
                held |= source.holding(words, asked)
        for retriever in plan.retrievers:
            if retriever.compares_vectors:
                known = {ref.key: score / each.weight for score, ref in proposals.get(retriever.signal, ())}
                others = [ref for ref in asked if ref.key not in known]
                compared = retriever.compare(sources, each.query, others) or ()
                found = known | {ref.key: score for score, ref in compared}
                scores[retriever.signal] |= {ref.key: found.get(ref.key, 0.0) for ref in asked}
    weights = np.array([rarity[term] for term in chosen], np.float32)
    own, of_file = np.array([held.get(ref.key, (0, 0)) for ref in refs], np.int64).reshape(-1, 2).T
    return Evidence(
        _share(own, weights),
        _share(of_file, weights),
        {signal: np.array([of[ref.key] for ref in refs], np.float32) for signal, of in scores.items()},
    )


def _with_forms(chosen: Sequence[str], terms: Iterable[str]) -> list[tuple[str, ...]]:
    """Return each of the chosen terms in all its forms, among them what it makes with the term before or after it."""
    joined: dict[str, list[str]] = defaultdict(list)
    for one, following in pairwise(terms):  # clean up, file name
        joined[one].append(f"{one}{following}")
        joined[following].append(f"{one}{following}")
    return [(term, *forms(term), *joined[term]) for term in chosen]


def _share(held: NDArray[np.int64], weights: Column) -> Column:
    bits = held[:, None] >> np.arange(len(weights)) & 1
    return np.asarray(bits @ weights / (weights.sum() or 1.0), np.float32)
