"""One of the two spaces, code or prose, of one workspace folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from dowse.index.records import Candidate, ChunkFilter, TermStatistics

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors


class Space:
    """Retrieval over the stored chunks of one space; every method may be called from any thread."""

    def nearest(self, query: Vectors, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks by the cosine of their vector with ``query``, float32 ``[dimensions]`` of length 1, best first."""
        raise NotImplementedError

    def matching(self, terms: Sequence[str], limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks that hold any of the terms (as ``chunking.identifiers.words`` gives them), by BM25, best first."""
        raise NotImplementedError

    def named(self, name: str, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks of that name, or of that ``Container.name``: score 1.0, and lower where only the case differs."""
        raise NotImplementedError

    def vector(self, chunk_id: int) -> Vectors | None:
        """Return the serving model's vector of a chunk, float32 ``[dimensions]``; None when there is none yet."""
        raise NotImplementedError

    @property
    def kind_of_index(self) -> Literal["hnsw", "exact"]:
        """``exact`` where hnswlib is not installed."""
        raise NotImplementedError

    def term_statistics(self, terms: Sequence[str]) -> TermStatistics:
        """What is needed to score other chunks like the stored ones; see :mod:`dowse.index.overlay`."""
        raise NotImplementedError
