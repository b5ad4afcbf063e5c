"""Technical words for what queries say in everyday ones."""

import pytest

from dowse.chunking.identifiers import words
from dowse.search.paraphrases import technical_words
from dowse.search.query import SearchRequest
from dowse.search.question import understand


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("where are failed requests tried again", ("retry",)),
        ("try it once more, then try again", ("retry",)),
        ("what sends the message again", ("resend",)),
        ("cut it off when it takes too long", ("timeout",)),
        ("the user stopped typing", ("debounce",)),
        ("throwing old entries away", ("discard",)),
        ("limit how often a customer may call", ("throttle",)),
    ],
)
def test_everyday_words_are_known_by_the_technical_one(query, meant):
    assert technical_words(words(query)) == meant


@pytest.mark.parametrize("query", ["", "again", "too many arguments", "how often", "clean up", "retry again"])
def test_half_a_phrase_means_nothing_more(query):
    assert technical_words(words(query)) == ()


def test_a_word_that_is_there_is_not_said_twice():
    assert technical_words(words("retry: how to try again")) == ()


def test_pasted_text_speaks_for_itself():
    assert technical_words(words("try again " + "word " * 40)) == ()


def test_both_words_and_meaning_are_asked_for():
    asked = understand(SearchRequest("where are requests tried again"))
    assert asked.text == "where are requests tried again retry"
    assert asked.terms == ("requests", "tried", "again", "retry")


def test_a_name_stays_as_it_is():
    assert understand(SearchRequest("try_again")).terms == ("try_again", "try", "again")
