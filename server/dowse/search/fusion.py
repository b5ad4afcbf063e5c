"""Reciprocal-rank fusion: one ranking from the rankings of several retrievers.

Ranks are fused rather than scores, because a cosine, a BM25 sum and a name match have no common scale.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dowse.search.query import Reason, Signal
from dowse.search.weights import RRF_K

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Fused(Generic[Key]):
    """A key with its fused score, 0–1 (1: first in every ranking), and each signal's share of that score."""

    key: Key
    score: float
    reasons: tuple[Reason, ...]


def fuse(rankings: Mapping[Signal, Sequence[Key]], weights: Mapping[Signal, float]) -> list[Fused[Key]]:
    """Fuse rankings, each best first; ties keep the order of the first ranking that holds them."""
    contributions: dict[Key, dict[Signal, float]] = {}
    for signal, ranking in rankings.items():
        for rank, key in enumerate(ranking, start=1):
            contributions.setdefault(key, {}).setdefault(signal, weights[signal] / (RRF_K + rank))
    best_possible = sum(weights[signal] for signal, ranking in rankings.items() if ranking) / (RRF_K + 1)
    fused = [_fused(key, parts, best_possible) for key, parts in contributions.items()]
    return sorted(fused, key=lambda item: -item.score)


def _fused(key: Key, parts: Mapping[Signal, float], best_possible: float) -> Fused[Key]:
    total = sum(parts.values())
    shares = sorted(((share / total, signal) for signal, share in parts.items()), reverse=True)
    return Fused(key, total / best_possible, tuple(Reason(signal, share) for share, signal in shares))
