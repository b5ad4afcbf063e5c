"""Which entries of a folder are left out, beyond what git says."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from dowse.workspace.ignore import IgnoreRules


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def git(directory, *arguments):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=directory, check=True)


def let_through(rules, *paths):
    """The paths that are not ignored; one with a slash at its end is a directory."""
    return [path for path in paths if not rules.ignored(path.rstrip("/"), is_directory=path.endswith("/"))]


@pytest.mark.parametrize("name", [".git", "node_modules", ".venv", "__pycache__", ".mypy_cache", "x.egg-info", ".idea"])
def test_directories_of_tools_are_left_out_at_any_depth(tmp_path, name):
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, f"{name}/", f"a/b/{name}/", f"a/{name}/c/d.py", "a/b/c.py") == ["a/b/c.py"]


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("target", "Cargo.toml"),
        ("target", "pom.xml"),
        ("build", "build.gradle.kts"),
        ("build", "CMakeLists.txt"),
        ("dist", "package.json"),
        ("vendor", "go.mod"),
        ("bin", "App.csproj"),
    ],
)
def test_names_that_also_hold_sources_are_output_only_beside_a_build_file(tmp_path, name, beside):
    write(tmp_path, {f"built/{beside}": "", f"built/{name}/x.c": "", f"plain/{name}/x.c": ""})
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, f"built/{name}/x.c", f"plain/{name}/x.c") == [f"plain/{name}/x.c"]


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "CACHEDIR.TAG", "conda-meta/history"])
def test_environments_and_caches_are_known_by_what_they_hold(tmp_path, marker):
    write(tmp_path, {f"tools/mine/{marker}": "", "tools/mine/lib/x.py": "", "tools/x.py": ""})
    assert let_through(IgnoreRules(tmp_path), "tools/mine/", "tools/mine/lib/x.py", "tools/x.py") == ["tools/x.py"]


def test_a_folder_that_was_opened_is_never_ignored_itself(tmp_path):
    root = tmp_path / "node_modules" / "left-pad"
    write(root, {"pyvenv.cfg": "", "index.js": ""})
    assert let_through(IgnoreRules(root), "", "index.js", "node_modules/x.js") == ["", "index.js"]


def test_dowseignore_brings_back_what_dowse_and_git_leave_out(tmp_path):
    write(
        tmp_path,
        {
            ".gitignore": "generated/\n*.log\n",
            ".dowseignore": "!generated/\n!node_modules/\n!mine/\nsecret.py\n",
            "mine/pyvenv.cfg": "",
            "generated/api.py": "",
            "sub/.dowseignore": "!secret.py\n",
        },
    )
    rules = IgnoreRules(tmp_path)
    through = let_through(
        rules,
        "generated/api.py",
        "node_modules/x.js",
        "mine/x.py",
        "a.log",
        "secret.py",
        "sub/secret.py",
        ".git/config",
    )
    assert through == ["generated/api.py", "node_modules/x.js", "mine/x.py", "sub/secret.py"]


def test_gitignore_cannot_bring_back_what_dowse_leaves_out(tmp_path):
    write(tmp_path, {".gitignore": "*\n!*/\n!*.py\n"})
    assert let_through(IgnoreRules(tmp_path), "a/b.py", "a/b.c", ".venv/b.py", "node_modules/b.py") == ["a/b.py"]


def test_the_settings_have_the_last_word(tmp_path):
    write(tmp_path, {".gitignore": "*.log\n", ".dowseignore": "!b.py\n"})
    rules = IgnoreRules(tmp_path, ["*.py", "!keep.log", "/docs/"])
    assert let_through(rules, "b.py", "keep.log", "x.log", "docs/", "a/docs/") == ["keep.log", "a/docs/"]


def test_rules_above_the_root_count_up_to_the_work_tree(tmp_path):
    write(
        tmp_path,
        {
            ".gitignore": "*.py\n",
            "repo/.gitignore": "/pkg/one/*.c\n*.o\n",
            "repo/pkg/.dowseignore": "one/x.rs\n",
            "repo/.git/info/exclude": "secret\n",
            "repo/.git/HEAD": "ref: refs/heads/main\n",
            "repo/pkg/one/.gitignore": "!keep.o\n",
        },
    )
    rules = IgnoreRules(tmp_path / "repo" / "pkg" / "one")
    assert let_through(rules, "a.c", "d/a.c", "a.o", "keep.o", "x.rs", "secret", "a.py") == ["d/a.c", "keep.o", "a.py"]


def test_a_root_that_its_work_tree_ignores_was_opened_on_purpose(tmp_path):
    write(tmp_path, {".git/HEAD": "ref: x\n", ".gitignore": "*\n", "notes/.gitignore": "*.tmp\n", "notes/a.md": ""})
    assert let_through(IgnoreRules(tmp_path / "notes"), "a.md", "a.tmp") == ["a.md"]


def test_a_repository_inside_another_has_its_own_git_rules(tmp_path):
    write(
        tmp_path,
        {
            ".git/HEAD": "ref: x\n",
            ".gitignore": "*.log\nignored/\n",
            ".dowseignore": "*.secret\n",
            "inner/.git/HEAD": "ref: x\n",
            "inner/.git/info/exclude": "*.tmp\n",
            "ignored/.git/HEAD": "ref: x\n",
        },
    )
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, "a.log", "inner/a.log", "inner/a.tmp", "inner/a.secret", "ignored/a", "a.tmp") == [
        "inner/a.log",
        "a.tmp",
    ]


def test_linked_work_trees_share_the_exclude_file_of_the_main_one(tmp_path):
    main = tmp_path / "main"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-q", "--allow-empty", "-m", "a")
    git(main, "worktree", "add", "-q", "../linked", "-b", "other")
    write(main, {".git/info/exclude": "private\n"})
    assert let_through(IgnoreRules(tmp_path / "linked"), "private", "public", ".git") == ["public"]


def test_submodules_have_the_exclude_file_of_their_own_repository(tmp_path):
    write(tmp_path, {".git/modules/sub/HEAD": "ref: x\n", ".git/modules/sub/info/exclude": "private\n"})
    write(tmp_path, {"sub/.git": "gitdir: ../.git/modules/sub\n"})
    assert let_through(IgnoreRules(tmp_path / "sub"), "private", "public") == ["public"]


def test_the_users_global_excludes_file_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    write(tmp_path, {"config/git/ignore": "*.swp\n", "mine": "*.bak\n", "root/x": ""})
    assert let_through(IgnoreRules(tmp_path / "root"), "a.swp", "a.bak") == ["a.bak"]
    write(tmp_path, {"gitconfig": f"[core]\nexcludesFile = {tmp_path}/mine\n"})
    assert let_through(IgnoreRules(tmp_path / "root"), "a.swp", "a.bak") == ["a.swp"]
    monkeypatch.setenv("PATH", str(tmp_path))  # a machine without git
    assert let_through(IgnoreRules(tmp_path / "root"), "a.swp", "a.bak") == ["a.bak"]


def test_a_git_in_the_workspace_is_not_run(tmp_path, monkeypatch):
    program = tmp_path / "git"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    IgnoreRules(tmp_path)
    assert not (tmp_path / "was-run").exists()


def test_changed_rules_count_when_they_are_read_anew(tmp_path):
    write(tmp_path, {".gitignore": "a.py\n", "sub/x": ""})
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, "a.py", "sub/b.py") == ["sub/b.py"]
    write(tmp_path, {".gitignore": "", "sub/.gitignore": "b.py\n"})
    rules.forget("sub")
    assert let_through(rules, "a.py", "sub/b.py") == []
    rules.reload()
    assert let_through(rules, "a.py", "sub/b.py") == ["a.py"]


@pytest.mark.parametrize(
    "path", [".gitignore", "a/b/.gitignore", "a/.dowseignore", ".git/info/exclude", ".git", "env/pyvenv.cfg"]
)
def test_files_that_change_the_rules_are_known(path):
    assert IgnoreRules.is_rules_file(path)


@pytest.mark.parametrize("path", ["a.py", ".git/config", "gitignore", "a/.gitignore/b", "info/exclude"])
def test_other_files_do_not_change_the_rules(path):
    assert not IgnoreRules.is_rules_file(path)


def test_names_that_are_no_utf8_are_matched_as_bytes(tmp_path):
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9.py\n??.c\n")
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, os.fsdecode(b"caf\xe9.py"), "café.py", "é.c", "e.c", "\ud800.py") == ["café.py", "e.c"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_rules_files_that_are_no_files_are_passed_over(tmp_path):
    os.mkfifo(tmp_path / ".gitignore")
    (tmp_path / "real").write_text("a.py\n")
    (tmp_path / ".dowseignore").symlink_to("real")
    (tmp_path / ".git").write_text("gitdir: \0nowhere\n")
    assert let_through(IgnoreRules(tmp_path), "a.py") == ["a.py"]


def test_a_huge_rules_file_is_passed_over_with_a_warning(tmp_path, caplog):
    write(tmp_path, {".gitignore": "*.py\n" * 300_000})
    assert let_through(IgnoreRules(tmp_path), "a.py") == ["a.py"]
    assert "larger than" in caplog.text


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "pattern", ["*a" * 100 + "b", "**/a/" * 60 + "b", "*?" * 120 + "b", "a/**/*a*a*a*a*a*a*a/**/b"]
)
def test_hostile_patterns_cost_no_more_than_others(tmp_path, pattern):
    write(tmp_path, {".gitignore": f"{pattern}\n"})
    rules = IgnoreRules(tmp_path)
    assert let_through(rules, "a/" * 200 + "a" * 250 + "c") != []


def test_ten_threads_agree_while_an_eleventh_reloads(tmp_path):
    write(tmp_path, {f"d{n}/.gitignore": "*.log\n" for n in range(50)})
    rules = IgnoreRules(tmp_path)
    paths = [f"d{n % 50}/e/{n}.{'log' if n % 2 else 'py'}" for n in range(2_000)]
    with ThreadPoolExecutor(11) as threads:
        answers = [threads.submit(let_through, rules, *paths) for _ in range(10)]
        reloads = threads.submit(lambda: [rules.reload() for _ in range(20)])
        assert all(answer.result() == paths[::2] for answer in answers)
        reloads.result()


def test_a_deleted_root_has_rules_that_let_everything_through(tmp_path):
    root = tmp_path / "gone"
    write(root, {".gitignore": "a"})
    shutil.rmtree(root)
    assert let_through(IgnoreRules(root), "a", "b/c") == ["a", "b/c"]
