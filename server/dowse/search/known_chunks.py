"""What is known of a document's own chunks without asking a model or a parser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, Kind
from dowse.index.records import text_digest

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.records import StoredChunk
    from dowse.search.view import SearchView

DEFINITIONS = frozenset(
    {Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.CLASS, Kind.STRUCT, Kind.INTERFACE, Kind.ENUM}
)
"""What a hover or a lens offers neighbours for."""


def known_chunks(view: SearchView, document: str) -> Sequence[Chunk | StoredChunk]:
    """Return the chunks of a document, open or stored, in order."""
    if document in view.overlay.documents():
        return view.overlay.chunks_of(document)
    folder, path = view.owner(document)
    return folder.chunks_of(path) if folder is not None else ()


def known_vectors(view: SearchView, document: str, chunk: Chunk | StoredChunk) -> dict[str, Vectors]:
    """Return the vectors of a chunk that are at hand: fingerprint of the model → float32 ``[dimensions]``."""
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


def known_definition(view: SearchView, document: str, line: int) -> Chunk | StoredChunk | None:
    """Return the function, method or class whose name stands on ``line`` of a document."""
    return next((chunk for chunk in known_chunks(view, document) if _names(chunk, line)), None)


def definition_lines(view: SearchView, document: str) -> list[int]:
    """Return the lines on which names of functions, methods and classes stand in the document's present text."""
    present = view.verifier.text(document)
    if present is None:
        return []
    _, path = view.owner(document)
    chunks = view.verifier.chunks(document, path, present)
    return [chunk.name_line for chunk in chunks if _names(chunk, chunk.name_line)]


def _names(chunk: Chunk | StoredChunk, line: int) -> bool:
    return chunk.name_line == line and bool(chunk.name_length) and not chunk.part and chunk.kind in DEFINITIONS
