"""Plans the retrieval for a question: which words, names and vectors are looked for in which space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelError
from dowse.embedding.registry import reads
from dowse.search.corpus import rarest_terms
from dowse.search.query import SearchRequest
from dowse.search.question import Question
from dowse.search.retrieval_plan import RetrievalPlan, SpaceQuery
from dowse.search.retriever import RetrievalQuery, Retriever
from dowse.search.tuning import RetrievalTuning
from dowse.search.view import SearchView, await_vectors
from dowse.search.wordforms import forms

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors


def plan_retrieval(
    view: SearchView, question: Question, request: SearchRequest, cancel: Event | None
) -> tuple[Question, RetrievalPlan]:
    """Return the plan, and the question with those of its terms that are looked for. Raises ``Cancelled``."""
    tuning = view.tuning.retrieval
    question = replace(question, terms=rarest_terms(view, question.terms, tuning.max_terms))
    spaces = list(SpaceName) if request.space == "auto" else [SpaceName(request.space)]
    read = {space: _read_share(view, space, question) for space in spaces}
    retrievers = _retrievers(view.ranking.retrievers, request) if question.terms or question.names else []
    # What a model cannot read gives a vector all the same, and its neighbours are nonsense.
    embedded = [space for space in spaces if read[space] > 0 and any(each.compares_vectors for each in retrievers)]
    vectors = _embed(view, embedded, question, request, cancel)
    terms = _weigh_terms(question.terms, tuning)
    asked_for = SpaceName.PROSE if question.wants_prose else SpaceName.CODE
    queries = {
        space: SpaceQuery(
            RetrievalQuery(question, terms, question.names, vectors.get(space, {}), copies=tuning.copies),
            weight=1.0 if space is asked_for or len(spaces) == 1 else tuning.other_space_weight,
            read=read[space],
        )
        for space in spaces
    }
    limit = max(tuning.min_candidates, tuning.candidates_per_hit * request.limit)
    return question, RetrievalPlan(queries, retrievers, limit, request.filter)


def _retrievers(every: Sequence[Retriever], request: SearchRequest) -> list[Retriever]:
    """Return those that the request's mode asks, without those that it leaves out."""
    of_mode = [
        each for each in every if request.mode == "hybrid" or each.compares_vectors is (request.mode == "semantic")
    ]
    return [each for each in of_mode if each.signal not in request.without]


def _read_share(view: SearchView, space: SpaceName, question: Question) -> float:
    """Return what share of the query's words, 0–1, the models of a space read; of several the one that reads most."""
    if not question.terms:
        return 1.0
    shares = (
        sum(reads(spec, term) for term in question.terms) / len(question.terms) for spec in view.models(space).values()
    )
    return max(shares, default=1.0)


def _weigh_terms(terms: Sequence[str], tuning: RetrievalTuning) -> dict[str, float]:
    """Return the query's words and their other forms, by what each counts."""
    if len(terms) > tuning.most_terms_with_forms:
        return dict.fromkeys(terms, 1.0)
    others = {form: tuning.form_weight for term in terms for form in forms(term)}
    others |= {f"{one}{following}": tuning.form_weight for one, following in pairwise(terms)}  # clean up, file name
    return others | dict.fromkeys(terms, 1.0)


def _embed(
    view: SearchView, spaces: Sequence[SpaceName], question: Question, request: SearchRequest, cancel: Event | None
) -> dict[SpaceName, dict[str, Vectors]]:
    """Embed the query for every model that serves a space; a hybrid search goes on without one that is not ready."""
    patience = view.tuning.retrieval.model_patience if request.mode == "hybrid" else None
    asked = [
        (space, fingerprint, view.embed_query(spec, question.text, request.query_type))
        for space in spaces
        for fingerprint, spec in view.models(space).items()
    ]
    vectors: dict[SpaceName, dict[str, Vectors]] = defaultdict(dict)
    for space, fingerprint, future in asked:
        try:
            vector = await_vectors(future, patience, cancel)
        except ModelError:
            if request.mode == "semantic":
                raise
            continue  # the engine's status says that the model fails; the words still answer
        if vector is not None:
            vectors[space][fingerprint] = vector
    return vectors
