"""Pairs of functions that may be near-duplicates, found among hundreds of thousands without comparing all with all.

By structure: sketches are cut into bands, and what agrees in one is a pair (locality-sensitive hashing; Broder, 1997).
By vectors: functions are sorted into cells around some of them, and compared with those of the same cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.structure import SKETCH_BYTES
from dowse.search.tuning import BAND_SIZE, DuplicateTuning

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.sketches import Table

Rows = NDArray[np.int64]
Halves = NDArray[np.float16]
Pairs = NDArray[np.int64]
"""Int64 ``[n, 2]``, the smaller row first, each pair once."""

_BLOCK = 2_048
_COMPARED_AT_ONCE = 1 << 16
_GLANCE_OFF = 0.25
"""How far a quarter of a sketch may understate the likeness: twice the standard deviation at 0.45."""


def pairs_by_sketch(
    table: Table,
    families: NDArray[np.int64],
    check: Callable[[], None],
    tuning: DuplicateTuning,
) -> tuple[Pairs, Vectors]:
    """Return pairs of columns of sketches, uint8 ``[SKETCH_BYTES, n]``, that agree in a band, and their likeness.

    Only those of one family (of languages) that are alike enough.
    """
    dense, rows = _dense(table), np.ascontiguousarray(table.T)
    glance = np.ascontiguousarray(rows[:, ::4])
    found = [np.empty((0, 2), np.int64)]
    for start in range(0, SKETCH_BYTES, BAND_SIZE):
        keys = np.ascontiguousarray(dense[start : start + BAND_SIZE].T).view(np.uint32).ravel()
        order = np.argsort(keys, kind="stable")
        bucket = np.append(0, np.cumsum(np.diff(keys[order]) != 0))[: len(order)]
        firsts = order[np.searchsorted(bucket, bucket)]
        near = [np.flatnonzero(bucket[step:] == bucket[:-step]) for step in range(1, tuning.next_in_bucket + 1)]
        pairs = np.stack(
            [
                np.concatenate([firsts, *(order[each] for each in near)]),
                np.concatenate([order, *(order[each + step] for step, each in enumerate(near, 1))]),
            ],
            axis=1,
        )
        check()
        pairs = pairs[(pairs[:, 0] != pairs[:, 1]) & (families[pairs[:, 0]] == families[pairs[:, 1]])]
        pairs = pairs[likenesses(glance, pairs, check) >= tuning.least_likeness - _GLANCE_OFF]
        found.append(pairs[likenesses(rows, pairs, check) >= tuning.least_likeness])
    every = distinct(np.concatenate(found))
    return every, likenesses(rows, every, check)


def _dense(table: Table) -> Table:
    """Give each empty place what the next has that is not (Shrivastava and Li, 2014), so that bands can be compared."""
    dense = table.copy()
    for place in (*range(SKETCH_BYTES - 1, -1, -1), *range(SKETCH_BYTES - 1, -1, -1)):
        following = dense[(place + 1) % SKETCH_BYTES]
        dense[place] = np.where(dense[place] == 0, following, dense[place])
    return dense


def likenesses(rows: Table, pairs: Pairs, check: Callable[[], None]) -> Vectors:
    """Return how much the sketches, uint8, a row each, or parts of them, of each pair resemble each other, float32."""
    found = np.empty(len(pairs), np.float32)
    for start in range(0, len(pairs), _COMPARED_AT_ONCE):
        check()
        one, other = (rows[pairs[start : start + _COMPARED_AT_ONCE, side]] for side in (0, 1))
        shared = np.count_nonzero((one == other) & (one != 0), axis=1)
        whole = np.count_nonzero(one | other, axis=1)
        found[start : start + _COMPARED_AT_ONCE] = shared / np.maximum(whole, 1)
    return found


def pairs_by_vector(
    vectors: Halves, families: NDArray[np.int64], check: Callable[[], None], tuning: DuplicateTuning
) -> tuple[Pairs, Vectors]:
    """Return pairs of rows of ``vectors``, ``[n, dimensions]``, with a high cosine, and that cosine.

    Each row is paired with the nearest of its own family of languages, and with half as many of other families, as
    far as their cosines are high enough.
    """
    pairs, cosines = [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
    cross_language = len(np.unique(families)) > 1
    for cell in _cells(vectors, check, tuning):
        members = vectors[cell].astype(np.float32)
        for start in range(0, len(cell), _BLOCK):
            check()
            rows = cell[start : start + _BLOCK]
            cosine = members[start : start + _BLOCK] @ members.T
            cosine[np.arange(len(rows)), np.arange(start, start + len(rows))] = -1
            same = families[rows][:, None] == families[cell][None, :]
            wanted = [(same & (cosine >= tuning.least_cosine), tuning.nearest)]
            if cross_language:
                wanted.append((~same & (cosine >= tuning.least_cosine_cross_language), tuning.nearest // 2))
            for near, count in wanted:
                row, column = _best_of_each(near, cosine, count)
                pairs.append(np.stack([rows[row], cell[column]], axis=1))
                cosines.append(cosine[row, column])
    every, values = np.sort(np.concatenate(pairs), axis=1), np.concatenate(cosines)
    _, first = np.unique(every[:, 0] << 32 | every[:, 1], return_index=True)
    return every[first], values[first]


def _best_of_each(wanted: NDArray[np.bool_], scores: Vectors, count: int) -> tuple[Rows, Rows]:
    """Return rows and columns of what is wanted, of each row the ``count`` with the highest scores."""
    row, column = np.nonzero(wanted)
    order = np.lexsort((-scores[row, column], row))
    row, column = row[order], column[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    return row[place < count], column[place < count]


def _cells(vectors: Halves, check: Callable[[], None], tuning: DuplicateTuning) -> Iterator[Rows]:
    """Yield rows that belong together; a row is in several cells. Rows without a vector are in none."""
    rows = np.flatnonzero(vectors.any(axis=1))
    if len(rows) <= tuning.exact_up_to:
        if len(rows):
            yield rows
        return
    chosen = np.random.default_rng(0).choice(rows, len(rows) // tuning.cell_size, replace=False)
    pivots = vectors[chosen].astype(np.float32)
    each = tuning.cells_of_each
    nearest = np.empty((len(rows), each), np.int32)
    for start in range(0, len(rows), _BLOCK):
        check()
        scores = vectors[rows[start : start + _BLOCK]].astype(np.float32) @ pivots.T
        nearest[start : start + _BLOCK] = np.argpartition(scores, -each, axis=1)[:, -each:]
    for cell in range(len(chosen)):
        members = rows[(nearest == cell).any(axis=1)]
        if len(members) > 1:
            yield members


def distinct(pairs: Pairs) -> Pairs:
    """Return each pair once, the smaller row first."""
    numbers = np.unique(pairs.min(axis=1) << 32 | pairs.max(axis=1))
    return np.stack([numbers >> 32, numbers & 0xFFFFFFFF], axis=1)
