"""Puts measured candidates in their final order, by weights that were learned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dowse.search.features import FEATURES, Measured
from dowse.search.piece import Piece
from dowse.search.query import Reason, Signal
from dowse.search.ranking_model import Weights as Weights
from dowse.search.retriever import Feature


def signals_of(features: Sequence[Feature]) -> tuple[Signal, ...]:
    """Return the signals of features, each once."""
    return tuple(dict.fromkeys(feature.signal for feature in features))


RANKED = signals_of(FEATURES)
"""The signals that place an answer to a question."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece with its score, 0–1, and what each signal gave to it."""

    piece: Piece
    score: float
    parts: Mapping[Signal, float]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each signal's share of what speaks for the piece, the largest first."""
        total = sum(self.parts.values()) or 1.0
        shares = sorted(((part / total, signal) for signal, part in self.parts.items() if part > 0), reverse=True)
        return tuple(Reason(signal, share) for share, signal in shares)


@cache
def _signal_matrix(features: tuple[Feature, ...]) -> NDArray[np.float32]:
    """Return which feature belongs to which signal, ``[len(features), signals]``."""
    return np.array([[feature.signal == signal for signal in signals_of(features)] for feature in features], np.float32)


def ranked(
    measured: Measured, by: Weights, without: frozenset[Signal] = frozenset(), unread: Weights | None = None
) -> Iterator[Ranked]:
    """Give candidates in order, best first; features of the signals in ``without`` count nothing.

    As far as the query is one that the models of a piece's space cannot read, ``unread`` weighs it in place of ``by``.
    """
    if not measured.pieces:
        return
    signals = signals_of(measured.features)
    kept = np.array([feature.signal not in without for feature in measured.features], np.float32)
    given = measured.matrix * (by.features * kept)
    intercept: float | NDArray[np.float32] = by.intercept
    repeat: float | NDArray[np.float32] = by.repeat
    if unread is not None and measured.read is not None:
        read = measured.read
        given = given * read[:, None] + measured.matrix * (unread.features * kept) * (1 - read)[:, None]
        intercept = by.intercept * read + unread.intercept * (1 - read)
        repeat = by.repeat * read + unread.repeat * (1 - read)
    sums = given.sum(axis=1)
    sums -= repeat * repetitions(measured, sums)
    scores = 1 / (1 + np.exp(-np.clip(sums + intercept, -30, 30)))
    gains = np.maximum(given, 0) @ _signal_matrix(measured.features)
    for row in np.argsort(-sums, kind="stable").tolist():
        parts = dict(zip(signals, gains[row].tolist(), strict=True))
        yield Ranked(measured.pieces[row], float(scores[row]), parts)


def repetitions(measured: Measured, sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many better candidates each has in its file, or with its text: ten files help more than ten copies.

    Definitions of the very name that is asked for do not make way for others of their file; parts of one do.
    """
    exact = (measured.column("symbol_alone") == 1.0).tolist()
    in_file, with_text = Counter[str](), Counter[bytes]()
    repeated = np.zeros_like(sums)
    for row in np.argsort(-sums, kind="stable").tolist():
        piece = measured.pieces[row]
        digest = piece.text_digest
        repeated[row] = with_text[digest]
        if not exact[row] or piece.chunk.part:
            repeated[row] += in_file[piece.document]
        in_file[piece.document] += 1
        with_text[digest] += 1
    return repeated
