"""Arrays that grow at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def grown(array: NDArray[Any], size: int, fill: float = 0) -> NDArray[Any]:
    """Return ``array`` itself or a longer copy with room for ``size`` elements; amortised, new ones are ``fill``."""
    if size <= len(array):
        return array
    longer = np.full((max(size, len(array) * 3 // 2, 64), *array.shape[1:]), fill, dtype=array.dtype)
    longer[: len(array)] = array
    return longer


class ByNumber:
    """Values addressed by a catalogue number; numbers beyond the end have the value ``absent``."""

    def __init__(self, dtype: DTypeLike, absent: int) -> None:
        self._absent = absent
        self._values: NDArray[Any] = np.empty(0, dtype)

    def get(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Return the values of ``numbers``."""
        known = numbers < len(self._values)
        if known.all():
            return self._values[numbers]
        found = np.full(len(numbers), self._absent, self._values.dtype)
        found[known] = self._values[numbers[known]]
        return found

    def one(self, number: int) -> int:
        """Return one value."""
        return int(self._values[number]) if number < len(self._values) else self._absent

    def put(self, numbers: NDArray[np.int64], values: NDArray[Any] | int) -> None:
        """Set the values of ``numbers``."""
        if len(numbers):
            self._values = grown(self._values, int(numbers.max()) + 1, self._absent)
            self._values[numbers] = values

    def add(self, numbers: NDArray[np.int64], step: int) -> None:
        """Add ``step`` to the values of ``numbers``, as often as each occurs."""
        if len(numbers):
            self._values = grown(self._values, int(numbers.max()) + 1, self._absent)
            np.add.at(self._values, numbers, step)

    def where(self, value: int) -> NDArray[np.int64]:
        """Return the numbers that have this value (not for ``absent``)."""
        return np.flatnonzero(self._values == value)
