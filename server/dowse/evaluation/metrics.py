"""Metrics of one answer, from the ranks at which its targets were found.

Relevance is binary. A rank counts from 1; None stands for a target that is not among the hits. NDCG is that of the
public repository-search benchmark (see ``docs/evaluation.md``): the rank of a target is the rank of the first hit that
meets it, so that one hit may meet two targets, and further hits of a target that was met neither help nor harm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DEPTH = 10
"""How many hits are looked at, but for the reciprocal rank, which looks at all."""

Ranks = Sequence[int | None]


def ndcg(ranks: Ranks) -> float:
    """Return the discounted gain of the targets found among :data:`DEPTH` hits, as a share of the most there can be."""
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank is not None and rank <= DEPTH)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks), DEPTH) + 1))
    return gain / ideal if ideal else 0.0


def reciprocal_rank(ranks: Ranks) -> float:
    """Return one over the rank of the first target found, over all hits that were asked for."""
    return max((1 / rank for rank in ranks if rank is not None), default=0.0)


def first_is_right(ranks: Ranks) -> float:
    """Return 1 when the first hit meets a target (precision at 1), else 0."""
    return float(1 in ranks)


def recall(ranks: Ranks) -> float:
    """Return the share of the targets found among :data:`DEPTH` hits."""
    return sum(rank is not None and rank <= DEPTH for rank in ranks) / len(ranks) if ranks else 0.0


METRICS = {"ndcg@10": ndcg, "mrr": reciprocal_rank, "p@1": first_is_right, "recall@10": recall}
"""By the name under which a metric is reported."""
