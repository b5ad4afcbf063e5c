"""Learns the weights of the ranking, and says how good they are on repositories that they were not learned from.

The loss is listwise (ListNet's, Cao et al., 2007): the softmax over what a query's answer could show, in which the
right ones should have all the weight, by their grades. Since many labels name files, a file competes with its best
candidate. A repository counts by the root of its number of queries. The weights keep to the bounds that
``search.ranking_model`` gives.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dowse.evaluation.metrics import gain
from dowse.search.query import Signal
from dowse.search.ranking_model import FEATURES, NAMES, Weights
from dowse_dev.evaluation.examples import Example, mean_ndcg

Array = NDArray[np.float64]

RIDGE = 0.01
"""Weight of the squared weights, of features scaled to a deviation of 1; ten times less or more loses 0.002 NDCG@10."""

SHARPNESS = 4.0
"""How close the smooth maximum over a file's candidates is to the maximum."""

OWN = 0.5
"""What the queries that a repository's own code asks count beside those of people."""

REPEAT = 2.5
"""What a file's second candidate loses, before calibration. On the benchmark's development part 2, 2.5 and 3 give
pieces an NDCG@10 of 0.453, 0.449 and 0.444 and files 0.649, 0.653 and 0.654."""

PARTS = 8
"""Parts into which repositories are divided to be ranked by weights that were learned from the others."""


@dataclass(frozen=True, slots=True)
class Lists:
    """All candidates of some queries, in groups that compete with one another: a file's alike candidates are one."""

    matrix: Array
    starts: NDArray[np.intp]
    """Of each group among the candidates."""
    sizes: NDArray[np.intp]
    right: NDArray[np.bool_]
    """Whether a group is right."""
    query: NDArray[np.intp]
    """The query of each group, from 0."""
    first: NDArray[np.intp]
    """Of each query among the groups."""
    weight: Array
    """Of each right group in the loss."""


def fit(examples: Sequence[Example], without: frozenset[Signal] = frozenset()) -> Weights:
    """Learn weights; features of the signals in ``without`` get none."""
    lists = grouped(examples)
    free = np.array([feature.signal not in without for feature in FEATURES])
    scale = lists.matrix.std(axis=0)
    used = free & (scale > 1e-9)
    learned = np.zeros(len(FEATURES))
    learned[used] = _minimised(lists, np.flatnonzero(used), scale[used])
    for column in np.flatnonzero(free & ~used):  # what no example shows keeps to its bound
        low, high = FEATURES[column].bounds
        learned[column] = max(low or 0.0, 0.0) or min(high or 0.0, 0.0)
    slope, intercept = _calibrated(lists, lists.matrix @ learned)
    return Weights((slope * learned).astype(np.float32), intercept, slope * REPEAT)


def cross_validated(
    examples: Sequence[Example], without: frozenset[Signal] = frozenset()
) -> tuple[dict[str, float], dict[str, float]]:
    """Return NDCG@10 of each repository by weights learned from other parts: of people's queries, and of its own."""
    asked: dict[str, float] = {}
    own: dict[str, float] = {}
    names = list(dict.fromkeys(example.repository for example in examples))
    for part in (names[first::PARTS] for first in range(min(PARTS, len(names)))):
        learned = fit([example for example in examples if example.repository not in part], without)
        for name in part:
            for scores, is_own in ((asked, False), (own, True)):
                left_out = [
                    example
                    for example in examples
                    if example.repository == name and example.own is is_own and not example.by_file
                ]
                if left_out:
                    scores[name] = mean_ndcg(left_out, learned)
    return asked, own


def as_toml(learned: Mapping[str, Weights], note: str) -> str:
    """Return weights by mode as the text of the weights file; ``note`` says where they come from."""
    lines = [f"# {line}" for line in note.splitlines()]
    for mode, of in learned.items():
        lines += ["", f"[{mode}]", f"intercept = {of.intercept:.4f}", f"repeat = {of.repeat:.4f}"]
        lines += ["", f"[{mode}.features]"]
        lines += [f"{name} = {value:.4f}" for name, value in zip(NAMES, of.features.tolist(), strict=True) if value]
    return "\n".join(lines) + "\n"


