"""Puts measured candidates in their final order, by weights that were learned."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from dowse.search.features import FEATURES, NAMES, Measured
from dowse.search.piece import Piece
from dowse.search.query import Mode, Reason, Signal

WEIGHTS_FILE = "ranking.toml"
"""Beside this module; written by ``dowse train ranking``."""

RANKED = tuple(signal for signal in Signal if any(feature.signal is signal for feature in FEATURES))
"""The signals that place an answer to a question."""

_OF_SIGNAL = np.array([[feature.signal is signal for signal in RANKED] for feature in FEATURES], np.float32)
_SYMBOL_ALONE = NAMES.index("symbol_alone")


@dataclass(frozen=True, slots=True)
class Weights:
    """How the features of one mode are weighed."""

    features: NDArray[np.float32]
    """``[len(FEATURES)]``, in their order."""
    intercept: float
    """Such that the logistic function of the sum estimates how likely a candidate is what was asked for."""
    repeat: float
    """What each further candidate of a file, or with one text, loses beside the one before it, in the same unit."""


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
def weights(mode: Mode) -> Weights:
    """Return what was learned for a mode."""
    table = tomllib.loads(resources.files("dowse.search").joinpath(WEIGHTS_FILE).read_text("utf-8"))[mode]
    return Weights(
        np.array([table["features"].get(name, 0.0) for name in NAMES], np.float32), table["intercept"], table["repeat"]
    )


def ranked(
    measured: Measured, by: Weights, without: frozenset[Signal] = frozenset(), unread: Weights | None = None
) -> Iterator[Ranked]:
    """Give candidates in order, best first; features of the signals in ``without`` count nothing.

    As far as the query is one that the models of a piece's space cannot read, ``unread`` weighs it in place of ``by``.
    """
    if not measured.pieces:
        return
    kept = np.array([feature.signal not in without for feature in FEATURES], np.float32)
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
    gains = np.maximum(given, 0) @ _OF_SIGNAL
    for row in np.argsort(-sums, kind="stable").tolist():
        parts = dict(zip(RANKED, gains[row].tolist(), strict=True))
        yield Ranked(measured.pieces[row], float(scores[row]), parts)


def repetitions(measured: Measured, sums: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many better candidates each has in its file, or with its text: ten files help more than ten copies.

    Definitions of the very name that is asked for do not make way for others of their file; parts of one do.
    """
    exact = (measured.matrix[:, _SYMBOL_ALONE] == 1.0).tolist()
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
