"""Which workspace a path belongs to, and which globs single it out."""

import subprocess

import pytest

from dowse.cli.target import resolve
from dowse.search.filters import path_filter
from dowse.search.query import Filter


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "repository"
    (root / "src" / "deep").mkdir(parents=True)
    (root / "src" / "deep" / "a.py").write_text("a = 1\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    return root


def test_a_path_in_a_work_tree_belongs_to_the_work_tree(repository):
    target = resolve(repository / "src")
    assert (target.root, target.within) == (repository, "src")


def test_the_root_of_a_work_tree_is_not_restricted(repository):
    target = resolve(repository)
    assert (target.root, target.within) == (repository, "")
    assert target.include(()) == ()
    assert target.include(("*.py",)) == ("*.py",)


def test_a_file_restricts_to_itself(repository):
    target = resolve(repository / "src" / "deep" / "a.py")
    assert target.root == repository
    assert target.include(()) == ("/src/deep/a.py",)


def test_a_folder_outside_any_work_tree_is_its_own_workspace(tmp_path):
    (tmp_path / "notes").mkdir()
    assert resolve(tmp_path / "notes").root == tmp_path / "notes"


def test_a_file_outside_any_work_tree_belongs_to_its_folder(tmp_path):
    (tmp_path / "a.py").touch()
    target = resolve(tmp_path / "a.py")
    assert (target.root, target.within) == (tmp_path, "a.py")


def test_a_project_file_marks_a_workspace_where_there_is_no_work_tree(tmp_path):
    (tmp_path / ".dowse.toml").touch()
    (tmp_path / "src").mkdir()
    assert resolve(tmp_path / "src").root == tmp_path


def test_what_the_work_tree_ignores_is_its_own_workspace_when_it_is_named(repository):
    (repository / ".gitignore").write_text("vendor/\n")
    (repository / "vendor" / "lib").mkdir(parents=True)
    (repository / "vendor" / "lib" / "b.py").touch()
    assert resolve(repository / "vendor" / "lib").root == repository / "vendor" / "lib"
    assert resolve(repository / "vendor" / "lib" / "b.py").within == "b.py"


def test_a_home_folder_under_version_control_is_no_workspace(repository, monkeypatch):
    monkeypatch.setenv("HOME", str(repository))
    assert resolve(repository / "src").root == repository / "src"


def test_a_symbolic_link_means_what_it_leads_to(repository, tmp_path):
    (tmp_path / "link").symlink_to(repository / "src")
    assert resolve(tmp_path / "link").within == "src"


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.py", "src/a.py", True),
        ("*.py", "src/deep/er/a.py", True),
        ("*.py", "a.py", False),
        ("deep/", "src/deep/a.py", True),
        ("deep/", "src/x/deep/a.py", True),
        ("deep/", "deep/a.py", False),
        ("/deep", "src/deep/a.py", True),
        ("/deep", "src/x/deep/a.py", False),
        ("deep/*.py", "src/deep/a.py", True),
        ("deep/*.py", "src/x/deep/a.py", False),
        ("**/deep/*.py", "src/x/deep/a.py", True),
    ],
)
def test_globs_are_relative_to_the_path_that_was_named(repository, pattern, path, matches):
    globs = resolve(repository / "src").include((pattern,))
    assert path_filter(Filter(include=globs))(path) is matches


def test_a_negated_glob_stays_negated(repository):
    globs = resolve(repository / "src").globs(("*.py", "!keep.py"))
    matches = path_filter(Filter(include=globs))
    assert matches("src/x/a.py")
    assert not matches("src/x/keep.py")


@pytest.mark.parametrize(
    "name", ["[brackets]", "a*b", "what?", "#hash", "!bang", "two words", "trailing ", "back\\slash"]
)
def test_names_that_look_like_patterns_mean_themselves(repository, name):
    (repository / name).mkdir()
    matches = path_filter(Filter(include=resolve(repository / name).include(())))
    assert matches(f"{name}/a.py")
    assert not matches("other/a.py")
    assert not matches(f"x/{name}/a.py")
