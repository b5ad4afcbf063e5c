"""The interface of a retriever: it proposes chunks, and turns its scores into features by name.

A new one is a file in :mod:`dowse.search.retrievers`, its weights in ``ranking.toml`` and a line of documentation
(docs/contributing/add-a-retriever.md).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from dowse.search.query import Signal
from dowse.search.tuning import FeatureTuning

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.search.chunk_ref import ChunkRef
    from dowse.search.chunk_source import Candidates, ChunkSource
    from dowse.search.question import Question

Column = NDArray[np.float32]
"""One number for each candidate."""

Bounds = tuple[float | None, float | None]

FREE: Bounds = (None, None)
HELPS: Bounds = (0.0, None)


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that is known of each candidate, the signal that it is shown as, and the bounds of its weight.

    A feature lies between 0 and about 1 and means the same with any model and any size of index.
    """

    name: str
    signal: Signal
    bounds: Bounds = HELPS


@dataclass(frozen=True, slots=True)
class RetrievalQuery:
    """What is looked for, in the form that each retriever takes. What is empty is not looked for."""

    question: Question | None = None
    """None where code is compared with code."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """Words for BM25 and what each counts."""
    names: tuple[str, ...] = ()
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    """By fingerprint of the model that made them; a folder that another model serves goes without."""
    sketch: bytes = b""
    """How the code that is compared is built."""
    copies: int | None = None
    """Most candidates with one and the same text; None for any number."""


@dataclass(frozen=True, slots=True)
class QueryTraits:
    """What features are scaled by, each 0–1."""

    is_name: float
    """1 where the whole query is one name."""
    length: float
    """1 for a long query."""


@dataclass(frozen=True)
class ProposedScores:
    """One retriever's scores of all candidates of a query, including those that others proposed."""

    scores: Sequence[tuple[float, int]]
    """The retriever's own score of each candidate that it proposed, and the candidate's row, best first."""
    files: NDArray[np.intp]
    """A number for the file of each candidate."""
    tuning: FeatureTuning
    compared: Column | None = None
    """The retriever's own score of each candidate, whoever proposed it; None where it cannot compare."""

    @cached_property
    def raw(self) -> Column:
        """The retriever's own scores, 0 where it did not propose."""
        column = np.zeros(len(self.files), np.float32)
        for score, row in self.scores:
            column[row] = score
        return column

    @cached_property
    def relative(self) -> Column:
        """The scores between the 60th (or 0) and the first, as 0 to 1."""
        column = np.zeros(len(self.files), np.float32)
        if self.scores:
            rank = self.tuning.scale_rank
            highest, lowest = self.scores[0][0], self.scores[rank - 1][0] if len(self.scores) >= rank else 0.0
            unit = highest - lowest or 1.0
            for score, row in self.scores:
                column[row] = max(0.0, (score - lowest) / unit)
        return column

    @cached_property
    def lead(self) -> Column:
        """The relative scores, lowered where the next nine are as good as the best: such scores separate nothing."""
        following = np.sort(self.relative)[-self.tuning.lead_rank - 1 : -1]
        return self.relative * np.float32(1.0 - following.mean()) if len(following) else self.relative

    @cached_property
    def file_mean(self) -> Column:
        """The mean of the best relative scores of the candidate's file."""
        order = np.lexsort((-self.relative, self.files))
        of_file, values = self.files[order], self.relative[order]
        first = np.searchsorted(of_file, of_file)
        best = np.where(np.arange(len(order)) - first < self.tuning.chunks_per_file, values, 0)
        mean = np.bincount(of_file, best)[self.files] / self.tuning.chunks_per_file
        return np.asarray(mean, np.float32)

    @cached_property
    def file_share(self) -> Column:
        """The root of the sum of the file's relative scores, relative to the largest sum."""
        order = np.lexsort((-self.relative, self.files))
        sums = np.bincount(self.files[order], self.relative[order])[self.files]
        largest = float(sums.max(initial=0.0)) or 1.0
        return np.asarray(np.sqrt(sums / largest), np.float32)


class Retriever(ABC):
    """Proposes chunks by one signal. It has no state, and its methods may be called from any thread."""

    signal: ClassVar[Signal]
    """The name under which its share in a hit is shown, and under which it can be left out."""
    features: ClassVar[tuple[Feature, ...]] = ()
    """What :meth:`measure` gives; none for a retriever that only compares code with code."""
    compares_vectors: ClassVar[bool] = False
    """Whether it works with vectors of models. Such a one is left out of lexical searches, is alone in semantic ones,
    and runs beside the others, since to compare vectors needs no lock of the interpreter's."""

    @abstractmethod
    def retrieve(self, source: ChunkSource, query: RetrievalQuery, limit: int) -> Candidates:
        """Return at most ``limit`` chunks for what the query asks, best first; none where it asks nothing.

        Raises ``IndexUnavailable`` as ``source`` does.
        """

    def measure(self, proposed: ProposedScores, traits: QueryTraits) -> Mapping[str, Column]:
        """Return the columns of :attr:`features` by name."""
        return {}

    def compare(
        self, sources: Sequence[ChunkSource], query: RetrievalQuery, refs: Sequence[ChunkRef]
    ) -> Sequence[tuple[float, ChunkRef]] | None:
        """Return how like the query's code each chunk is, 0–1, whoever proposed it. One that is left out counts as 0.

        None if this retriever compares only what it proposed itself.
        """
        return None
