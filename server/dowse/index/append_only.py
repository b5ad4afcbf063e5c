"""Arrays that grow at the end and can be shared with snapshots."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


class AppendOnly:
    """An array to which one thread appends while others read earlier states of it.

    What :meth:`view` returns never changes: an append writes behind it, or into a longer copy.
    """

    def __init__(self, dtype: DTypeLike, row: tuple[int, ...] = ()) -> None:
        """``row`` is the shape of one element."""
        self._values: NDArray[Any] = np.empty((0, *row), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def view(self) -> NDArray[Any]:
        """Return what has been appended until now."""
        return self._values[: self._size]

    def append(self, values: ArrayLike) -> None:
        """Add elements at the end; amortised, each is copied twice."""
        added = np.asarray(values, self._values.dtype)
        end = self._size + len(added)
        if end > len(self._values):
            longer = np.empty((max(end, len(self._values) * 3 // 2, 64), *self._values.shape[1:]), self._values.dtype)
            longer[: self._size] = self.view()
            self._values = longer
        self._values[self._size : end] = added
        self._size = end


class ByNumber:
    """Values addressed by a catalogue number; numbers beyond the end have the value ``absent``.

    One thread writes. Others may read meanwhile, and see each value as it was or as it is.
    """

    def __init__(self, dtype: DTypeLike, absent: int) -> None:
        self._absent = absent
        self._values: NDArray[Any] = np.empty(0, dtype)

    def copy(self) -> ByNumber:
        """Return another one with the same values."""
        copied = ByNumber(self._values.dtype, self._absent)
        copied._values = self._values.copy()
        return copied

    def get(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Return the values of ``numbers``."""
        values = self._values
        known = numbers < len(values)
        if known.all():
            return np.asarray(values[numbers])
        found = np.full(len(numbers), self._absent, values.dtype)
        found[known] = values[numbers[known]]
        return found

    def one(self, number: int) -> int:
        """Return one value."""
        values = self._values
        return int(values[number]) if number < len(values) else self._absent

    def put(self, numbers: NDArray[np.int64], values: NDArray[Any] | int) -> None:
        """Set the values of ``numbers``."""
        if len(numbers):
            self._reach(int(numbers.max()))
            self._values[numbers] = values

    def add(self, numbers: NDArray[np.int64], step: int) -> None:
        """Add ``step`` to the values of ``numbers``, as often as each occurs."""
        if len(numbers):
            self._reach(int(numbers.max()))
            np.add.at(self._values, numbers, step)

    def where(self, value: int) -> NDArray[np.int64]:
        """Return the numbers that have this value (not for ``absent``)."""
        return np.flatnonzero(self._values == value)

    def _reach(self, number: int) -> None:
        if number >= len(self._values):
            longer = np.full(max(number + 1, len(self._values) * 3 // 2, 64), self._absent, self._values.dtype)
            longer[: len(self._values)] = self._values
            self._values = longer


def ascending(numbers: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers in order, each once; marking beats sorting tenfold where they are dense, as ours are."""
    if not len(numbers):
        return np.empty(0, np.int64)
    marked = np.zeros(int(numbers.max()) + 1, np.bool_)
    marked[numbers] = True
    return np.flatnonzero(marked)


def among(numbers: NDArray[np.int32] | NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each of ``numbers`` whether it is one of ``wanted``; both small enough to be places in an array."""
    if not len(numbers) or not len(wanted):
        return np.zeros(len(numbers), np.bool_)
    table = np.zeros(max(int(numbers.max()), int(wanted.max())) + 1, np.bool_)
    table[wanted] = True
    return np.asarray(table[numbers])
