"""Notes that a new one nearly repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.chunking.identifiers import words
from dowse.embedding.model import ModelError
from dowse.search.corpus import rarest_terms
from dowse.search.filters import exactly
from dowse.search.hits import show
from dowse.search.likeness import rank_by_likeness
from dowse.search.query import Filter, Hit
from dowse.search.question import STOP_WORDS
from dowse.search.retrieval import retrieve
from dowse.search.retrieval_plan import RetrievalPlan, SpaceQuery
from dowse.search.retriever import RetrievalQuery
from dowse.search.verification import verify
from dowse.search.view import SearchView, await_vectors

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

SAME_WORDS = 0.45
"""Share of the words of two notes that both have, from which on one repeats the other. Of eight pairs that say the
same in other words, English, Japanese and Korean, the least alike share 0.50; of nine pairs on one subject that say
something else the most alike 0.31 (``tests/notes/test_repetition.py``)."""

SAME_MEANING, SOME_WORDS = 0.9, 0.25
"""Fewer words do where the vectors agree so far; models differ in how high their cosines are, so that they alone say
nothing."""

_LOOKED_AT = 10
MODEL_PATIENCE = 1.0
"""Seconds; without vectors the words decide."""

_HEAD = re.compile(r"^\d{4}-\d\d-\d\d(?: · \[.*)?$", re.MULTILINE)
"""The line with a note's day and link, which is no part of its content."""


def find_repetitions(view: SearchView, folder: str, notes: str, text: str) -> tuple[Hit, ...]:
    """Return notes of the workspace folder ``folder`` that ``text`` nearly repeats, the most alike first.

    ``notes`` is where they are kept, relative to it.
    """
    content = _content_words(text)
    if not content:
        return ()
    terms = rarest_terms(view, sorted(content), view.tuning.retrieval.max_terms)
    query = RetrievalQuery(
        terms=dict.fromkeys(terms, 1.0),
        vectors={fingerprint: vectors[0] for fingerprint, vectors in _vectors(view, [text]).items()},
    )
    wanted = Filter(include=(f"{exactly(notes.rstrip('/'))}/",), folders=(folder,))
    plan = RetrievalPlan({SpaceName.PROSE: SpaceQuery(query)}, view.ranking.retrievers, _LOOKED_AT, wanted)
    ranked = rank_by_likeness(retrieve(view, plan, None), view.tuning.similarity.weights)
    hits = show(verify(view.verifier, ranked, _LOOKED_AT, None))
    cosines = _cosines(view, [text, *(_HEAD.sub("", hit.text) for hit in hits)])
    alike = []
    for hit, cosine in zip(hits, cosines, strict=True):
        theirs = _content_words(hit.text)
        shared = len(content & theirs) / max(1, len(content | theirs))
        if shared >= SAME_WORDS or (cosine >= SAME_MEANING and shared >= SOME_WORDS):
            alike.append((shared, hit))
    return tuple(hit for _, hit in sorted(alike, key=lambda pair: -pair[0]))


def _content_words(text: str) -> frozenset[str]:
    return frozenset(words(_HEAD.sub("", text))) - STOP_WORDS


def _cosines(view: SearchView, texts: Sequence[str]) -> list[float]:
    """Return the cosine of the first text with each of the others, 0 where there is no model."""
    vectors = next(iter(_vectors(view, texts).values()), None)
    if vectors is None:
        return [0.0] * (len(texts) - 1)
    return [float(cosine) for cosine in vectors[1:] @ vectors[0]]


def _vectors(view: SearchView, texts: Sequence[str]) -> dict[str, Vectors]:
    """Return the texts' vectors by each model that answers in prose."""
    found: dict[str, Vectors] = {}
    for fingerprint, spec in view.models(SpaceName.PROSE).items():
        try:
            vectors = await_vectors(view.embed_texts(spec, texts), MODEL_PATIENCE, None)
        except ModelError:
            continue  # the engine's status says that the model fails
        if vectors is not None:
            found[fingerprint] = vectors
    return found
