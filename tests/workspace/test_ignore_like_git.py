"""Ignore rules against git itself: whatever stands in the rules files, both leave out the same entries."""

import os
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dowse.workspace.ignore import IgnoreRules

DIRECTORIES = ["a", "a/b", "a/b/c", "a/b/c/a", "ab", "ab/foo", "foo", "foo/bar", "foo/bar/a", "fooa", "a b", "é", "B"]
NAMES = [
    "a",
    "b",
    "c",
    "ab",
    "a.py",
    "b.py",
    "foo",
    "bar",
    "a ",
    "#a",
    "!a",
    "a\\b",
    "[a]",
    "é",
    "^",
    "-",
    "A",
    "a\tb",
    "*",
]
RULES = [".gitignore", "a/.gitignore", "a/b/.gitignore", "foo/.gitignore", ".git/info/exclude", "../global"]

PLAIN = ["a", "b", "c", "ab", "foo", "bar", ".py", "é", "A", "B", "^", "-"]
WILD = ["*", "**", "?", "/", "**/", "/**", "/**/", "***"]
ODD = ["\\", "\\ ", "\\\\", " ", "  ", "\t", "\r", "!", "#", "\0"]
BRACKETS = ["[", "]", "[ab]", "[!a]", "[^a]", "[a-c]", "[c-a]", "[]a]", "[[:alpha:]]", "[[:punct:]]", "[[:no:]]"]
BRACKETS += ["[\\]a]", "[a-", "[--/]", "[[:alpha:]-z]", "[!]a]", "[[:]", "[[:a]"]
pieces = st.sampled_from(PLAIN) | st.sampled_from(WILD) | st.sampled_from(ODD) | st.sampled_from(BRACKETS)
patterns = st.lists(pieces, max_size=6).map("".join)
lines = st.builds(lambda negate, pattern: negate + pattern, st.sampled_from(["", "", "!", "!/", "/"]), patterns)
contents = st.builds(
    lambda mark, body, end, last: mark + end.join(body) + last,
    st.sampled_from(["", "", "\ufeff"]),
    st.lists(lines, max_size=6),
    st.sampled_from(["\n", "\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)


class Repository:
    """A work tree with one fixed set of entries and changing rules."""

    def __init__(self, outside):
        self.root = outside / "tree"
        self.root.mkdir()
        home = outside / "home"
        home.mkdir()
        self.environment = {**os.environ, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}
        self.git("init", "-q")
        self.git("config", "core.excludesFile", str(outside / "global"))
        self.entries = dict.fromkeys(DIRECTORIES, True)
        for directory in DIRECTORIES:
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        for directory in ["", *DIRECTORIES]:
            prefix = f"{directory}/" if directory else ""
            for name in NAMES:
                if not (self.root / directory / name).exists():
                    (self.root / directory / name).touch()
                    self.entries[prefix + name] = False
        self.rules = IgnoreRules(self.root)

    def git(self, *arguments, stdin=b""):
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=self.environment, input=stdin, capture_output=True
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    def write(self, files):
        for name in RULES:
            (self.root / name).write_bytes(files.get(name, "").encode())
        self.rules.forget()

    def ignored_by_git(self):
        paths = b"\0".join(os.fsencode(path) for path in self.entries)
        answer = self.git("check-ignore", "--no-index", "-z", "--stdin", stdin=paths)
        return {os.fsdecode(path) for path in answer.split(b"\0") if path}

    def ignored_by_dowse(self):
        return {path for path, directory in self.entries.items() if self.rules.ignored(path, is_directory=directory)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return Repository(tmp_path_factory.mktemp("ignore"))


@settings(max_examples=250, deadline=None)
@given(files=st.dictionaries(st.sampled_from(RULES), contents, min_size=1, max_size=4))
@example(files={".gitignore": "a**/**\nfoo/**/**\nab**/**/**\n/**/**\n", "a/.gitignore": "!b**/**"})
@example(files={".gitignore": "a**/**\n"})
@example(files={".gitignore": "foo**/**/**\nb/**/**\n"})
@example(files={".gitignore": "foo**/a\n/foo**\n"})
@example(files={".gitignore": "*\n!foo\n"})
@example(files={".gitignore": "*\n!*/\n!*.py\n", "a/.gitignore": "a.py\n!b"})
@example(files={".gitignore": "a\\ \na  \n\\#a\n\\!a\na\\\\b\n"})
@example(files={".gitignore": "\ufeffa\r\nb\r\n"})
@example(files={".gitignore": "!\n#\n/\n//\n \n\\\n[\n"})
@example(files={".gitignore": "a/**/a\n**/bar/**\nab/\n"})
@example(files={"../global": "a.py\n", ".git/info/exclude": "!a.py\nb.py", ".gitignore": "!b.py"})
@example(files={".gitignore": "a/**\\/a\n"})
@example(files={".gitignore": "*/\n!a/\n!foo"})
@example(files={".gitignore": "/*\n!/a\n/a/*\n!/a/b\n"})
def test_what_git_ignores_is_ignored_and_nothing_else(repository, files):
    repository.write(files)
    assert repository.ignored_by_dowse() == repository.ignored_by_git()


def test_case_does_not_matter_where_git_is_told_so(repository):
    repository.git("config", "core.ignoreCase", "true")
    try:
        rules = IgnoreRules(repository.root)
        repository.write({".gitignore": "A.PY\n/FOO/B*\n"})
        rules.forget()
        ignored = {
            path for path, directory in repository.entries.items() if rules.ignored(path, is_directory=directory)
        }
        assert ignored == repository.ignored_by_git() > {"a.py", "foo/bar", "foo/b.py"}
    finally:
        repository.git("config", "--unset", "core.ignoreCase")
