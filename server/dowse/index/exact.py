"""Vectors in one matrix, searched by multiplying it: exact, and at once aware of every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.index.growing import ByNumber

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

Numbers = NDArray[np.int64]

_NONE = -1


class ExactSegment:
    """Vectors by text, in slots that are used again. Not thread-safe: :class:`VectorIndex` guards it."""

    def __init__(self, dimensions: int) -> None:
        self._matrix: Vectors = np.empty((0, dimensions), np.float32)
        self._texts: Numbers = np.empty(0, np.int64)
        self._slots = ByNumber(np.int32, _NONE)
        self._free: list[int] = []
        self._end = 0

    def __len__(self) -> int:
        return self._end - len(self._free)

    def has(self, texts: Numbers) -> NDArray[np.bool_]:
        """Return for each text whether its vector is here."""
        return np.asarray(self._slots.get(texts) != _NONE)

    def add(self, texts: Numbers, vectors: Vectors) -> None:
        """Take in vectors of texts that are not here yet, each once."""
        reused = [self._free.pop() for _ in range(min(len(texts), len(self._free)))]
        slots = np.array([*reused, *range(self._end, self._end + len(texts) - len(reused))], np.int64)
        self._end += len(texts) - len(reused)
        if self._end > len(self._texts):
            capacity = max(self._end, len(self._texts) * 3 // 2, 64)
            self._matrix = _resized(self._matrix, capacity)
            self._texts = np.append(self._texts, np.full(capacity - len(self._texts), _NONE, np.int64))
        self._matrix[slots] = vectors
        self._texts[slots] = texts
        self._slots.put(texts, slots)

    def remove(self, texts: Numbers) -> None:
        """Drop those of the vectors that are here."""
        texts = texts[self.has(texts)]
        slots = self._slots.get(texts)
        self._texts[slots] = _NONE
        self._matrix[slots] = 0
        self._slots.put(texts, _NONE)
        self._free += slots.tolist()
        if len(self) * 4 < len(self._texts) and len(self._texts) > 4096:
            self._shrink()

    def some(self, count: int) -> Numbers:
        """Return up to ``count`` of the texts."""
        return np.asarray(self._texts[: self._end][self._texts[: self._end] != _NONE][:count])

    def vectors(self, texts: Numbers) -> Vectors:
        """Return the vectors of texts that are here, float32 ``[len(texts), dimensions]``."""
        return np.asarray(self._matrix[self._slots.get(texts)])

    def nearest(self, query: Vectors, limit: int) -> tuple[Numbers, Vectors]:
        """Return the texts and cosines of the best ``limit``, in no order."""
        scores = cosines(self._matrix[: self._end], query)
        texts = self._texts[: self._end]
        if self._free:
            used = texts != _NONE
            texts, scores = texts[used], scores[used]
        return best(texts, scores, limit)

    def _shrink(self) -> None:
        texts = self.some(len(self))
        matrix = self._matrix[self._slots.get(texts)]
        self._matrix, self._texts = matrix, texts.copy()
        self._end, self._free = len(texts), []
        self._slots.put(texts, np.arange(len(texts), dtype=np.int32))


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


def _resized(matrix: Vectors, rows: int) -> Vectors:
    larger = np.zeros((rows, matrix.shape[1]), np.float32)
    larger[: len(matrix)] = matrix
    return larger
