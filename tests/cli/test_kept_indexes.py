"""``dowse index list``, ``forget`` and ``prune``."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dowse.cli.checks import check_cache
from dowse.index.writer import IndexWriter


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def index(dowse, cache):
    """Run a command over the indexes in a cache of the test's own."""
    return lambda *arguments: dowse("index", *arguments, "--cache-dir", str(cache))


@pytest.fixture
def folders(tmp_path, index):
    """Two folders, indexed one after the other."""
    made = [tmp_path / name for name in ("first", "second")]
    for folder in made:
        folder.mkdir()
        (folder / "a.py").write_text("def weigh(parcel):\n    return parcel.weight\n")
        assert index(str(folder)).code == 0
    return made


def listed(index):
    return json.loads(index("list", "--json").out)["indexes"]


def test_every_index_is_listed_with_its_folder_size_and_last_use(folders, index):
    first, second = folders
    assert [each["folder"] for each in listed(index)] == [str(second), str(first)]
    index(str(first))
    latest, _ = listed(index)
    assert (latest["folder"], latest["gone"]) == (str(first), False)
    assert latest["diskBytes"] > 0
    assert abs(datetime.now(UTC) - datetime.fromisoformat(latest["lastUsed"])).total_seconds() < 60
    lines = index("list").out.splitlines()
    assert [line.endswith(f" {folder}") for line, folder in zip(lines, folders, strict=True)] == [True, True]


def test_without_an_index_the_list_says_so(index):
    done = index("list")
    assert (done.code, done.out) == (1, "there are no indexes\n")


def test_an_index_is_forgotten_from_anywhere_in_its_folder_or_when_that_is_gone(folders, index):
    first, second = folders
    (first / ".git").mkdir()
    (first / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (first / "inner").mkdir()
    done = index("forget", str(first / "inner"))
    assert done.code == 0
    assert done.out.startswith(f"deleted the index of {first}, ")
    shutil.rmtree(second)
    assert index("forget", str(second)).code == 0
    assert index("list").code == 1
    assert (index("forget", str(second)).code, (first / "a.py").exists()) == (1, True)


def test_what_is_forgotten_is_made_anew(folders, index):
    index("forget", str(folders[0]))
    assert "1 file" in index(str(folders[0])).out
    assert len(listed(index)) == 2


def test_an_index_in_use_is_not_deleted(folders, index, cache):
    with closing(IndexWriter.open(folders[0], cache)):
        done = index("forget", str(folders[0]))
    assert done.code == 2
    assert "Another process uses the index" in done.err
    assert len(listed(index)) == 2


def test_indexes_of_folders_that_are_gone_are_pruned_and_no_others(folders, index, cache):
    first, second = folders
    shutil.rmtree(first)
    assert [each["gone"] for each in listed(index) if each["folder"] == str(first)] == [True]
    unasked = index("prune")
    assert (unasked.code, len(listed(index))) == (2, 2)
    assert f"{first} (gone)" in unasked.out
    assert "of folders that are gone (dowse index prune)" in check_cache(cache).text
    assert "--yes" in unasked.err
    assert index("prune", "--yes").code == 0
    assert [each["folder"] for each in listed(index)] == [str(second)]
    assert "gone" not in check_cache(cache).text
    assert index("prune").out == "every index is of a folder that is there\n"


def test_a_terminal_is_asked_before_indexes_are_pruned(folders, index, cache, terminal):
    shutil.rmtree(folders[0])
    for answer, left in (("n\n", 2), ("y\n", 1)):
        asked = terminal("index", "prune", "--cache-dir", str(cache))
        asked.read_until("Delete what is kept of them")
        asked.type(answer)
        asked.finish()
        assert len(listed(index)) == left


def test_an_index_that_does_not_say_whose_it_is_is_listed_and_kept(folders, index, cache):
    for note in cache.glob("first-*/folder"):
        note.unlink()
    assert [each["folder"] for each in listed(index)] == [str(folders[1]), None]
    assert index("prune", "--yes").code == 0
    assert len(listed(index)) == 2


def test_a_folder_may_be_called_as_a_command(index, tmp_path, monkeypatch):
    (tmp_path / "list").mkdir()
    monkeypatch.chdir(tmp_path)
    assert index("./list").out.startswith(f"{Path.cwd() / 'list'}: 0 files")
    assert index("update", "list").code == 0
