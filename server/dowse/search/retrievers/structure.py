"""By structure: code that is built alike, whatever things are called in it. Only code is compared so with code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dowse.chunking.structure import resemblance
from dowse.search.query import Signal
from dowse.search.retriever import RetrievalQuery, Retriever

if TYPE_CHECKING:
    from dowse.search.chunk_ref import ChunkRef
    from dowse.search.chunk_source import Candidates, ChunkSource


class StructureRetriever(Retriever):
    """The score is the share of the sketches of two pieces of code that agrees."""

    signal = Signal.STRUCTURE

    def retrieve(self, source: ChunkSource, query: RetrievalQuery, limit: int) -> Candidates:
        """Ask for what has a sketch like the query's."""
        return source.alike(query.sketch, limit) if query.sketch else ()

    def compare(
        self, sources: Sequence[ChunkSource], query: RetrievalQuery, refs: Sequence[ChunkRef]
    ) -> Sequence[tuple[float, ChunkRef]] | None:
        """Return how alike the sketch of each chunk is."""
        return [(resemblance(query.sketch, ref.chunk.sketch), ref) for ref in refs] if query.sketch else None


RETRIEVER = StructureRetriever()
