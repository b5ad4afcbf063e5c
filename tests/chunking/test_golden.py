"""Every language's definitions, as a person would list them. ``--update-golden`` writes the listings anew."""

from pathlib import Path

import pytest

import dowse.chunking as queries
from chunking.listing import listing
from dowse.chunking.chunker import chunk_text
from dowse.chunking.language_table import LANGUAGES
from dowse.chunking.languages import language_of

GOLDEN = Path(__file__).parent / "golden"
QUERIES = Path(queries.__file__).parent / "queries"
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
    from dowse.chunking.line_patterns import line_patterns
    from dowse.chunking.syntax import definition_query

    for name in language.query_names:
        assert (QUERIES / f"{name}.scm").exists() or (QUERIES / f"{name}.toml").exists()
    found = definition_query(language.grammar, language.query_names) if language.grammar else None
    assert found is not None or line_patterns(language.query_names)


def test_every_query_belongs_to_a_language():
    used = {name for language in LANGUAGES for name in language.query_names}
    assert {file.stem for file in QUERIES.iterdir()} == used


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one.grammar and one.queries], ids=lambda one: one.id)
def test_a_language_with_definitions_has_a_sample(language):
    assert (GOLDEN / language.id).exists() or language.family
