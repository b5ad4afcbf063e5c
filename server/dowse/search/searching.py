"""Answering a question in words: understand, retrieve, measure, rank, check against the present text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelError
from dowse.embedding.registry import reads
from dowse.search.features import FEATURES, Measured, measured, pooled
from dowse.search.presence import Placed
from dowse.search.query import Hit, Mode, PartialResults, SearchRequest, Signal
from dowse.search.ranking import Ranked, ranked, weights
from dowse.search.retrieval import Probe, Proposals, most_telling, retrieve, statistics
from dowse.search.understanding import Question, understand
from dowse.search.view import SearchView, awaited, check
from dowse.search.weights import CANDIDATES_PER_HIT, COPIES, MAX_TERMS, MIN_CANDIDATES, OTHER_SPACE_WEIGHT
from dowse.search.wordforms import FORM_WEIGHT, forms

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

MODEL_PATIENCE = 0.25
"""Seconds a hybrid search waits for its query's vector: a model that still loads must not hold up the words."""

PARTIAL_RESULTS = 5
"""Hits sent at a time to a caller that takes partial results."""

_FEW_TERMS = 16
"""Queries of more words are not looked for in other forms of them."""

_SIGNALS: dict[Mode, frozenset[Signal]] = {
    "hybrid": frozenset(Signal),
    "semantic": frozenset({Signal.SEMANTIC}),
    "lexical": frozenset(Signal) - {Signal.SEMANTIC},
}


def search(
    view: SearchView, request: SearchRequest, cancel: Event | None = None, partial: PartialResults | None = None
) -> tuple[Hit, ...]:
    """Return the hits for ``request``, best first. Raises ``Cancelled``, and ``ValueError`` for a bad request."""
    unread = weights("lexical") if request.mode == "hybrid" else None
    best = ranked(candidates(view, request, cancel), weights(request.mode), request.without, unread)
    good_enough = (entry for entry in best if entry.score >= request.min_score)
    return collect(view, good_enough, request.limit, cancel, partial)


def candidates(view: SearchView, request: SearchRequest, cancel: Event | None = None) -> Measured:
    """Return what may answer ``request`` and what is known of it, in no order; raises as :func:`search` does."""
    _validate(request)
    question = understand(request)
    if not question.terms and not question.names:
        return Measured((), np.zeros((0, len(FEATURES)), np.float32))
    question = replace(question, terms=most_telling(view, question.terms, MAX_TERMS))
    read = {space: _read(view, space, question) for space in SpaceName}
    scored = _retrieved(view, question, request, read, cancel)
    pieces = pooled(scored)
    found = measured(pieces, scored, question, statistics(view, question.terms, pieces))
    if all(share == 1 for share in read.values()):
        return found
    return replace(found, read=np.array([read[piece.chunk.space] for piece in pieces], np.float32))


def _validate(request: SearchRequest) -> None:
    if not 1 <= request.limit <= 200:
        raise ValueError(f"limit must be 1 to 200, not {request.limit}")
    if not 0 <= request.min_score <= 1:
        raise ValueError(f"minScore must be 0 to 1, not {request.min_score}")


def _read(view: SearchView, space: SpaceName, question: Question) -> float:
    """Return what share of the query's words, 0–1, the models of a space read; of several the one that reads most."""
    specs = view.models(space).values()
    shares = (
        [sum(reads(spec, term) for term in question.terms) / len(question.terms) for spec in specs]
        if question.terms
        else []
    )
    return max(shares, default=1.0)


