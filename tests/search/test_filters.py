"""Path filters."""

import pytest

from dowse.search.filters import exactly, path_filter
from dowse.search.query import Filter, SearchRequest, Tests


def test_no_pattern_is_no_filter():
    assert path_filter(Filter()) is None


@pytest.mark.parametrize(
    ("include", "exclude", "accepted", "refused"),
    [
        (("*.py",), (), "a/b/c.py", "a/b/c.pyi"),
        (("src/",), (), "src/deep/x.go", "other/x.go"),
        (("/src/**/*.ts",), (), "src/a/b.ts", "lib/src/a/b.ts"),
        ((), ("tests/",), "src/a.py", "pkg/tests/a.py"),
        (("*.py",), ("test_*",), "a.py", "test_a.py"),
        (("src/", "!src/made.py"), (), "src/a.py", "src/made.py"),
        (("*.ts", "!*.d.ts"), (), "src/a.ts", "src/a.d.ts"),
        (("**/net/**",), (), "src/net/deep/a.go", "src/network/a.go"),
        (("src/*",), (), "src/deep/a.py", "lib/src/a.py"),
        (("[ab].py",), (), "x/a.py", "x/c.py"),
        (("# no pattern", "", "größe*"), (), "x/größe.md", "x/grosse.md"),
    ],
)
def test_patterns_mean_what_they_mean_in_gitignore(include, exclude, accepted, refused):
    accepts = path_filter(Filter(include=include, exclude=exclude))
    assert accepts is not None
    assert accepts(accepted)
    assert not accepts(refused)


@pytest.mark.parametrize("path", ["a.py", "we[i]rd*.py", "#x", "!y", "sp ace ", "back\\slash", "deep/a?.py"])
def test_exactly_matches_that_path_alone(path):
    accepts = path_filter(Filter(include=(exactly(path),)))
    assert accepts is not None
    assert accepts(path)
    assert not accepts("x" + path)
    assert not accepts("deep/er/" + path)


@pytest.mark.parametrize("pattern", ["\\", "!", "a[b"])
def test_a_pattern_that_is_none_is_named(pattern):
    with pytest.raises(ValueError, match="is not a pattern"):
        path_filter(Filter(exclude=("ok", pattern)))


TESTS = ["tests/a.py", "src/__tests__/a.ts", "pkg/net_test.go", "src/RetryTest.java", "vendor/lib/test_x.py"]
SOURCES = ["src/a.py", "contest.py", "latest/a.go", "src/Attest.java"]


@pytest.mark.parametrize(("tests", "accepted", "refused"), [("out", SOURCES, TESTS), ("only", TESTS, SOURCES)])
def test_tests_are_left_out_or_alone(tests, accepted, refused):
    accepts = path_filter(Filter(tests=tests))
    assert accepts is not None
    assert [accepts(path) for path in accepted + refused] == [True] * len(accepted) + [False] * len(refused)


def test_tests_are_left_out_of_what_patterns_take_in():
    accepts = path_filter(Filter(include=("src/",), tests="out"))
    assert accepts is not None
    assert [accepts(path) for path in ("src/a.py", "src/test_a.py", "lib/a.py")] == [True, False, False]


def test_a_search_without_tests_gives_as_many_answers_as_one_with_them(open_workspace):
    source = "def retry_{n}(call):\n    return call()\n"
    files = {f"src/m{n}.py": source.format(n=n) for n in range(5)}
    files |= {f"tests/test_m{n}.py": source.format(n=n) for n in range(300)}
    engine = open_workspace(files)

    def paths(tests: Tests) -> list[str]:
        hits = engine.search(SearchRequest("test retry call", limit=5, filter=Filter(tests=tests))).hits
        return [hit.path.partition("/")[0] for hit in hits]

    assert paths("out") == ["src"] * 5
    assert paths("only") == ["tests"] * 5
