"""A candidate chunk and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

from dowse.chunking.chunk import Chunk
from dowse.index.records import StoredChunk, place_of, text_digest

SortKey = tuple[int, str, int, int, str]
ChunkKey = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class ChunkRef:
    """A candidate chunk, stored or of an open document, and where it belongs."""

    document: str
    folder: str | None
    path: str
    chunk: StoredChunk | Chunk

    @property
    def key(self) -> ChunkKey:
        """What tells it from every other piece of the workspace."""
        return (self.document, self.chunk.start_line, self.chunk.end_line, self.chunk.part)

    @property
    def sort_key(self) -> SortKey:
        """By what pieces of equal scores are ordered: first those of files with few folders around them."""
        return (*place_of(self.path), self.chunk.start_line, self.chunk.part, self.document)

    @property
    def text_digest(self) -> bytes:
        """Equal for pieces with the same text."""
        return text_digest(self.chunk.text) if isinstance(self.chunk, Chunk) else self.chunk.text_digest
