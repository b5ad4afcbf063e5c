"""``docs/contributing/support-a-language.md`` adds a language; here it is done with what stands there."""

import re
from pathlib import Path

import pytest

from dowse.chunking import languages, line_patterns
from dowse.chunking.chunk import Kind
from dowse.chunking.chunker import chunk_text
from dowse.chunking.language_table import LANGUAGES, Language
from dowse.chunking.syntax import query_text

DOCUMENT = Path(__file__).parents[2] / "docs" / "contributing" / "support-a-language.md"


def block(kind):
    """Return the code that the document shows in one language."""
    return re.search(rf"```{kind}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)[1]


@pytest.fixture
def brew(monkeypatch):
    """The table with the document's row in it, and the document's query where queries are read."""
    row = eval(block("python").rstrip().rstrip(","), {"_row": Language})
    text = block("toml")
    monkeypatch.setattr(languages, "LANGUAGES", (*LANGUAGES, row))
    monkeypatch.setattr(line_patterns, "query_text", lambda name: text if name == "brew.toml" else query_text(name))
    languages._tables.cache_clear()
    line_patterns.line_patterns.cache_clear()
    yield row
    monkeypatch.undo()
    languages._tables.cache_clear()
    line_patterns.line_patterns.cache_clear()


def test_the_row_and_the_query_of_the_document_are_all_that_a_language_needs(brew):
    text = "# Warms the water.\nstep heat\n    fill kettle\n    wait 5\n\nstep pour\n    lift kettle\n    tilt it\n"
    chunks = chunk_text("tea.brew", text)
    assert [(c.language, c.kind, c.name, c.doc) for c in chunks] == [
        ("brew", Kind.FUNCTION, "heat", "Warms the water."),
        ("brew", Kind.FUNCTION, "pour", ""),
    ]
    assert languages.language_of("tea", "#!/usr/bin/env brewer\n") == "brew"
    assert languages.language_called("brewlang") is brew


def test_what_the_document_names_exists():
    text = DOCUMENT.read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (DOCUMENT.parent / link).exists(), link
    chunking = DOCUMENT.parents[2] / "server" / "dowse" / "chunking"
    for name in re.findall(r"`(\w+\.py)`", text):
        assert (chunking / name).exists(), name
