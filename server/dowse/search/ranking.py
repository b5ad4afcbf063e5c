"""Ranks candidates by their features, with weights that were learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dowse.search.chunk_ref import ChunkRef
from dowse.search.features import FeatureTable
from dowse.search.query import Reason, Signal
from dowse.search.ranking_model import FEATURES, Weights
from dowse.search.retriever import Feature


def signals_of(features: Sequence[Feature]) -> tuple[Signal, ...]:
    """Return the signals of features, each once."""
    return tuple(dict.fromkeys(feature.signal for feature in features))


RANKED_SIGNALS = signals_of(FEATURES)
"""The signals that place an answer to a question."""


@dataclass(frozen=True, slots=True)
class RankedChunk:
    """A chunk with its score, 0–1, and what each signal gave to it."""

    ref: ChunkRef
    score: float
    parts: Mapping[Signal, float]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each signal's share of what speaks for the chunk, the largest first."""
        total = sum(self.parts.values()) or 1.0
        shares = sorted(((part / total, signal) for signal, part in self.parts.items() if part > 0), reverse=True)
        return tuple(Reason(signal, share) for share, signal in shares)


@cache
def _signal_matrix(features: tuple[Feature, ...]) -> NDArray[np.float32]:
    """Return which feature belongs to which signal, ``[len(features), signals]``."""
    return np.array([[feature.signal == signal for signal in signals_of(features)] for feature in features], np.float32)


def rank(
    table: FeatureTable, by: Weights, without: frozenset[Signal] = frozenset(), unread: Weights | None = None
) -> Iterator[RankedChunk]:
    """Yield candidates, best first. Features of the signals in ``without`` count nothing.

    ``unread`` are the weights for queries that the models of a candidate's space cannot read. They take the place of
    ``by`` to the extent that this is so.
    """
    if not table.refs:
        return
    signals = signals_of(table.features)
    kept = np.array([feature.signal not in without for feature in table.features], np.float32)
    given = table.matrix * (by.features * kept)
    intercept: float | NDArray[np.float32] = by.intercept
    repeat: float | NDArray[np.float32] = by.repeat
    if unread is not None and table.read is not None:
        read = table.read
        given = given * read[:, None] + table.matrix * (unread.features * kept) * (1 - read)[:, None]
        intercept = by.intercept * read + unread.intercept * (1 - read)
        repeat = by.repeat * read + unread.repeat * (1 - read)
    sums = given.sum(axis=1)
    sums -= repeat * count_repetitions(table, sums)
    scores = 1 / (1 + np.exp(-np.clip(sums + intercept, -30, 30)))
    gains = np.maximum(given, 0) @ _signal_matrix(table.features)
    for row in np.argsort(-sums, kind="stable").tolist():
        parts = dict(zip(signals, gains[row].tolist(), strict=True))
        yield RankedChunk(table.refs[row], float(scores[row]), parts)


def count_repetitions(table: FeatureTable, sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each candidate how many better ones are in its file, and how many have its text.

    Definitions that have exactly the name that is asked for are not counted against others of their file, but the later
    parts of one definition are.
    """
    exact = (table.column("symbol_alone") == 1.0).tolist()
    in_file, with_text = Counter[str](), Counter[bytes]()
    repeated = np.zeros_like(sums)
    for row in np.argsort(-sums, kind="stable").tolist():
        ref = table.refs[row]
        digest = ref.text_digest
        repeated[row] = with_text[digest]
        if not exact[row] or ref.chunk.part:
            repeated[row] += in_file[ref.document]
        in_file[ref.document] += 1
        with_text[digest] += 1
    return repeated
