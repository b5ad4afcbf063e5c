"""Which words of a query a text says."""

import pytest

from dowse.search.saying import Saying, one_slip, same_word


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
    assert saying.of_name("RequestLogger")[0] == 1
    assert saying.of_name("request_id")[0] == 0.5
    assert saying.of_name("") == (0, 0)


def test_a_rare_word_tells_more_than_a_common_one():
    saying = Saying({"token": 3.0, "get": 1.0})
    assert saying.telling(saying.said("class Tokens")) == 0.75
    assert saying.telling(saying.said("get_all")) == 0.25
    assert saying.telling(saying.said("nothing")) == 0


def test_an_unknown_word_is_the_beginning_of_one_or_a_slip():
    saying = Saying({"pars": 1.0, "hedaer": 1.0, "known": 1.0}, {"pars", "hedaer"})
    assert saying.telling(saying.said("parse_header")) == pytest.approx(2 / 3)
    assert saying.said("knwon") == 0  # a slip in the text does not count, nor one in a word that the index holds


@pytest.mark.parametrize("other", ["heder", "headers", "haeder", "healer"])
def test_one_letter_more_less_or_other_or_two_that_changed_places_are_a_slip(other):
    assert one_slip("header", other)
    assert one_slip(other, "header")


@pytest.mark.parametrize("other", ["header", "hed", "reader2", "hdrs", "daeher"])
def test_more_than_that_is_another_word(other):
    assert not one_slip("header", other)
