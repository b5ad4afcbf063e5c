"""Other work trees of a repository that lie inside it: copies of what is searched already."""

import shutil
import subprocess
from pathlib import Path

import pytest

from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules


def git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


def repository(root: Path) -> Path:
    root.mkdir(parents=True)
    git(root, "init")
    (root / "a.py").write_text("x = 1\n")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    return root


def found(root: Path) -> list[str]:
    return [path for path, _ in scan(root, IgnoreRules(root)) if path.endswith(".py")]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return repository(tmp_path / "tree")


@pytest.mark.parametrize("place", [".worktrees/feature", ".claude/worktrees/feature", "feature", "work/on/feature"])
def test_a_work_tree_inside_its_repository_is_left_out(tree, place):
    git(tree, "worktree", "add", place)
    assert found(tree) == ["a.py"]
    assert found(tree / place) == ["a.py"]


def test_a_work_tree_inside_another_one_is_left_out(tree):
    git(tree, "worktree", "add", "../beside")
    git(tree, "worktree", "add", "../beside/inner")
    assert found(tree.with_name("beside")) == ["a.py"]


def test_a_work_tree_whose_repository_has_moved_is_left_out(tree):
    git(tree, "worktree", "add", "feature")
    shutil.move(tree, tree.with_name("moved"))
    assert found(tree.with_name("moved")) == ["a.py"]


@pytest.mark.parametrize("name", [".worktrees", ".claude/worktrees"])
def test_agents_copies_are_left_out_whatever_made_them(tmp_path, name):
    for directory in (tmp_path / name / "copy", tmp_path / "worktrees"):
        directory.mkdir(parents=True)
        (directory / "b.py").write_text("x = 1\n")
    assert found(tmp_path) == ["worktrees/b.py"]


def test_what_repeats_nothing_is_searched(tree, tmp_path):
    """Submodules, clones, and work trees that stand beside one another in a folder of their own."""
    repository(tmp_path / "other")
    git(tree, "submodule", "add", str(tmp_path / "other"), "worktrees/other")
    git(tree, "clone", str(tmp_path / "other"), "clone")
    assert found(tree) == ["a.py", "clone/a.py", "worktrees/other/a.py"]
    git(tree, "worktree", "add", "../side/feature")
    assert found(tmp_path / "side") == ["feature/a.py"]


def test_work_trees_of_a_bare_repository_are_searched_from_around_it(tree, tmp_path):
    project = tmp_path / "project"
    git(tmp_path, "clone", "--bare", str(tree), str(project / ".bare"))
    (project / ".git").write_text("gitdir: ./.bare\n")
    git(project, "worktree", "add", "feature")
    assert "feature/a.py" in found(project)


def test_a_rule_brings_a_work_tree_back(tree):
    git(tree, "worktree", "add", "feature")
    (tree / ".dowseignore").write_text("!feature/\n")
    assert found(tree) == ["a.py", "feature/a.py"]
