"""By name: definitions that the query names, or whose names begin so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dowse.search.query import Signal
from dowse.search.retriever import Column, Feature, ProposedScores, QueryTraits, RetrievalQuery, Retriever

if TYPE_CHECKING:
    from dowse.search.chunk_source import Candidates, ChunkSource


class SymbolRetriever(Retriever):
    """The score is 1 for the very name, less where its case differs or where it only begins so."""

    signal = Signal.SYMBOL
    features = (
        Feature("symbol", signal, (1.0, None)),
        Feature("symbol_alone", signal),
    )

    def retrieve(self, source: ChunkSource, query: RetrievalQuery, limit: int) -> Candidates:
        """Ask for each name."""
        return [candidate for name in query.names for candidate in source.named(name, limit)]

    def measure(self, proposed: ProposedScores, traits: QueryTraits) -> Mapping[str, Column]:
        """Return how well a candidate has a name of the query, and the same for a query that is nothing else."""
        return {"symbol": proposed.raw, "symbol_alone": proposed.raw * np.float32(traits.is_name)}


RETRIEVER = SymbolRetriever()
