"""Answers a question in words. A search is read here from top to bottom: each stage is a module, entered once."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.search.answer_end import drop_unfounded
from dowse.search.corpus import read_statistics
from dowse.search.evidence import gather_evidence
from dowse.search.features import FeatureTable, extract_features
from dowse.search.hits import show
from dowse.search.query import Hit, PartialResults, SearchRequest
from dowse.search.question import understand
from dowse.search.question_plan import plan_retrieval
from dowse.search.ranking import rank
from dowse.search.retrieval import merge_proposals, retrieve
from dowse.search.verification import verify
from dowse.search.view import SearchView


def search(
    view: SearchView, request: SearchRequest, cancel: Event | None = None, partial: PartialResults | None = None
) -> tuple[Hit, ...]:
    """Return the hits for ``request``, best first. Raises ``Cancelled``, and ``ValueError`` for a bad request."""
    table = collect_candidates(view, request, cancel)
    models = [spec for space in SpaceName for spec in view.models(space).values()]
    table = drop_unfounded(table, models, view.tuning.answers)
    weights = view.ranking.weights
    unread = weights["lexical"] if request.mode == "hybrid" else None
    best = rank(table, weights[request.mode], request.without, unread)
    good_enough = (entry for entry in best if entry.score >= request.min_score)
    return show(verify(view.verifier, good_enough, request.limit, cancel), partial, table.asked)


def collect_candidates(view: SearchView, request: SearchRequest, cancel: Event | None = None) -> FeatureTable:
    """Return what may answer ``request`` and what is known of it, unranked; raises as :func:`search` does."""
    request.validate()
    question = understand(request)
    question, plan = plan_retrieval(view, question, request, cancel)
    proposals = retrieve(view, plan, cancel)
    refs = merge_proposals(proposals)
    statistics = read_statistics(view, question.terms, refs)
    evidence = gather_evidence(view, plan, statistics.rarity, refs, proposals)
    table = extract_features(refs, proposals, evidence, question, statistics, view.ranking, view.tuning.features)
    if all(each.read == 1 for each in plan.queries.values()):
        return table
    return replace(table, read=np.array([plan.queries[ref.chunk.space].read for ref in refs], np.float32))
