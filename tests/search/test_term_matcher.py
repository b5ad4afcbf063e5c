"""Which words of a query a text says."""

import pytest

from dowse.search.term_matcher import TermMatcher, one_slip, same_word


@pytest.mark.parametrize(
    ("one", "other"), [("retry", "retries"), ("config", "configuration"), ("logging", "logger"), ("route", "router")]
)
def test_forms_of_a_word_are_the_same_word(one, other):
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("interface", "internal"), ("cat", "car"), ("request", "require")])
def test_words_that_merely_begin_alike_are_not(one, other):
    assert not same_word(one, other)


def test_coverage_is_the_share_of_a_name_that_the_query_says():
    matcher = TermMatcher({"request": 1.0, "logging": 1.0})
    assert matcher.match_name("RequestLogger")[0] == 1
    assert matcher.match_name("request_id")[0] == 0.5
    assert matcher.match_name("") == (0, 0)


def test_a_rare_word_tells_more_than_a_common_one():
    matcher = TermMatcher({"token": 3.0, "get": 1.0})
    assert matcher.idf_share(matcher.match("class Tokens")) == 0.75
    assert matcher.idf_share(matcher.match("get_all")) == 0.25
    assert matcher.idf_share(matcher.match("nothing")) == 0


def test_an_unknown_word_is_the_beginning_of_one_or_a_slip():
    matcher = TermMatcher({"pars": 1.0, "hedaer": 1.0, "known": 1.0}, {"pars", "hedaer"})
    assert matcher.idf_share(matcher.match("parse_header")) == pytest.approx(2 / 3)
    assert matcher.match("knwon") == 0  # a slip in the text does not count, nor one in a word that the index holds


@pytest.mark.parametrize("other", ["heder", "headers", "haeder", "healer"])
def test_one_letter_more_less_or_other_or_two_that_changed_places_are_a_slip(other):
    assert one_slip("header", other)
    assert one_slip(other, "header")


@pytest.mark.parametrize("other", ["header", "hed", "reader2", "hdrs", "daeher"])
def test_more_than_that_is_another_word(other):
    assert not one_slip("header", other)
