"""Looking at an index from outside."""

import pytest

from dowse.index.database import FILE_NAME
from dowse.index.health import examine, existing_directory
from dowse.index.writer import IndexWriter


@pytest.fixture
def directory(tmp_path):
    """Where the closed index of a folder is kept."""
    index = IndexWriter.open(tmp_path, tmp_path / "cache")
    index.close()
    return index.directory


def test_where_nothing_was_indexed_nothing_is_found_or_made(tmp_path):
    assert existing_directory(tmp_path, tmp_path / "cache") is None
    assert not (tmp_path / "cache").exists()


def test_an_index_is_found_where_it_is_kept(tmp_path, directory):
    assert existing_directory(tmp_path, tmp_path / "cache") == directory


def test_a_sound_index_shows_its_schema_and_no_damage(directory):
    health = examine(directory)
    assert health.schema > 0
    assert (health.damage, health.leftovers, health.is_newer) == (None, (), False)


def test_damage_is_seen_and_not_touched(directory):
    file = directory / FILE_NAME
    content = b"not a database" + file.read_bytes()[14:]
    file.write_bytes(content)
    assert examine(directory).damage
    assert file.read_bytes() == content


def test_databases_that_were_set_aside_are_listed(directory):
    (directory / f"{FILE_NAME}.damaged").touch()
    assert [path.name for path in examine(directory).leftovers] == [f"{FILE_NAME}.damaged"]
