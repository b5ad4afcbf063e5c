"""The near-copies of an open document's functions, from what is at hand: for hints while somebody edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.search.chunk_ref import ChunkRef
from dowse.search.function_comparison import (
    FUNCTIONS,
    Comparison,
    Function,
    compare_functions,
    later_parts,
    read_function,
    show_function,
)
from dowse.search.known_chunks import known_chunks, known_vectors
from dowse.search.query import DuplicatesRequest, Filter, NearCopy, Signal, Span
from dowse.search.retrieval import merge_proposals, retrieve
from dowse.search.retrieval_plan import RetrievalPlan, SpaceQuery
from dowse.search.retriever import RetrievalQuery
from dowse.search.view import SearchView, raise_if_cancelled

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

_WANTED = DuplicatesRequest()


def near_copies(view: SearchView, document: str, cancel: Event | None = None) -> list[NearCopy]:
    """Return the functions of a document that nearly repeat another, each with the most similar.

    By the sketches and vectors that are at hand; no model is asked.
    """
    present = view.verifier.text(document)
    if present is None:
        return []
    found: list[NearCopy] = []
    folder, path = view.owner(document)
    chunks = list(known_chunks(view, document))
    for place, chunk in enumerate(chunks):
        raise_if_cancelled(cancel)
        if chunk.kind not in FUNCTIONS or chunk.part or not chunk.sketch:
            continue
        parts = [chunk, *later_parts(chunk, chunks[place + 1 :])]
        root = str(folder.root) if folder is not None else None
        mine = read_function(tuple(ChunkRef(document, root, path, part) for part in parts), present, _WANTED.min_lines)
        if mine is None or mine.boilerplate is not None:
            continue
        vectors = known_vectors(view, document, chunk)
        best = min(
            (
                each
                for each in _near(view, mine, vectors, _WANTED.min_lines, cancel)
                if each[0].similarity >= _WANTED.min_similarity
            ),
            key=lambda each: (-each[0].similarity, each[1].ref.sort_key),
            default=None,
        )
        hit = show_function(view, best[1], best[0]) if best is not None else None
        if hit is not None:
            name = Span(
                chunk.name_line, chunk.name_column, chunk.name_line, chunk.name_column + max(1, chunk.name_length)
            )
            span = Span(chunk.start_line, 0, parts[-1].end_line - 1, 0)
            found.append(NearCopy(span, name, chunk.name, hit))
    return found


def _near(
    view: SearchView, mine: Function, vectors: Mapping[str, Vectors], min_lines: int, cancel: Event | None
) -> Iterator[tuple[Comparison, Function]]:
    """Yield the functions most like one, compared with it; not itself."""
    query = SpaceQuery(RetrievalQuery(vectors=vectors, sketch=mine.ref.chunk.sketch))
    limit = view.tuning.duplicates.candidates_of_each
    plan = RetrievalPlan({SpaceName.CODE: query}, view.ranking.retrievers, limit, Filter(kinds=FUNCTIONS))
    proposals = retrieve(view, plan, cancel)
    cosines = {ref.key: score for score, ref in proposals.get(Signal.SEMANTIC, ())}
    for ref in merge_proposals(proposals):
        raise_if_cancelled(cancel)
        same = ref.document == mine.ref.document and ref.chunk.start_line == mine.ref.chunk.start_line
        if same or ref.chunk.part:
            continue
        present = view.verifier.text(ref.document)
        chunks = list(known_chunks(view, ref.document))
        later = later_parts(ref.chunk, [chunk for chunk in chunks if chunk.start_line >= ref.chunk.end_line])
        parts = (ref, *(replace(ref, chunk=chunk) for chunk in later))
        other = read_function(parts, present, min_lines) if present is not None else None
        if other is not None and other.boilerplate is None:
            yield compare_functions(mine, other, cosines.get(ref.key, 0.0)), other
