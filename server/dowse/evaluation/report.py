"""Figures from outcomes: means by group, confidence intervals, comparisons paired by repository."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import dowse
from dowse.evaluation.metrics import METRICS
from dowse.evaluation.runner import Outcome, Variant

RESAMPLES = 10_000
"""Of the bootstrap; the ends of an interval then move by less than 0.002 from seed to seed."""

FAILURES = 12
"""How many of the worst answers are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean and its 95 % interval by the percentile bootstrap (Efron, 1979)."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def stamp() -> dict[str, str | None]:
    """Return what figures were taken with and when; the commit is None outside a work tree, marked where it differs."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = None
    return {"dowse": dowse.__version__, "commit": commit, "date": datetime.now(UTC).isoformat(timespec="seconds")}


def figure(values: Sequence[float]) -> Figure:
    """Return the mean of ``values`` and its interval; of one value, that value."""
    sample = np.asarray(values, np.float64)
    chosen = np.random.default_rng(0).integers(0, len(sample), (RESAMPLES, len(sample)))
    low, high = np.percentile(sample[chosen].mean(axis=1), [2.5, 97.5])
    return Figure(float(sample.mean()), float(low), float(high))


def scores(outcomes: Iterable[Outcome], metric: str) -> dict[str, float]:
    """Return the mean of a metric over each repository's queries."""
    return _means(outcomes, metric, lambda outcome: outcome.repository)


def overall(outcomes: Sequence[Outcome], metric: str) -> Figure:
    """Return the mean over repositories, each counting once; over queries where there is but one repository."""
    by_repository = scores(outcomes, metric)
    if len(by_repository) == 1:
        return figure([_value(outcome, metric) for outcome in answerable(outcomes)])
    return figure(list(by_repository.values()))


def difference(one: Mapping[str, float], other: Mapping[str, float]) -> Figure:
    """Return how much better ``one`` is than ``other``, paired by the repositories that both have."""
    shared = sorted(one.keys() & other.keys())
    if not shared:
        raise ValueError("the two results have no repository in common")
    return figure([one[name] - other[name] for name in shared])


def by_kind(outcomes: Iterable[Outcome], metric: str) -> dict[str, float]:
    """Return the mean of a metric over the queries of each kind."""
    return _means(outcomes, metric, lambda outcome: outcome.query.kind)


def by_language(outcomes: Iterable[Outcome], metric: str) -> dict[str, float]:
    """Return the mean of a metric over the queries of each language."""
    return _means(outcomes, metric, lambda outcome: outcome.language)


def latency(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return the median and the 95th percentile of the queries' times, in milliseconds."""
    median, high = np.percentile([outcome.took_ms for outcome in outcomes], [50, 95])
    return float(median), float(high)


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the worst answers, at most :data:`FAILURES`, those without any target first."""
    lacking = [outcome for outcome in answerable(outcomes) if _value(outcome, "ndcg@10") < 1]
    return sorted(lacking, key=lambda outcome: _value(outcome, "ndcg@10"))[:FAILURES]


def answerable(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes of queries that the tree can answer, which all metrics are of."""
    return [outcome for outcome in outcomes if outcome.query.relevant]


def empty_answers(outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """Return how many answers are empty, as shares: where the tree has no answer, and where it has one.

    None where every query, or none, has an answer.
    """
    right = [not outcome.first for outcome in outcomes if not outcome.query.relevant]
    lost = [not outcome.first for outcome in outcomes if outcome.query.relevant]
    return (sum(right) / len(right), sum(lost) / len(lost)) if right and lost else None


def as_value(variant: Variant, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return all there is to say of a variant as plain JSON."""
    median, high = latency(outcomes)
    empty = empty_answers(outcomes)
    return {
        "name": variant.name,
        "model": variant.model,
        "mode": variant.mode,
        "without": sorted(variant.without),
        "figures": {name: _interval(overall(outcomes, name)) for name in METRICS},
        "repositories": {name: _rounded(scores(outcomes, name)) for name in METRICS},
        "languages": {name: _rounded(by_language(outcomes, name)) for name in METRICS},
        "kinds": {name: _rounded(by_kind(outcomes, name)) for name in METRICS},
        "emptyAnswers": None
        if empty is None
        else {"unanswerable": round(empty[0], 4), "answerable": round(empty[1], 4)},
        "latencyMs": {"p50": round(median, 3), "p95": round(high, 3)},
        "queries": [
            {
                "repository": outcome.repository,
                "query": outcome.query.query,
                "kind": outcome.query.kind,
                "ranks": outcome.ranks,
                "first": outcome.first,
                "tookMs": round(outcome.took_ms, 3),
            }
            for outcome in outcomes
        ],
    }


def _value(outcome: Outcome, metric: str) -> float:
    return METRICS[metric](outcome.ranks, outcome.query.grades)


def _interval(of: Figure) -> dict[str, float]:
    return _rounded({"mean": of.mean, "low": of.low, "high": of.high})


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _means(outcomes: Iterable[Outcome], metric: str, group: Callable[[Outcome], str]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for outcome in answerable(outcomes):
        values[group(outcome)].append(_value(outcome, metric))
    return {name: sum(each) / len(each) for name, each in sorted(values.items())}
