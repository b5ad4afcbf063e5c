"""How many definitions have a chunk of their name: counted beside ctags."""

import shutil

import pytest
from click.testing import CliRunner

from dowse.chunking.chunker import chunk_text
from dowse_dev.cli.definitions import command as definitions
from dowse_dev.evaluation.definitions import Recall, Tag, compare

SOURCE = """\
class A:
    def f(self):
        x = 1
        return x

    def g(self): return 2


class B:
    x = 1
"""


def scored(*tags):
    score = Recall()
    compare("a.py", SOURCE, tags, chunk_text("a.py", SOURCE), score)
    return score


def test_a_definition_is_found_by_a_chunk_of_its_name_that_holds_its_line():
    score = scored(Tag("Python", "member", "f", "A", 1, 3), Tag("Python", "class", "B", "", 8, 9))
    assert (score.definitions, score.found, score.contained, score.right_container) == (2, 2, 1, 1)
    assert score.covered == score.lines


def test_what_has_no_chunk_is_named():
    score = scored(Tag("Python", "member", "other", "A", 1, 3))
    assert (score.recall, score.missing) == (0.0, ["a.py:2: member other"])


def test_what_stands_on_one_line_is_not_counted():
    score = scored(Tag("Python", "member", "other", "A", 5, 5))
    assert (score.definitions, score.small, score.recall) == (0, 1, 1.0)


def test_a_wrong_container_is_named():
    score = scored(Tag("Python", "member", "f", "C", 1, 3))
    assert score.wrong_container == ["a.py:2: f in A, not C"]


@pytest.mark.skipif(shutil.which("ctags") is None, reason="Universal Ctags is not installed")
def test_the_command_prints_a_table_and_what_is_missing(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    result = CliRunner().invoke(definitions, [str(tmp_path), "--missing", "3"])
    assert result.exit_code == 0
    assert result.output.splitlines()[1].split()[:4] == ["python", "1", "4", "100.0"]


def test_the_command_says_what_it_lacks(tmp_path):
    result = CliRunner().invoke(definitions, [str(tmp_path), "--ctags", "no-such-ctags"])
    assert result.exit_code == 1
    assert "no-such-ctags" in result.output
