"""A reference to a chunk, stored or of an open document, with its document."""

from __future__ import annotations

from dataclasses import dataclass

from dowse.chunking.chunk import Chunk
from dowse.index.records import StoredChunk, place_of, text_digest

SortKey = tuple[int, str, int, int, str]
ChunkKey = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class ChunkRef:
    """A chunk, stored or of an open document, and the document and folder that it belongs to."""

    document: str
    folder: str | None
    path: str
    chunk: StoredChunk | Chunk

    @property
    def key(self) -> ChunkKey:
        """Equal for two references to one chunk, and for no others of the workspace."""
        return (self.document, self.chunk.start_line, self.chunk.end_line, self.chunk.part)

    @property
    def sort_key(self) -> SortKey:
        """The order of chunks with equal scores: files with fewer folders around them first, then by path and line."""
        return (*place_of(self.path), self.chunk.start_line, self.chunk.part, self.document)

    @property
    def text_digest(self) -> bytes:
        """Equal for chunks with the same text."""
        return text_digest(self.chunk.text) if isinstance(self.chunk, Chunk) else self.chunk.text_digest
