"""Measures how like a piece of code its candidates are, and ranks them by that.

The weights are not learned, as they are for questions: the best of unlike candidates must not look alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dowse.search.chunk_ref import ChunkKey
from dowse.search.chunk_source import sources_of
from dowse.search.query import Signal
from dowse.search.ranking import RankedChunk
from dowse.search.retrieval import Proposals, merge_proposals
from dowse.search.retrieval_plan import RetrievalPlan

if TYPE_CHECKING:
    from dowse.search.view import SearchView


def measure_likeness(view: SearchView, plan: RetrievalPlan, proposals: Proposals) -> Proposals:
    """Give every candidate a score by each retriever that can compare it, whichever has proposed it.

    Without that, a candidate that only one retriever proposed would count as unlike by all others.
    """
    refs = merge_proposals(proposals)
    complete = dict(proposals)
    for space, each in plan.queries.items():
        sources = sources_of(view.folders, view.overlay, [space], plan.wanted)
        for retriever in view.ranking.retrievers:
            compared = retriever.compare(sources, each.query, refs)
            if compared is not None:
                complete[retriever.signal] = compared
    return complete


def rank_by_likeness(likeness: Proposals, weights: Mapping[Signal, float]) -> list[RankedChunk]:
    """Order candidates by how like the code they are, 0–1: the weighted mean of the scores.

    Scores of words count by their share of the most. The code itself, which shares the most words, is among the
    candidates when it is indexed. A signal without a weight counts nothing.
    """
    weighed = {signal: proposed for signal, proposed in likeness.items() if signal in weights}
    refs = {ref.key: ref for proposed in weighed.values() for _, ref in proposed}
    parts: dict[ChunkKey, dict[Signal, float]] = {key: {} for key in refs}
    for signal, proposed in weighed.items():
        unit = max((score for score, _ in proposed), default=1.0) if signal == Signal.KEYWORDS else 1.0
        for score, ref in proposed:
            parts[ref.key][signal] = weights[signal] * min(1.0, max(0.0, score / unit))
    whole = sum(weights[signal] for signal in weighed)
    ranked = [RankedChunk(refs[key], sum(each.values()) / whole, each) for key, each in parts.items()]
    return sorted(ranked, key=lambda entry: (-entry.score, entry.ref.sort_key))
