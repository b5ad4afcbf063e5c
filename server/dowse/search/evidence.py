"""What is asked of every candidate, whoever proposed it: which words of the query it holds, and how near it is."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    scores: Mapping[Signal, Column] = field(default_factory=dict)
    """The score of each candidate by each retriever that compares vectors; 0 where there is none."""


def no_evidence(count: int) -> Evidence:
    """Return what is known of ``count`` candidates that nobody asked."""
    return Evidence(np.zeros(count, np.float32), np.zeros(count, np.float32))


def gather_evidence(
    view: SearchView,
    plan: RetrievalPlan,
    rarity: Mapping[str, float],
    refs: Sequence[ChunkRef],
    proposals: Proposals,
) -> Evidence:
    """Ask the candidates ``refs``; ``rarity`` has the weight of each of the query's words, in their order."""
    chosen = sorted(rarity, key=rarity.__getitem__)[-MOST_WORDS:]
    joined: dict[str, list[str]] = defaultdict(list)
    for one, following in pairwise(rarity):  # clean up, file name
        joined[one].append(f"{one}{following}")
        joined[following].append(f"{one}{following}")
    words = [(term, *forms(term), *joined[term]) for term in chosen]
    held: dict[ChunkKey, tuple[int, int]] = {}
    scores: dict[Signal, Column] = {}
    for space, each in plan.queries.items():
        sources = sources_of(view.folders, view.overlay, [space], plan.wanted)
        rows = [row for row, ref in enumerate(refs) if ref.chunk.space is space]
        for source in sources:
            with contextlib.suppress(IndexUnavailable):
                held |= source.holding(words, [refs[row] for row in rows])
        for retriever in plan.retrievers:
            if retriever.compares_vectors:
                known = {ref.key: score / each.weight for score, ref in proposals.get(retriever.signal, ())}
                others = [refs[row] for row in rows if refs[row].key not in known]
                known |= {ref.key: score for score, ref in retriever.compare(sources, each.query, others) or ()}
                column = scores.setdefault(retriever.signal, np.zeros(len(refs), np.float32))
                column[rows] = [known.get(refs[row].key, 0.0) for row in rows]
    weights = np.array([rarity[term] for term in chosen], np.float32)
    own, of_file = np.array([held.get(ref.key, (0, 0)) for ref in refs], np.int64).reshape(-1, 2).T
    return Evidence(_share(own, weights), _share(of_file, weights), scores)


def _share(held: NDArray[np.int64], weights: Column) -> Column:
    bits = held[:, None] >> np.arange(len(weights)) & 1
    return np.asarray(bits @ weights / (weights.sum() or 1.0), np.float32)
