"""Reciprocal-rank fusion: one ranking from the rankings of several retrievers.

Ranks are fused rather than scores, because a cosine, a BM25 sum and a name match have no common scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dowse.search.piece import Piece, PieceKey
from dowse.search.query import Reason, Signal
from dowse.search.weights import RRF_K


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece with its score, 0–1 (1: first in every ranking), and what each signal gave to it."""

    piece: Piece
    score: float
    parts: Mapping[Signal, float]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Each signal's share of the score, the largest first."""
        total = sum(self.parts.values()) or 1.0
        shares = sorted(((part / total, signal) for signal, part in self.parts.items()), reverse=True)
        return tuple(Reason(signal, share) for share, signal in shares)


def fuse(rankings: Mapping[Signal, Sequence[Piece]], weights: Mapping[Signal, float]) -> list[Ranked]:
    """Fuse rankings, each best first and without repetition; ties keep the order of the first ranking."""
    pieces: dict[PieceKey, Piece] = {}
    contributions: dict[PieceKey, dict[Signal, float]] = {}
    for signal, ranking in rankings.items():
        for position, piece in enumerate(ranking, start=1):
            key = piece.key
            pieces.setdefault(key, piece)
            contributions.setdefault(key, {})[signal] = weights[signal] / (RRF_K + position)
    best_possible = sum(weights[signal] for signal, ranking in rankings.items() if ranking) / (RRF_K + 1)
    fused = [Ranked(pieces[key], sum(parts.values()) / best_possible, parts) for key, parts in contributions.items()]
    return sorted(fused, key=lambda item: -item.score)
