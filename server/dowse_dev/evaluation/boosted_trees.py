"""Trees of the features in place of a linear model of them, to see which ranks better what it was not learned from.

Two kinds: LambdaMART (Burges, 2010) as LightGBM has it, and trees that correct the linear model by its own loss. The
latter with a depth of 1 are the linear model with each feature in steps, with a depth of 2 also with pairs of features.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dowse.evaluation.metrics import ndcg
from dowse.search.ranking_model import FEATURES
from dowse.search.retriever import FREE
from dowse_dev.evaluation.examples import Example
from dowse_dev.evaluation.ranking_fit import REPEAT, Lists, fit, grouped, listwise

if TYPE_CHECKING:
    from lightgbm import Booster

Array = NDArray[np.float64]
Scorer = Callable[[Example], Array]
"""Gives the sums of a query's candidates."""

LINEAR = "the linear model"
FOLDS = 5
"""Parts of which each is ranked by what was learned from the repositories of the others."""

DEPTHS = (1, 2, 4, 6)
SIZES = (10, 30, 100, 200)
REPEATS = (1.0, 2.0, 3.0, 4.0)
"""What a file's second candidate may lose. LambdaMART's sums have a unit of their own, and it is shown at its best."""

_SETTINGS: Mapping[str, Any] = {
    "learning_rate": 0.1,
    "max_bin": 31,
    "min_data_in_leaf": 50,
    "min_sum_hessian_in_leaf": 1e-3,
    "feature_fraction": 0.7,
    "lambda_l2": 1.0,
    # What can only help or harm keeps to it, as in the linear model.
    "monotone_constraints": [
        0 if feature.bounds == FREE else 1 if feature.bounds[0] is not None else -1 for feature in FEATURES
    ],
    "num_threads": 1,
    "seed": 0,
    "verbosity": -1,
}


def cross_validated(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Return NDCG@10 of people's queries in each repository, by what ranks them, all learned from the same others."""
    names = list(dict.fromkeys(example.repository for example in examples))
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for part in range(FOLDS):
        held_out = frozenset(names[part::FOLDS])
        asked = [
            example
            for example in examples
            if example.repository in held_out and not example.own and not example.by_file
        ]
        for name, scorer, repeat in _learned([example for example in examples if example.repository not in held_out]):
            gains: dict[str, list[float]] = defaultdict(list)
            for example in asked:
                gains[example.repository].append(ndcg(example.ranks_by(scorer(example), repeat), example.grades))
            found[name] |= {repository: sum(each) / len(each) for repository, each in gains.items()}
    return found


def _learned(examples: Sequence[Example]) -> Iterator[tuple[str, Scorer, float]]:
    """Yield what can rank, by name, with what a repeated file loses."""
    weights = fit(examples)
    scale = REPEAT / weights.repeat  # back to the unit of the loss, before calibration
    linear: Scorer = lambda example: example.measured.matrix @ (scale * weights.features.astype(np.float64))  # noqa: E731
    yield LINEAR, linear, REPEAT
    lists = grouped(examples)
    for depth in DEPTHS:
        corrected = _correcting(lists, lists.matrix @ (scale * weights.features), depth)
        ranker = _lambdamart(lists, depth)
        for size in SIZES:
            yield f"{size} trees of depth {depth} above it", _sum_of(linear, _trees(corrected, size)), REPEAT
            for repeat in REPEATS:
                name = f"LambdaMART, {size} trees of depth {depth}, a repeated file loses {repeat:g}"
                yield name, _trees(ranker, size), repeat


def _correcting(lists: Lists, linear: Array, depth: int) -> Booster:
    """Learn trees that are added to the sums of the linear model."""
    import lightgbm

    queries = len(lists.first)  # steps as large as LightGBM expects them

    def slope_and_curvature(sums: Array, _data: lightgbm.Dataset) -> tuple[Array, Array]:
        _, slope, curvature = listwise(lists, sums)
        return queries * slope, np.maximum(queries * curvature, 1e-6)

    data = lightgbm.Dataset(lists.matrix, np.zeros(len(lists.matrix)), init_score=linear)
    return lightgbm.train({**_of_depth(depth), "objective": slope_and_curvature}, data, SIZES[-1])


def _lambdamart(lists: Lists, depth: int) -> Booster:
    import lightgbm

    sizes = np.bincount(np.repeat(lists.query, lists.sizes))
    weight = np.bincount(lists.query, weights=lists.weight) * len(sizes)
    data = lightgbm.Dataset(
        lists.matrix,
        np.repeat(lists.right, lists.sizes).astype(np.int32),
        group=sizes,
        weight=np.repeat(weight, sizes),
    )
    return lightgbm.train({**_of_depth(depth), "objective": "lambdarank"}, data, SIZES[-1])


def _of_depth(depth: int) -> dict[str, Any]:
    return {**_SETTINGS, "max_depth": depth, "num_leaves": 2**depth}


def _trees(booster: Booster, size: int) -> Scorer:
    return lambda example: np.asarray(
        booster.predict(example.measured.matrix, num_iteration=size, raw_score=True), np.float64
    )


def _sum_of(one: Scorer, other: Scorer) -> Scorer:
    return lambda example: one(example) + other(example)
