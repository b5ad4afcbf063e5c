"""Every language's definitions, as a person would list them. ``--update-golden`` writes the listings anew."""

from pathlib import Path

import pytest

from chunking.listing import listing
from dowse.chunking.chunker import chunk_text
from dowse.chunking.language_table import LANGUAGES
from dowse.chunking.languages import language_of

GOLDEN = Path(__file__).parent / "golden"
SOURCES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix != ".chunks")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_is_cut_into_its_definitions(source, update_golden):
    text = source.read_bytes().decode()
    found = listing(chunk_text(source.name, text))
    expected = source.with_name(source.name + ".chunks")
    if update_golden:
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_recognised_as_the_language_of_its_folder(source):
    assert language_of(source.name, source.read_bytes().decode()) == source.parent.name


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one.queries], ids=lambda one: one.id)
def test_every_query_is_valid_for_its_grammar(language):
    from dowse.chunking.parsing import definition_query

    assert definition_query(language.grammar, language.queries) is not None
