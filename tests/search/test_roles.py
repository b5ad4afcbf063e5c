import pytest

from dowse.search.roles import Role, role_of


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", Role.SOURCE),
        ("src/contest.py", Role.SOURCE),
        ("src/latest.go", Role.SOURCE),
        ("tests/test_app.py", Role.TEST),
        ("pkg/server_test.go", Role.TEST),
        ("web/button.spec.tsx", Role.TEST),
        ("src/main/CartTests.java", Role.TEST),
        ("examples/hello.rs", Role.EXAMPLE),
        ("third_party/zlib/inflate.c", Role.VENDORED),
        ("types/index.d.ts", Role.DECLARATION),
    ],
)
def test_a_path_tells_what_part_a_file_plays(path, role):
    assert role_of(path) is role
