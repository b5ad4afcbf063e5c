"""Edits of an editor against a text that is kept the slow and obvious way."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dowse.workspace.documents import Documents
from dowse.workspace.lines import ColumnUnit, column_from_units, column_to_units, split_lines, without_end
from dowse.workspace.text import Edit, Span, edited

UNITS: list[ColumnUnit] = ["utf-8", "utf-16", "utf-32"]
PIECES = [
    "a",
    "b",
    " ",
    "\r",
    "\n",
    "\r\n",
    "\u2028",
    "\u0085",
    "\x0c",
    "\x1c",
    "é",
    "e\u0301",
    "😀",
    "👩\u200d💻",
    "字",
]

texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
places = st.tuples(st.integers(0, 8), st.integers(0, 12))


def reference_lines(text: str) -> list[str]:
    """The lines of a text without their ends, the empty one behind the last end included."""
    return re.split(r"\r\n|\r|\n", text)


def reference_offset(text: str, line: int, units: int, unit: ColumnUnit) -> int:
    """Where a client's position stands in the text, counted character by character."""
    starts = [0] + [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    if line >= len(starts):
        return len(text)
    offset = starts[line]
    for character in reference_lines(text)[line]:
        width = (
            len(character.encode(f"{unit}-le" if unit != "utf-8" else unit))
            // {"utf-8": 1, "utf-16": 2, "utf-32": 4}[unit]
        )
        if units < width:
            break
        units -= width
        offset += 1
    return offset


@given(
    text=texts,
    changes=st.lists(st.tuples(places, places, texts), max_size=6),
    unit=st.sampled_from(UNITS),
)
@example(text="a\r", changes=[((1, 0), (1, 0), "\n")], unit="utf-16")
@example(text="a\rb\nc", changes=[((1, 0), (1, 1), "")], unit="utf-16")
@example(text="a\r\nb", changes=[((0, 1), (1, 0), "\r")], unit="utf-8")
@example(text="x\n\ny", changes=[((0, 1), (1, 0), "\r")], unit="utf-8")
@example(text="", changes=[((5, 5), (9, 9), "a\n")], unit="utf-8")
def test_edits_in_client_units_give_the_text_the_client_has(text, changes, unit):
    documents = Documents()
    documents.open("untitled:1", "python", text)
    expected = text
    for start, end, new in changes:
        first, last = (reference_offset(expected, *place, unit) for place in (start, end))
        expected = expected[:first] + new + expected[max(first, last) :]
    documents.change("untitled:1", [Edit(Span(*start, *end), new) for start, end, new in changes], unit)
    assert documents.text("untitled:1") == expected


@given(text=texts)
def test_lines_end_where_the_protocol_ends_them_and_nowhere_else(text):
    lines = split_lines(text)
    assert "".join(lines) == text
    reference = reference_lines(text)
    assert [without_end(line) for line in lines] == (reference[:-1] if reference[-1] == "" else reference)


@given(
    line=texts.map(lambda text: text.replace("\r", "").replace("\n", "")),
    unit=st.sampled_from(UNITS),
    end=st.sampled_from(["", "\r\n"]),
)
def test_every_column_survives_the_way_to_the_client_and_back(line, unit, end):
    for column in range(len(line) + 1):
        assert column_from_units(line + end, column_to_units(line + end, column, unit), unit) == column


@pytest.mark.parametrize("unit", UNITS)
def test_a_column_past_the_end_is_the_end(unit):
    assert column_from_units("é😀\r\n", 99, unit) == 2
    assert column_to_units("ab\r\n", 99, unit) == 2


def test_a_column_inside_a_character_is_its_beginning():
    assert column_from_units("a😀b", 2, "utf-16") == 1
    assert column_from_units("a😀b", 4, "utf-8") == 1


def test_negative_positions_are_the_beginning():
    assert edited("ab\ncd", [Edit(Span(-1, 5, 0, 1), "x")]) == "xb\ncd"
    assert edited("ab\ncd", [Edit(Span(1, -3, 1, 1), "x")]) == "ab\nxd"


def test_a_span_that_ends_before_it_begins_inserts():
    assert edited("abc", [Edit(Span(0, 2, 0, 1), "-")]) == "ab-c"


def test_an_edit_without_a_span_replaces_everything():
    assert edited("abc", [Edit(None, "x\ny"), Edit(Span(1, 1, 1, 1), "z")]) == "x\nyz"


def test_lone_surrogates_are_text_like_any_other():
    assert edited("a\ud83db", [Edit(Span(0, 2, 0, 2), "!")], "utf-16") == "a\ud83d!b"
    assert edited("a\ud83db", [Edit(Span(0, 4, 0, 4), "!")], "utf-8") == "a\ud83d!b"


def test_many_edits_of_a_large_text_are_applied_in_one_pass():
    text = "some words here\n" * 20_000
    edits = [Edit(Span(line, 5, line, 10), "names") for line in range(0, 20_000, 4)]
    assert edited(text, edits).count("some names here") == 5_000
