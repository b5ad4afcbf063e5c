"""Finding what else does this: the neighbours of a function, a selection or loose text."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.identifiers import words
from dowse.chunking.languages import language_of, space_of
from dowse.chunking.structure import resemblance, sketch
from dowse.embedding.model import ModelError
from dowse.index.errors import IndexUnavailable
from dowse.index.records import StoredChunk, text_digest
from dowse.search.features import pooled
from dowse.search.filtering import exactly
from dowse.search.piece import Piece, PieceKey
from dowse.search.presence import Text
from dowse.search.query import Filter, Hit, PartialResults, Signal, SimilarRequest, SimilarSource, Span
from dowse.search.ranking import Ranked
from dowse.search.retrieval import Probe, Proposals, retrieve
from dowse.search.searching import collect
from dowse.search.view import SearchView, awaited
from dowse.search.weights import (
    CANDIDATES_PER_HIT,
    MAX_TERMS,
    MIN_CANDIDATES,
    NEIGHBOUR,
    SIMILAR_WEIGHTS,
)
from dowse.workspace.lines import without_end

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.records import StoredChunk

MODEL_PATIENCE = 5.0
"""Seconds to wait for the vector of the compared text; without it shared words alone would answer."""

DEFINITIONS = frozenset(
    {Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.CLASS, Kind.STRUCT, Kind.INTERFACE, Kind.ENUM}
)
"""What a hover or a lens offers neighbours for."""


@dataclass(frozen=True, slots=True)
class Source:
    """The piece that is compared."""

    space: SpaceName
    path: str
    embedded_text: str
    words_of: str
    sketch: bytes
    answer: SimilarSource


def similar(
    view: SearchView, request: SimilarRequest, cancel: Event | None = None, partial: PartialResults | None = None
) -> tuple[SimilarSource, tuple[Hit, ...]]:
    """Return the compared piece and its neighbours, best first.

    Raises ``LookupError`` for a document that cannot be read or a place with nothing in it, ``ValueError`` for a
    bad request, ``Cancelled``.
    """
    validate(request)
    source = _source(view, request)
    probe = Probe(
        terms={} if Signal.KEYWORDS in request.without else dict.fromkeys(_telling_terms(view, source), 1.0),
        vectors={} if Signal.SEMANTIC in request.without else _vectors(view, source, cancel),
        sketch=b"" if Signal.STRUCTURE in request.without else source.sketch,
    )
    wanted = _scope(view, request)
    candidates = max(MIN_CANDIDATES, CANDIDATES_PER_HIT * request.limit)
    found = _completed(view, source, probe, retrieve(view, {source.space: (1.0, probe)}, wanted, candidates, cancel))
    ranked = (
        entry
        for entry in compared(found)
        if entry.score >= request.min_score and _is_other(entry.piece, request, source.answer.span)
    )
    return source.answer, collect(view, ranked, request.limit, cancel, partial)


def similar_definition(
    view: SearchView, document: str, line: int, limit: int
) -> tuple[SimilarSource, tuple[Hit, ...]] | None:
    """Return the neighbours of the function, method or class whose name stands on ``line``, by vectors at hand.

    None when the line names none, or its vector has not been made yet.
    """
    definition = _definition_on(view, document, line)
    if definition is None:
        return None
    vectors = known_vectors(view, document, definition)
    if not vectors:
        return None
    span = Span(definition.start_line, 0, definition.end_line - 1, 0)
    found = retrieve(
        view, {definition.space: (1.0, Probe(vectors=vectors))}, Filter(), max(MIN_CANDIDATES, limit), None
    )
    request = SimilarRequest(document, span, limit)
    near = (entry for entry in compared(found) if entry.score >= NEIGHBOUR)
    ranked = (entry for entry in near if _is_other(entry.piece, request, span))
    selection = Span(line, definition.name_column, line, definition.name_column + definition.name_length)
    return SimilarSource(span, definition.name, definition.kind, selection), collect(view, ranked, limit, None, None)


def compared(found: Proposals) -> list[Ranked]:
    """Order candidates by how like the source they are, 0–1: cosine, and shared words by their share of the most.

    The source itself, which shares the most words, is among the candidates when it is indexed. Nothing is learned
    here, as it is for a search: the best of unlike candidates must not look alike.
    """
    pieces = {piece.key: piece for proposed in found.values() for _, piece in proposed}
    parts: dict[PieceKey, dict[Signal, float]] = {key: {} for key in pieces}
    for signal, proposed in found.items():
        unit = max((score for score, _ in proposed), default=1.0) if signal is Signal.KEYWORDS else 1.0
        for score, piece in proposed:
            parts[piece.key][signal] = SIMILAR_WEIGHTS[signal] * min(1.0, max(0.0, score / unit))
    whole = sum(SIMILAR_WEIGHTS[signal] for signal in found)
    ranked = [Ranked(pieces[key], sum(each.values()) / whole, each) for key, each in parts.items()]
    return sorted(ranked, key=lambda entry: (-entry.score, entry.piece.place))


def _completed(view: SearchView, source: Source, probe: Probe, found: Proposals) -> Proposals:
    """Give every candidate a cosine and a likeness of structure, whichever retriever has proposed it.

    Otherwise a candidate of one retriever would count as unlike by all others, and as less so than their worst.
    """
    pieces = pooled(found)
    complete = dict(found)
    if probe.vectors:
        complete[Signal.SEMANTIC] = _cosines(view, source.space, probe.vectors, pieces)
    if probe.sketch:
        complete[Signal.STRUCTURE] = [(resemblance(probe.sketch, piece.chunk.sketch), piece) for piece in pieces]
    return complete


def _cosines(
    view: SearchView, space: SpaceName, wanted: Mapping[str, Vectors], pieces: Sequence[Piece]
) -> list[tuple[float, Piece]]:
    found: list[tuple[float, Piece]] = []
    for folder in view.folders:
        mine = {p.chunk.id: p for p in pieces if isinstance(p.chunk, StoredChunk) and p.folder == str(folder.root)}
        serving = folder.serving(space)
        vector = wanted.get(serving[1].fingerprint) if serving is not None else None
        if mine and vector is not None:
            with contextlib.suppress(IndexUnavailable):
                known = folder.spaces[space].vectors(list(mine))
                found += [(float(known[chunk] @ vector), mine[chunk]) for chunk in known]
    opened = {text_digest(p.chunk.embedded_text): p for p in pieces if isinstance(p.chunk, Chunk)}
    for fingerprint, vector in wanted.items():
        held = view.overlay.vectors_for(space, fingerprint, list(opened))
        found += [(float(held[digest] @ vector), opened[digest]) for digest in held]
    return found


def _definition_on(view: SearchView, document: str, line: int) -> Chunk | StoredChunk | None:
    for chunk in known_chunks(view, document):
        if chunk.name_line == line and chunk.name_length and chunk.part == 0 and chunk.kind in DEFINITIONS:
            return chunk
    return None


def known_chunks(view: SearchView, document: str) -> Sequence[Chunk | StoredChunk]:
    """Return the chunks of a document, open or stored, in order."""
    if document in view.overlay.documents():
        return view.overlay.chunks_of(document)
    folder, path = view.owner(document)
    return folder.chunks_of(path) if folder is not None else ()


def known_vectors(view: SearchView, document: str, chunk: Chunk | StoredChunk) -> dict[str, Vectors]:
    """Return the vectors of a chunk that need no model: fingerprint → vector."""
    if isinstance(chunk, Chunk):
        digest = text_digest(chunk.embedded_text)
        held = {
            fingerprint: view.overlay.vectors_for(chunk.space, fingerprint, [digest])
            for fingerprint in view.models(chunk.space)
        }
        return {fingerprint: vectors[digest] for fingerprint, vectors in held.items() if vectors}
    folder, _ = view.owner(document)
    serving = folder.serving(chunk.space) if folder is not None else None
    vector = folder.spaces[chunk.space].vector(chunk.id) if folder is not None else None
    return {serving[1].fingerprint: vector} if serving is not None and vector is not None else {}


def definition_lines(view: SearchView, document: str) -> list[int]:
    """Return the lines on which names of functions, methods and classes stand."""
    present = view.presence.text(document)
    if present is None:
        return []
    _, path = view.owner(document)
    chunks = view.presence.chunks(document, path, present)
    return [each.name_line for each in chunks if each.kind in DEFINITIONS and each.name_length and each.part == 0]


def validate(request: SimilarRequest) -> None:
    """Raise ``ValueError`` for a request that no answer fits."""
    if not 1 <= request.limit <= 200:
        raise ValueError(f"limit must be 1 to 200, not {request.limit}")
    if not 0 <= request.min_score <= 1:
        raise ValueError(f"minScore must be 0 to 1, not {request.min_score}")
    if (request.span.start_line, request.span.start_column) > (request.span.end_line, request.span.end_column):
        raise ValueError("the range ends before it starts")


def _source(view: SearchView, request: SimilarRequest) -> Source:
    present = view.presence.text(request.document)
    if present is None:
        raise LookupError(f"{request.document} cannot be read")
    _, path = view.owner(request.document)
    language = present.language or language_of(path, present.text) or "plaintext"
    chunks = view.presence.chunks(request.document, path, present)
    around = _chunk_at(chunks, request.span.start_line)
    if _is_empty(request.span):
        if around is None:
            raise LookupError(f"there is nothing to compare at line {request.span.start_line + 1} of {path}")
        return _of_chunk(path, around, present)
    text = _cut(present.lines, request.span)
    if not words(text):
        raise LookupError("there is nothing to compare in the selection")
    answer = SimilarSource(request.span, around.name if around else path, around.kind if around else Kind.FILE)
    space = around.space if around else space_of(language)
    return Source(space, path, text, text, sketch(text) if space is SpaceName.CODE else b"", answer)


def _of_chunk(path: str, chunk: Chunk, present: Text) -> Source:
    last = chunk.end_line - 1
    span = Span(chunk.start_line, 0, last, len(without_end(present.lines[last])))
    answer = SimilarSource(span, chunk.name, chunk.kind)
    return Source(chunk.space, path, chunk.embedded_text, chunk.text, chunk.sketch, answer)


def _chunk_at(chunks: Sequence[Chunk], line: int) -> Chunk | None:
    return next((chunk for chunk in chunks if chunk.start_line <= line < chunk.end_line), None)


def _is_empty(span: Span) -> bool:
    return (span.start_line, span.start_column) == (span.end_line, span.end_column)


def _cut(lines: list[str], span: Span) -> str:
    """Return the text of ``span``; what lies beyond the text's end is left out."""
    selected = lines[span.start_line : span.end_line + 1]
    if not selected:
        return ""
    if len(selected) == span.end_line - span.start_line + 1:
        selected[-1] = selected[-1][: span.end_column]
    selected[0] = selected[0][span.start_column :]
    return "".join(selected)


def _telling_terms(view: SearchView, source: Source) -> tuple[str, ...]:
    """Return the words that tell the source from other code: frequent in it, rare in the index."""
    counts = Counter(words(source.words_of))
    frequencies: Counter[str] = Counter()
    size = 1
    for folder in view.folders:
        statistics = folder.spaces[source.space].term_statistics(tuple(counts))
        for (field, term), count in statistics.document_frequencies.items():
            if field == "body":
                frequencies[term] += count
        size += statistics.documents
    weight = {term: count * math.log(1 + size / (1 + frequencies[term])) for term, count in counts.items()}
    return tuple(sorted(weight, key=weight.__getitem__, reverse=True)[:MAX_TERMS])


def _vectors(view: SearchView, source: Source, cancel: Event | None) -> dict[str, Vectors]:
    vectors = {}
    for fingerprint, spec in view.models(source.space).items():
        try:
            embedded = awaited(view.embed_texts(spec, [source.embedded_text]), MODEL_PATIENCE, cancel)
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


def _is_other(piece: Piece, request: SimilarRequest, source: Span) -> bool:
    if piece.document != request.document:
        return True
    if request.exclude_same_file:
        return False
    return piece.chunk.end_line <= source.start_line or piece.chunk.start_line > source.end_line
