import pytest

from dowse.evaluation.report import by_kind, difference, failures, figure, latency, overall
from dowse.evaluation.runner import Outcome
from dowse.evaluation.spec import Query, Target


def outcome(repository, ranks, kind="phrase", took_ms=1.0):
    query = Query("q", tuple(Target("a") for _ in ranks), kind)
    return Outcome(repository, "python", query, tuple(ranks), (), took_ms)


def test_each_repository_counts_once_however_many_queries_it_has():
    outcomes = [outcome("small", [1]), *[outcome("large", [None])] * 9]
    assert overall(outcomes, "p@1").mean == 0.5


def test_an_interval_holds_the_mean_and_shrinks_with_more_values():
    few, many = figure([0.0, 1.0] * 3), figure([0.0, 1.0] * 100)
    assert few.low <= few.mean <= few.high
    assert many.high - many.low < few.high - few.low
    assert figure([0.3]).low == figure([0.3]).high == pytest.approx(0.3)


def test_systems_are_compared_where_both_were_measured():
    better = difference({"a": 0.9, "b": 0.5, "only here": 0.0}, {"a": 0.8, "b": 0.4, "only there": 1.0})
    assert better.mean == pytest.approx(0.1)
    assert better.low == pytest.approx(0.1)  # the same gain everywhere, so no doubt about it
    with pytest.raises(ValueError, match="common"):
        difference({"a": 1.0}, {"b": 1.0})


def test_figures_by_kind_failures_and_latency():
    outcomes = [outcome("r", [1], "symbol", 1.0), outcome("r", [2], "phrase", 3.0), outcome("r", [None], "phrase", 2.0)]
    assert by_kind(outcomes, "mrr") == {"phrase": 0.25, "symbol": 1.0}
    assert [each.ranks for each in failures(outcomes)] == [(None,), (2,)]
    assert latency(outcomes)[0] == 2.0
