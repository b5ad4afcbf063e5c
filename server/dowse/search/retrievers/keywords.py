"""By words: chunks that hold words of the query, by BM25."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from dowse.search.query import Signal
from dowse.search.retriever import FREE, Column, Feature, ProposedScores, QueryTraits, RetrievalQuery, Retriever

if TYPE_CHECKING:
    from dowse.search.chunk_source import Candidates, ChunkSource


class KeywordRetriever(Retriever):
    """Scores are BM25's."""

    signal = Signal.KEYWORDS
    features = (
        # Training labels are files, not chunks; the lower bound keeps the fit from ignoring which chunk matches.
        Feature("keywords", signal, (0.5, None)),
        Feature("keywords_lead", signal),
        Feature("file_keywords_share", Signal.FILE),
        Feature("long_keywords", signal, FREE),
        Feature("long_file", Signal.FILE, FREE),
    )

    def retrieve(self, source: ChunkSource, query: RetrievalQuery, limit: int) -> Candidates:
        """Ask for what holds the terms."""
        return source.matching(query.terms, limit, query.copies) if query.terms else ()

    def measure(self, proposed: ProposedScores, traits: QueryTraits) -> Mapping[str, Column]:
        """Return how well a candidate matches, also by how far ahead the best are, and how well its file does."""
        return {
            "keywords": proposed.relative,
            "keywords_lead": proposed.lead,
            "file_keywords_share": proposed.file_share,
            "long_keywords": proposed.relative * np.float32(traits.length),
            "long_file": proposed.file_share * np.float32(traits.length),
        }


RETRIEVER = KeywordRetriever()
