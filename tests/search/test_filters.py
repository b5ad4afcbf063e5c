"""Path filters."""

import pytest

from dowse.search.filters import exactly, path_filter
from dowse.search.query import Filter


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
