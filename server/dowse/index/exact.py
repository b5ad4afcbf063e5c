"""Vectors in one matrix, searched by multiplying it: exact, and at once aware of every change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.index.append_only import AppendOnly, ByNumber, among

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_NONE = -1
_FEWEST_DEAD, _DEAD_SHARE = 1024, 1 / 4
"""Dead rows from which on, and share of all rows at which, the matrix is made anew."""


@dataclass(frozen=True, slots=True, eq=False)
class ExactVectors:
    """Vectors by text, as of one commit; never changes."""

    matrix: Vectors
    texts: Numbers
    alive: Mask
    """Which rows count."""

    def nearest(self, query: Vectors, limit: int) -> tuple[Numbers, Vectors]:
        """Return the texts and cosines of the best ``limit``, in no order."""
        scores, texts = cosines(self.matrix, query), self.texts
        if not self.alive.all():
            texts, scores = texts[self.alive], scores[self.alive]
        return best(texts, scores, limit)

    def nearest_among(self, query: Vectors, limit: int, wanted: Numbers) -> tuple[tuple[Numbers, Vectors], Numbers]:
        """Return the same of the texts ``wanted``, and which of these are here."""
        rows = np.flatnonzero(self.alive & among(self.texts, wanted))
        texts = self.texts[rows]
        return best(texts, cosines(self.matrix[rows], query), limit), texts


class ExactBuilder:
    """Makes the next :class:`ExactVectors`. One thread uses it."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._begin()

    def __len__(self) -> int:
        return len(self._texts) - self._dead

    def build(self) -> ExactVectors:
        """Return the vectors as they are now."""
        return ExactVectors(self._matrix.view(), self._texts.view(), self._alive.view().copy())

    def has(self, texts: Numbers) -> Mask:
        """Return for each text whether its vector is here."""
        return np.asarray(self._rows.get(texts) != _NONE)

    def add(self, texts: Numbers, vectors: Vectors) -> None:
        """Take in vectors of texts that are not here yet, each once."""
        start = len(self._texts)
        self._matrix.append(vectors)
        self._texts.append(texts)
        self._alive.append(np.ones(len(texts), np.bool_))
        self._rows.put(texts, np.arange(start, start + len(texts), dtype=np.int32))

    def remove(self, texts: Numbers) -> None:
        """Drop those of the vectors that are here."""
        texts = texts[self.has(texts)]
        self._alive.view()[self._rows.get(texts)] = False  # the builder's own: what was built has copies
        self._rows.put(texts, _NONE)
        self._dead += len(texts)
        if self._dead > _FEWEST_DEAD and self._dead > _DEAD_SHARE * len(self._texts):
            alive = self._alive.view()
            texts, vectors = self._texts.view()[alive], self._matrix.view()[alive]
            self._begin()
            self.add(texts, vectors)

    def first(self, count: int) -> Numbers:
        """Return up to ``count`` of the texts."""
        return np.asarray(self._texts.view()[np.flatnonzero(self._alive.view())[:count]])

    def vectors(self, texts: Numbers) -> Vectors:
        """Return the vectors of texts that are here, float32 ``[len(texts), dimensions]``."""
        return np.asarray(self._matrix.view()[self._rows.get(texts)])

    def _begin(self) -> None:
        self._matrix = AppendOnly(np.float32, (self._dimensions,))
        self._texts = AppendOnly(np.int64)
        self._alive = AppendOnly(np.bool_)
        self._rows = ByNumber(np.int32, _NONE)
        self._dead = 0


def cosines(vectors: Vectors, query: Vectors) -> Vectors:
    """Return the product of each row with ``query``.

    ``einsum`` rather than ``@``: BLAS starts threads for a few thousand rows and then waits for all of them, which
    on a machine that is busy indexing takes a time slice (8 ms) instead of 0.1 ms. Alone it would be twice as fast.
    """
    return np.asarray(np.einsum("ij,j->i", vectors, query), np.float32)


def best(texts: Numbers, scores: Vectors, limit: int) -> tuple[Numbers, Vectors]:
    """Return the ``limit`` entries with the highest scores, in no order."""
    if len(texts) <= limit:
        return texts, scores
    chosen = np.argpartition(scores, len(scores) - limit)[len(scores) - limit :]
    return texts[chosen], scores[chosen]
