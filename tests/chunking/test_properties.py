"""What holds for every text: its lines are covered once and in order, nothing raises, nothing depends on chance."""

import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.chunking.identifiers import split_identifier, words
from dowse.chunking.language_table import LANGUAGES
from dowse.workspace.lines import split_lines

GOLDEN = Path(__file__).parent / "golden"
IDS = [language.id for language in LANGUAGES if language.id != "ipynb"]
SAMPLES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix != ".chunks" and path.suffix != ".ipynb")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

pieces = st.lists(
    st.one_of(
        st.sampled_from(
            ["def f(x):\n", "class A {", "}", "  return 1\n", "\n", "\r", "\r\n", "\t", "# comment\n", "/* ", " */",
             '"""', "'", "(", ")", "end\n", "function f() {", "= Title\n", "=====\n", "* a\n", "```\n", "é", "漢字",
             "🚀", "\U000edf66ˤ", "\ud800", "\0", "\x0c", "\u2028", "<script>", "</script>", "---\n",
             "@x\n", "fn g() {\n"]
        ),
        st.text(max_size=12),
    ),
    max_size=60,
)  # fmt: skip


def assert_covers(text, chunks):
    """The chunks are in order, do not overlap, and leave out blank lines at most; their text is their lines'."""
    lines = split_lines(text)
    at = 0
    for chunk in chunks:
        assert at <= chunk.start_line < chunk.end_line <= len(lines)
        assert not any(line.strip() for line in lines[at : chunk.start_line])
        assert chunk.text == "".join(lines[chunk.start_line : chunk.end_line])
        assert chunk.name
        assert chunk.start_line <= chunk.name_line < chunk.end_line
        end = chunk.name_column + chunk.name_length
        assert end <= len(lines[chunk.name_line])
        if chunk.name_length and chunk.space is SpaceName.CODE and "\ufffd" not in text and not _surrogates(text):
            assert lines[chunk.name_line][chunk.name_column : end].split() == chunk.name.split()
        assert chunk.embedded_text.strip()
        at = chunk.end_line
    assert not any(line.strip() for line in lines[at:])


def _surrogates(text):
    return any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize(
    "language",
    "python javascript cpp ruby haskell vue yaml less markdown restructuredtext asciidoc org plaintext".split(),
)
@given(parts=pieces)
@quick
def test_arbitrary_text_is_covered(language, parts):
    text = "".join(parts)
    assert_covers(text, chunk_text("some/file", text, language))


@given(parts=pieces, language=st.sampled_from(IDS))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_arbitrary_text_is_covered_in_any_language(language, parts):
    text = "".join(parts)
    assert_covers(text, chunk_text("some/file", text, language))


@cache
def _sample(path):
    return path.read_bytes().decode()


def _mutated(text, rng):
    """Cut out, repeat, swap and break pieces of real source, as an editor sees it while somebody types."""
    for _ in range(rng.randint(1, 4)):
        a, b = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + rng.choice([1, 5, 80, 400]))
        text = rng.choice(
            [
                text[:a] + text[b:],
                text[:b] + text[a:b] + text[b:],
                text[:a] + rng.choice(["{", "}", "(", '"', "'", "\n", "end", "/*", "\t", "é"]) + text[a:],
                text[:a].replace("\n", "\r\n") + text[a:],
                text.replace("\n", "\r") if rng.random() < 0.3 else text[:a],
                text[:a] + text[a:b].replace("\n", " ") + text[b:],
            ]
        )
    return text


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.parent.name)
def test_mutated_source_is_covered(sample):
    rng = random.Random(sample.name)
    for _ in range(12):
        text = _mutated(_sample(sample), rng)
        assert_covers(text, chunk_text(sample.name, text, sample.parent.name))


@given(text=st.one_of(st.text(max_size=400), pieces.map("".join), st.binary().map(lambda b: b.decode("latin-1"))))
@quick
def test_anything_may_claim_to_be_a_notebook(text):
    for document in (text, '{"cells": [{"cell_type": "code", "source": "' + text, '{"cells":[{"source":[' + text):
        for chunk in chunk_text("a.ipynb", document):
            assert 0 <= chunk.start_line < chunk.end_line <= len(split_lines(document))


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_words_have_no_case_and_none_is_empty(text):
    for word in words(text):
        assert word
        assert word == word.casefold()
    assert all(split_identifier(text))


@given(parts=pieces, language=st.sampled_from(IDS))
@quick
def test_neither_the_path_nor_the_place_in_the_file_changes_what_is_embedded(parts, language):
    text = "".join(parts)
    here = chunk_text("a/one.x", text, language)
    assert [c.embedded_text for c in here] == [c.embedded_text for c in chunk_text("b/two.zz", text, language)]
