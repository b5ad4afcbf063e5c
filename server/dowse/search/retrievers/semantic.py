"""By meaning: chunks whose vectors are nearest to the query's."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dowse.index.errors import IndexUnavailable
from dowse.search.query import Signal
from dowse.search.retriever import FREE, Column, Feature, ProposedScores, QueryTraits, RetrievalQuery, Retriever

if TYPE_CHECKING:
    from dowse.search.chunk_ref import ChunkRef
    from dowse.search.chunk_source import Candidates, ChunkSource


class SemanticRetriever(Retriever):
    """Scores are cosines."""

    signal = Signal.SEMANTIC
    compares_vectors = True
    features = (
        # Training labels are files, not chunks; the lower bound keeps the fit from ignoring which chunk matches.
        Feature("semantic", signal, (0.5, None)),
        Feature("semantic_lead", signal),
        Feature("cosine", signal),
        Feature("file_semantic", Signal.FILE),
        Feature("file_semantic_share", Signal.FILE),
        Feature("symbol_semantic", signal, FREE),
        Feature("long_semantic", signal, FREE),
    )

    def retrieve(self, source: ChunkSource, query: RetrievalQuery, limit: int) -> Candidates:
        """Ask for the nearest, where the source has vectors of a model that has read the query."""
        return source.nearest(query.vectors, limit, query.copies)

    def measure(self, proposed: ProposedScores, traits: QueryTraits) -> Mapping[str, Column]:
        """Return how near a candidate is, also by how far ahead the best are, and how near its file is."""
        return {
            "semantic": proposed.relative,
            "semantic_lead": proposed.lead,
            "cosine": proposed.raw if proposed.compared is None else np.maximum(proposed.compared, 0),
            "file_semantic": proposed.file_mean,
            "file_semantic_share": proposed.file_share,
            "symbol_semantic": proposed.relative * np.float32(traits.is_name),
            "long_semantic": proposed.relative * np.float32(traits.length),
        }

    def compare(
        self, sources: Sequence[ChunkSource], query: RetrievalQuery, refs: Sequence[ChunkRef]
    ) -> Sequence[tuple[float, ChunkRef]] | None:
        """Return the cosine of each chunk that has a vector."""
        if not query.vectors:
            return None
        found: list[tuple[float, ChunkRef]] = []
        for source in sources:
            with contextlib.suppress(IndexUnavailable):
                found += source.cosines(query.vectors, refs)
        return found


RETRIEVER = SemanticRetriever()
