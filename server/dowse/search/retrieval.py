"""Retrieves candidates: asks every retriever of every source, and merges what they propose."""

from __future__ import annotations

import contextlib
import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from dowse.index.errors import IndexUnavailable
from dowse.search.chunk_ref import ChunkKey, ChunkRef
from dowse.search.chunk_source import Candidates, OpenChunks, StoredChunks, sources_of
from dowse.search.helper_threads import HELPERS
from dowse.search.query import Signal
from dowse.search.retrieval_plan import RetrievalPlan
from dowse.search.view import SearchView, raise_if_cancelled

if TYPE_CHECKING:
    from dowse.index.records import Candidate, OverlayCandidate

Proposals = Mapping[Signal, Sequence[tuple[float, ChunkRef]]]
"""What each retriever proposes, with its own score, best first, each chunk once."""

Ask = Callable[[], Candidates]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A candidate, and the source that knows what it is."""

    score: float
    source: StoredChunks | OpenChunks
    candidate: Candidate | OverlayCandidate


def retrieve(view: SearchView, plan: RetrievalPlan, cancel: Event | None) -> Proposals:
    """Ask every retriever of each space, and return the best ``plan.limit`` of each. Raises ``Cancelled``."""
    sources = sources_of(view.folders, view.overlay, plan.queries.keys(), plan.wanted)
    found = _propose(plan, sources, cancel)
    # Open documents take the place of what is stored of them, so that some of the best may fall away.
    spare = plan.limit // 2 if view.overlay.documents() else 0
    best = {signal: _best(proposed, plan.limit + spare) for signal, proposed in found.items()}
    refs = _look_up([each for proposed in best.values() for each in proposed])
    merged = {
        signal: _merge([(each.score, refs[id(each)]) for each in proposed], plan.limit)
        for signal, proposed in best.items()
    }
    return {signal: proposed for signal, proposed in merged.items() if proposed}


def merge_proposals(proposals: Proposals) -> list[ChunkRef]:
    """Return every chunk that some retriever proposes, once, in the order in which equal scores are ranked."""
    found = {ref.key: ref for proposed in proposals.values() for _, ref in proposed}
    return sorted(found.values(), key=lambda ref: ref.sort_key)


def _propose(
    plan: RetrievalPlan, sources: Sequence[StoredChunks | OpenChunks], cancel: Event | None
) -> dict[Signal, list[_Proposal]]:
    found: dict[Signal, list[_Proposal]] = defaultdict(list)
    asked = [(source, _asks(plan, source)) for source in sources]
    for source, asks in asked:
        raise_if_cancelled(cancel)
        weight = plan.queries[source.space].weight
        # A damaged index gives nothing, and its folder's status says so; the other folders answer.
        with contextlib.suppress(IndexUnavailable):
            answers = [(signal, ask()) for signal, ask in asks]
            for signal, candidates in answers:
                found[signal] += [_Proposal(weight * each.score, source, each) for each in candidates]
    return found


def _asks(plan: RetrievalPlan, source: StoredChunks | OpenChunks) -> list[tuple[Signal, Ask]]:
    """Start to compare vectors, and return a call for each retriever, those last that already run."""
    query = plan.queries[source.space].query
    at_once: list[tuple[Signal, Ask]] = []
    begun: list[tuple[Signal, Ask]] = []
    for retriever in plan.retrievers:
        ask = partial(retriever.retrieve, source, query, plan.limit)
        if retriever.compares_vectors and query.vectors:
            begun.append((retriever.signal, HELPERS.begin(ask)))
        else:
            at_once.append((retriever.signal, ask))
    return at_once + begun


def _best(proposed: Sequence[_Proposal], count: int) -> list[_Proposal]:
    """Return the ``count`` best, and all that score as the last of them does: path and depth decide among these."""
    best = heapq.nlargest(count, proposed, key=lambda each: each.score)
    return [each for each in proposed if each.score >= best[-1].score] if len(best) == count else best


def _look_up(proposed: Sequence[_Proposal]) -> dict[int, ChunkRef | None]:
    """Return what each proposal is, by the proposal's ``id``; None for one that must not be shown."""
    by_origin: dict[int, list[_Proposal]] = defaultdict(list)
    for each in proposed:
        by_origin[id(each.source.origin)].append(each)
    return {
        id(each): ref
        for group in by_origin.values()
        for each, ref in zip(group, group[0].source.look_up([each.candidate for each in group]), strict=True)
    }


def _merge(proposed: Sequence[tuple[float, ChunkRef | None]], limit: int) -> list[tuple[float, ChunkRef]]:
    """Return the best ``limit`` chunks, each once with its best score; of equal ones those that lie least deep."""
    merged: dict[ChunkKey, tuple[float, ChunkRef]] = {}
    for score, ref in proposed:
        if ref is not None and (ref.key not in merged or merged[ref.key][0] < score):
            merged[ref.key] = (score, ref)
    if len(merged) <= limit:
        return sorted(merged.values(), key=lambda each: -each[0])
    return sorted(merged.values(), key=lambda each: (-each[0], each[1].sort_key))[:limit]
