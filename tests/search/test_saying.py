"""Which words of a query a text says."""

import pytest

from dowse.search.saying import Saying, same_word


@pytest.mark.parametrize(
    ("one", "other"), [("retry", "retries"), ("config", "configuration"), ("logging", "logger"), ("route", "router")]
)
def test_forms_of_a_word_are_the_same_word(one, other):
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("interface", "internal"), ("cat", "car"), ("request", "require")])
def test_words_that_merely_begin_alike_are_not(one, other):
    assert not same_word(one, other)


def test_coverage_is_the_share_of_a_name_that_the_query_says():
    saying = Saying({"request": 1.0, "logging": 1.0})
    assert saying.coverage("RequestLogger") == 1
    assert saying.coverage("request_id") == 0.5
    assert saying.coverage("") == 0


def test_a_rare_word_tells_more_than_a_common_one():
    saying = Saying({"token": 3.0, "get": 1.0})
    assert saying.telling(saying.said("class Tokens")) == 0.75
    assert saying.telling(saying.said("get_all")) == 0.25
    assert saying.telling(saying.said("nothing")) == 0
