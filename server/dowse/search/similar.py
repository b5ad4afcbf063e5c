"""Finds what else does this: the neighbours of a function, a selection or loose text.

The stages are those of :mod:`dowse.search.text_search`, with code in place of a question.
"""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from dowse.embedding.model import ModelError
from dowse.search.chunk_ref import ChunkRef
from dowse.search.code_sample import CodeSample, read_sample
from dowse.search.corpus import distinctive_terms
from dowse.search.filters import exactly
from dowse.search.hits import show
from dowse.search.known_chunks import known_definition, known_vectors
from dowse.search.likeness import measure_likeness, rank_by_likeness
from dowse.search.query import Filter, Hit, PartialResults, Signal, SimilarRequest, SimilarSource, Span
from dowse.search.retrieval import retrieve
from dowse.search.retrieval_plan import RetrievalPlan, SpaceQuery
from dowse.search.retriever import RetrievalQuery
from dowse.search.verification import verify
from dowse.search.view import SearchView, await_vectors

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors


def similar(
    view: SearchView, request: SimilarRequest, cancel: Event | None = None, partial: PartialResults | None = None
) -> tuple[SimilarSource, tuple[Hit, ...]]:
    """Return what was compared and its neighbours, best first.

    Raises ``LookupError`` for a document that cannot be read or a place with nothing in it, ``ValueError`` for a
    bad request, ``Cancelled``.
    """
    request.validate()
    sample = read_sample(view, request)
    plan = _plan(view, sample, request, cancel)
    proposals = retrieve(view, plan, cancel)
    likeness = measure_likeness(view, plan, proposals)
    ranked = (
        entry
        for entry in rank_by_likeness(likeness, view.tuning.similarity.weights)
        if entry.score >= request.min_score and _is_other(entry.ref, request, sample.shown.span)
    )
    return sample.shown, show(verify(view.verifier, ranked, request.limit, cancel), partial)


def similar_definition(
    view: SearchView, document: str, line: int, limit: int
) -> tuple[SimilarSource, tuple[Hit, ...]] | None:
    """Return the neighbours of the function, method or class whose name stands on ``line``, by vectors at hand.

    None when the line names none, or its vector has not been made yet.
    """
    definition = known_definition(view, document, line)
    vectors = known_vectors(view, document, definition) if definition is not None else {}
    if definition is None or not vectors:
        return None
    tuning = view.tuning
    query = SpaceQuery(RetrievalQuery(vectors=vectors))
    plan = RetrievalPlan(
        {definition.space: query}, view.ranking.retrievers, max(tuning.retrieval.min_candidates, limit)
    )
    proposals = retrieve(view, plan, None)
    span = Span(definition.start_line, 0, definition.end_line - 1, 0)
    request = SimilarRequest(document, span, limit)
    ranked = (
        entry
        for entry in rank_by_likeness(proposals, tuning.similarity.weights)
        if entry.score >= tuning.similarity.least_unasked and _is_other(entry.ref, request, span)
    )
    selection = Span(line, definition.name_column, line, definition.name_column + definition.name_length)
    shown = SimilarSource(span, definition.name, definition.kind, selection)
    return shown, show(verify(view.verifier, ranked, limit, None))


def _plan(view: SearchView, sample: CodeSample, request: SimilarRequest, cancel: Event | None) -> RetrievalPlan:
    """Plan the retrieval of what is like the sample, by words, vectors and structure."""
    without, tuning = request.without, view.tuning.retrieval
    terms = () if Signal.KEYWORDS in without else distinctive_terms(view, sample.space, sample.words, tuning.max_terms)
    query = RetrievalQuery(
        terms=dict.fromkeys(terms, 1.0),
        vectors={} if Signal.SEMANTIC in without else _embed(view, sample, cancel),
        sketch=b"" if Signal.STRUCTURE in without else sample.sketch,
    )
    limit = max(tuning.min_candidates, tuning.candidates_per_hit * request.limit)
    retrievers = [each for each in view.ranking.retrievers if each.signal not in without]
    return RetrievalPlan({sample.space: SpaceQuery(query)}, retrievers, limit, _scope(view, request))


def _embed(view: SearchView, sample: CodeSample, cancel: Event | None) -> dict[str, Vectors]:
    vectors = {}
    for fingerprint, spec in view.models(sample.space).items():
        try:
            patience = view.tuning.similarity.model_patience
            embedded = await_vectors(view.embed_texts(spec, [sample.embedded_text]), patience, cancel)
        except ModelError:
            continue  # the engine's status says that the model fails; shared words still answer
        if embedded is not None:
            vectors[fingerprint] = embedded[0]
    return vectors


def _scope(view: SearchView, request: SimilarRequest) -> Filter:
    folder, path = view.owner(request.document)
    if folder is None or request.scope == "workspace":
        return Filter()
    return Filter(include=(exactly(path),) if request.scope == "file" else (), folders=(str(folder.root),))


def _is_other(ref: ChunkRef, request: SimilarRequest, source: Span) -> bool:
    if ref.document != request.document:
        return True
    if request.exclude_same_file:
        return False
    return ref.chunk.end_line <= source.start_line or ref.chunk.start_line > source.end_line
