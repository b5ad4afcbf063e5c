"""Metrics of one answer, from the ranks at which its targets were found and the targets' grades.

A rank counts from 1; None stands for a target that is not among the hits. NDCG is that of the public
repository-search benchmark (see ``docs/evaluation.md``): the rank of a target is the rank of the first hit that meets
it, so that one hit may meet two targets, and further hits of a target that was met neither help nor harm. A grade
gains ``2 ** grade - 1`` (Burges et al., 2005); where all grades are equal, as in sets without grades, relevance is
binary. The other metrics know only right and wrong: a target of grade 1 helps, but is no answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

DEPTH = 10
"""How many hits are looked at, but for the reciprocal rank, which looks at all."""

LEAST_RIGHT = 2
"""Grade from which on a target is an answer or a part of one."""

Ranks = Sequence[int | None]
Metric = Callable[[Ranks, Sequence[int] | None], float]


def gain(grade: int) -> int:
    """Return what a target of this grade is worth."""
    return (1 << grade) - 1


def ndcg(ranks: Ranks, grades: Sequence[int] | None = None) -> float:
    """Return the discounted gain of the targets found among :data:`DEPTH` hits, as a share of the most there can be.

    ``grades`` are those of the targets; None where all are equal.
    """
    grades = grades if grades is not None else [1] * len(ranks)
    found = sum(
        gain(grade) / math.log2(rank + 1)
        for rank, grade in zip(ranks, grades, strict=True)
        if rank is not None and rank <= DEPTH
    )
    best = sorted(grades, reverse=True)[:DEPTH]
    ideal = sum(gain(grade) / math.log2(rank + 1) for rank, grade in enumerate(best, 1))
    return found / ideal if ideal else 0.0


def reciprocal_rank(ranks: Ranks, grades: Sequence[int] | None = None) -> float:
    """Return one over the rank of the first right target, over all hits that were asked for."""
    return max((1 / rank for rank in _right(ranks, grades) if rank is not None), default=0.0)


def first_is_right(ranks: Ranks, grades: Sequence[int] | None = None) -> float:
    """Return 1 when the first hit meets a right target (precision at 1), else 0."""
    return float(1 in _right(ranks, grades))


def recall(ranks: Ranks, grades: Sequence[int] | None = None) -> float:
    """Return the share of the right targets found among :data:`DEPTH` hits."""
    right = _right(ranks, grades)
    return sum(rank is not None and rank <= DEPTH for rank in right) / len(right) if right else 0.0


def _right(ranks: Ranks, grades: Sequence[int] | None) -> list[int | None]:
    if grades is None:
        return list(ranks)
    return [rank for rank, grade in zip(ranks, grades, strict=True) if grade >= LEAST_RIGHT]


METRICS: dict[str, Metric] = {"ndcg@10": ndcg, "mrr": reciprocal_rank, "p@1": first_is_right, "recall@10": recall}
"""By the name under which a metric is reported."""
