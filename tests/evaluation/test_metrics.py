"""Worked examples, computed by hand from the definitions."""

import math

import pytest

from dowse.evaluation.metrics import first_is_right, ndcg, recall, reciprocal_rank


def test_everything_on_top_is_the_best_there_is():
    assert ndcg([1]) == ndcg([1, 2]) == ndcg([2, 1]) == 1.0


def test_a_target_further_down_gains_less():
    assert ndcg([3]) == pytest.approx(1 / math.log2(4))
    assert ndcg([2, None]) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3)))


def test_what_stands_beyond_the_tenth_hit_does_not_count():
    assert ndcg([11]) == 0.0
    assert recall([11, 2]) == 0.5


def test_more_than_ten_targets_cannot_all_be_on_top():
    assert ndcg([*range(1, 11), None, None]) == 1.0


def test_two_targets_met_by_one_hit_both_count():
    assert ndcg([1, 1]) > 1.0


def test_the_first_target_found_decides_mrr_and_precision_at_one():
    assert reciprocal_rank([None, 4, 9]) == 0.25
    assert reciprocal_rank([None]) == 0.0
    assert (first_is_right([None, 1]), first_is_right([2])) == (1.0, 0.0)


def test_a_better_grade_is_worth_more_and_should_stand_first():
    assert ndcg([1, 2], [3, 1]) == 1.0
    assert ndcg([2, 1], [3, 1]) < 1.0
    assert ndcg([1, None], [3, 1]) > ndcg([None, 1], [3, 1])


def test_what_only_helps_is_no_answer():
    assert first_is_right([1], [1]) == 0.0
    assert first_is_right([None, 1], [3, 2]) == 1.0
    assert reciprocal_rank([3, 1], [3, 1]) == 1 / 3
    assert recall([1, None], [3, 1]) == 1.0
