"""What reaches the terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.cli.streams import escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, naïve 日本 🎉", "plain text, naïve 日本 🎉"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("right\u202eto left", r"right\u202eto left"),
        ("name-\udcff.py", r"name-\xff.py"),
        ("lone \ud800", r"lone \ud800"),
        ("\u2028", r"\u2028"),
    ],
)
def test_what_would_command_a_terminal_is_shown_as_text(text, shown):
    assert escaped(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_escaped_text_is_one_printable_line_whatever_it_was(text):
    shown = escaped(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f]", shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")
