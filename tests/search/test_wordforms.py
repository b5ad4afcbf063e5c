"""Other forms of a word."""

import pytest

from dowse.search.wordforms import forms


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("retries", "retry"),
        ("retry", "retries"),
        ("parsing", "parse"),
        ("handlers", "handle"),
        ("stopped", "stop"),
        ("config", "cfg"),
        ("cfg", "configuration"),
        ("authentication", "auth"),
    ],
)
def test_code_may_say_it_otherwise(word, form):
    assert form in forms(word)


@pytest.mark.parametrize("word", ["a", "zip", "東京", "x2"])
def test_what_has_no_other_form_has_none(word):
    assert forms(word) == ()


def test_a_word_is_not_its_own_form():
    assert all(word not in forms(word) for word in ("parse", "config", "bus", "class", "io"))