def grouped(examples: Sequence[Example]) -> Lists:
    """Group candidates; queries with nothing right or nothing wrong among them teach nothing."""
    rows: list[NDArray[np.float32]] = []
    sizes: list[int] = []
    worth: list[float] = []
    groups: list[int] = []
    taught: list[tuple[str, bool, bool]] = []
    for example in examples:
        any_right = example.met.any(axis=1)
        if not any_right.any() or any_right.all():
            continue
        keys = [(piece.document, *met) for piece, met in zip(example.measured.refs, example.met.tolist(), strict=True)]
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        order = np.argsort([numbers[key] for key in keys], kind="stable")
        rows.append(example.measured.matrix[order])
        counts = Counter(keys)
        sizes += [counts[key] for key in numbers]
        gains = [gain(grade) for grade in example.grades]
        worth += [max((each for each, met in zip(gains, key[1:], strict=True) if met), default=0) for key in numbers]
        groups.append(len(numbers))
        taught.append((example.repository, example.own, example.by_file))
    if not taught:
        raise ValueError("there is nothing to learn from: no query has both right and wrong candidates")
    query = np.repeat(np.arange(len(groups)), groups)
    gained = np.array(worth, np.float64)
    # A set of five hundred queries teaches more than one of twenty, but does not drown it.
    queries = Counter(taught)
    each = np.array([(OWN if kind[1] else 1.0) / math.sqrt(queries[kind]) for kind in taught])
    each /= each.sum()
    per_query = np.bincount(query, weights=gained)
    return Lists(
        np.concatenate(rows).astype(np.float64),
        np.append(0, np.cumsum(sizes)[:-1]),
        np.array(sizes),
        gained > 0,
        query,
        np.append(0, np.cumsum(groups)[:-1]),
        gained * (each / per_query)[query],
    )


def _minimised(lists: Lists, columns: NDArray[np.intp], scale: Array) -> Array:
    from scipy.optimize import minimize

    matrix = lists.matrix[:, columns] / scale
    bounds = []
    for column, unit in zip(columns, scale, strict=True):
        low, high = FEATURES[column].bounds
        bounds.append((None if low is None else low * unit, None if high is None else high * unit))

    def loss(weights: Array) -> tuple[float, Array]:
        value, by_row, _ = listwise(lists, matrix @ weights)
        return value + RIDGE * float(weights @ weights), matrix.T @ by_row + 2 * RIDGE * weights

    start = np.array(
        [
            np.clip(0.0, low, high)
            for low, high in (
                (b[0] if b[0] is not None else -np.inf, b[1] if b[1] is not None else np.inf) for b in bounds
            )
        ]
    )
    found: Array = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200}).x
    return found / scale


def listwise(lists: Lists, scores: Array) -> tuple[float, Array, Array]:
    """Return the loss of scores of all candidates, its slope and its curvature, for each candidate by itself."""
    best, share = _smooth_maximum(lists, scores)
    top = np.maximum.reduceat(best, lists.first)[lists.query]
    strength = np.exp(best - top)
    wrong = np.add.reduceat(np.where(lists.right, 0.0, strength), lists.first)[lists.query]
    whole = strength + wrong
    value = float((lists.weight * (np.log(whole) - (best - top)))[lists.right].sum())
    pull = np.add.reduceat(lists.weight / whole, lists.first)[lists.query]
    slope = np.where(lists.right, lists.weight * (strength / whole - 1), strength * pull)
    curvature = np.abs(slope) * np.where(lists.right, strength / whole, 1 - strength / whole)
    return value, share * np.repeat(slope, lists.sizes), share * np.repeat(curvature, lists.sizes)


def _smooth_maximum(lists: Lists, scores: Array) -> tuple[Array, Array]:
    """Return log-sum-exp over each group, and each candidate's share in it."""
    highest = np.maximum.reduceat(scores, lists.starts)
    strength = np.exp(SHARPNESS * (scores - np.repeat(highest, lists.sizes)))
    sums = np.add.reduceat(strength, lists.starts)
    return highest + np.log(sums) / SHARPNESS, strength / np.repeat(sums, lists.sizes)


def _calibrated(lists: Lists, scores: Array) -> tuple[float, float]:
    """Return slope and intercept by which a sum becomes the log-odds of being right (Platt, 1999)."""
    from scipy.optimize import minimize

    best = np.maximum.reduceat(scores, lists.starts)
    sign = np.where(lists.right, 1.0, -1.0)

    def loss(line: Array) -> tuple[float, Array]:
        margin = sign * (line[0] * best + line[1])
        slope = -sign / (1 + np.exp(np.clip(margin, -500, 500))) / len(best)
        return float(np.logaddexp(0, -margin).mean()), np.array([slope @ best, slope.sum()])

    slope, intercept = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return float(slope), float(intercept)
