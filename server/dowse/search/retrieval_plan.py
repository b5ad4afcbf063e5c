"""What is asked of whom: the plan that retrieval carries out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dowse.chunking.chunk import SpaceName
from dowse.search.query import Filter
from dowse.search.retriever import RetrievalQuery, Retriever


@dataclass(frozen=True, slots=True)
class SpaceQuery:
    """What is asked of one space."""

    query: RetrievalQuery
    weight: float = 1.0
    """What a score in this space counts beside those in others."""
    read: float = 1.0
    """How much of the question the space's models read, 0–1."""


@dataclass(frozen=True, slots=True)
class RetrievalPlan:
    """What is asked of whom."""

    queries: Mapping[SpaceName, SpaceQuery]
    retrievers: Sequence[Retriever]
    limit: int
    """Candidates of each retriever."""
    wanted: Filter = field(default_factory=Filter)
