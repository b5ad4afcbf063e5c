"""The near-copies of an open document's functions, from what is at hand: for hints while somebody edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.search.comparing import (
    FUNCTIONS,
    Comparison,
    Function,
    compared,
    later_parts,
    placed,
    read_function,
)
from dowse.search.known_chunks import known_chunks, known_vectors
from dowse.search.piece import Piece
from dowse.search.query import DuplicatesRequest, Filter, NearCopy, Signal, Span
from dowse.search.retrieval import RetrievalPlan, SpaceQuery, merge_proposals, retrieve
from dowse.search.retriever import RetrievalQuery
from dowse.search.view import SearchView, check

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

_WANTED = DuplicatesRequest()


def near_copies(view: SearchView, document: str, cancel: Event | None = None) -> list[NearCopy]:
    """Return the functions of a document that nearly repeat another, each with the most similar.

    By the sketches and vectors that are at hand; no model is asked.
    """
    present = view.presence.text(document)
    if present is None:
        return []
    found: list[NearCopy] = []
    folder, path = view.owner(document)
    chunks = list(known_chunks(view, document))
    for place, chunk in enumerate(chunks):
        check(cancel)
        if chunk.kind not in FUNCTIONS or chunk.part or not chunk.sketch:
            continue
        parts = [chunk, *later_parts(chunk, chunks[place + 1 :])]
        root = str(folder.root) if folder is not None else None
        mine = read_function(tuple(Piece(document, root, path, part) for part in parts), present, _WANTED.min_lines)
        if mine is None or mine.boilerplate is not None:
            continue
        vectors = known_vectors(view, document, chunk)
        best = min(
            (
                each
                for each in _near(view, mine, vectors, _WANTED.min_lines, cancel)
                if each[0].similarity >= _WANTED.min_similarity
            ),
            key=lambda each: (-each[0].similarity, each[1].piece.place),
            default=None,
        )
        hit = placed(view, best[1], best[0]) if best is not None else None
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
    query = SpaceQuery(RetrievalQuery(vectors=vectors, sketch=mine.piece.chunk.sketch))
    limit = view.tuning.duplicates.candidates_of_each
    plan = RetrievalPlan({SpaceName.CODE: query}, view.ranking.retrievers, limit, Filter(kinds=FUNCTIONS))
    proposals = retrieve(view, plan, cancel)
    cosines = {piece.key: score for score, piece in proposals.get(Signal.SEMANTIC, ())}
    for piece in merge_proposals(proposals):
        check(cancel)
        same = piece.document == mine.piece.document and piece.chunk.start_line == mine.piece.chunk.start_line
        if same or piece.chunk.part:
            continue
        present = view.presence.text(piece.document)
        chunks = list(known_chunks(view, piece.document))
        later = later_parts(piece.chunk, [chunk for chunk in chunks if chunk.start_line >= piece.chunk.end_line])
        parts = (piece, *(replace(piece, chunk=chunk) for chunk in later))
        other = read_function(parts, present, min_lines) if present is not None else None
        if other is not None and other.boilerplate is None:
            yield compared(mine, other, cosines.get(piece.key, 0.0)), other