def _retrieved(
    view: SearchView,
    question: Question,
    request: SearchRequest,
    read: Mapping[SpaceName, float],
    cancel: Event | None,
) -> Proposals:
    """Return the candidates of every space that may answer, as one collection."""
    spaces = list(SpaceName) if request.space == "auto" else [SpaceName(request.space)]
    signals = _SIGNALS[request.mode] - request.without
    probe = Probe(
        terms=_weighed(question.terms) if Signal.KEYWORDS in signals else {},
        names=question.names if Signal.SYMBOL in signals else (),
        copies=COPIES,
    )
    limit = max(MIN_CANDIDATES, CANDIDATES_PER_HIT * request.limit)
    # What a model cannot read gives a vector all the same, and its neighbours are nonsense.
    by_meaning = [space for space in spaces if Signal.SEMANTIC in signals and read[space] > 0]
    vectors = _query_vectors(view, by_meaning, question, request, cancel)
    probes: dict[SpaceName, tuple[float, Probe]] = {}
    for space in spaces:
        weight = 1.0 if len(spaces) == 1 else _weight(space, question)
        probes[space] = (weight, replace(probe, vectors=vectors.get(space, {})))
    return retrieve(view, probes, request.filter, limit, cancel)


def _weighed(terms: Sequence[str]) -> dict[str, float]:
    """Return the query's words and their other forms, by what each counts."""
    # Pasted code says its words as code does.
    if len(terms) > _FEW_TERMS:
        return dict.fromkeys(terms, 1.0)
    others = {form: FORM_WEIGHT for term in terms for form in forms(term)}
    others |= {f"{one}{following}": FORM_WEIGHT for one, following in pairwise(terms)}  # clean up, file name
    return others | dict.fromkeys(terms, 1.0)


def _weight(space: SpaceName, question: Question) -> float:
    """Return what a score in ``space`` counts beside one in the other space."""
    asked_for = SpaceName.PROSE if question.wants_prose else SpaceName.CODE
    return 1.0 if space is asked_for else OTHER_SPACE_WEIGHT


def _query_vectors(
    view: SearchView, spaces: Sequence[SpaceName], question: Question, request: SearchRequest, cancel: Event | None
) -> dict[SpaceName, dict[str, Vectors]]:
    """Embed the query for every model that serves a space; a hybrid search goes on without one that is not ready."""
    patience = MODEL_PATIENCE if request.mode == "hybrid" else None
    asked = [
        (space, fingerprint, view.embed_query(spec, question.text, request.query_type))
        for space in spaces
        for fingerprint, spec in view.models(space).items()
    ]
    vectors: dict[SpaceName, dict[str, Vectors]] = defaultdict(dict)
    for space, fingerprint, future in asked:
        try:
            vector = awaited(future, patience, cancel)
        except ModelError:
            if request.mode == "semantic":
                raise
            continue  # the engine's status says that the model fails; the words still answer
        if vector is not None:
            vectors[space][fingerprint] = vector
    return vectors


def collect(
    view: SearchView,
    ranked: Iterable[Ranked],
    limit: int,
    cancel: Event | None,
    partial: PartialResults | None,
) -> tuple[Hit, ...]:
    """Check pieces against the present text until ``limit`` stand; hand them to ``partial`` as they are final."""
    hits: list[Hit] = []
    taken: set[tuple[str, int]] = set()
    sent = 0
    for entry in ranked:
        check(cancel)
        placed = view.presence.place(entry.piece)
        if placed is None or (place := (entry.piece.document, placed.span.start_line)) in taken:
            continue
        taken.add(place)
        hits.append(as_hit(entry, placed))
        if partial is not None and len(hits) - sent == PARTIAL_RESULTS:
            partial(tuple(hits[sent:]))
            sent = len(hits)
        if len(hits) == limit:
            break
    if partial is not None and len(hits) > sent:
        partial(tuple(hits[sent:]))
    return tuple(hits)


def as_hit(entry: Ranked, placed: Placed) -> Hit:
    """Return a ranked piece where it stands now."""
    piece, chunk = entry.piece, entry.piece.chunk
    return Hit(
        document=piece.document,
        folder=piece.folder,
        path=piece.path,
        span=placed.span,
        selection=placed.selection,
        name=chunk.name,
        container=chunk.container,
        kind=chunk.kind,
        language=chunk.language,
        space=chunk.space,
        score=min(1.0, entry.score),
        text=placed.text,
        reasons=entry.reasons,
    )
