import pytest

from dowse.search.roles import Role, asks_for, role_of


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


@pytest.mark.parametrize(
    "question",
    [
        "tests of parcel weight",
        "Tests of parcel weight",
        "test for retry with backoff",
        "the fixture that opens a database",
        "test cases for parsing dates",
        "where is the cookie jar tested",
        "how are webhooks mocked",
        "what tests the parser",
        "unit tests, cookie jar",
        "test_retry_backoff",
        "TestCookieJar",
        "CookieJarTest",
        "tests/net/retry.py",
        "button.spec.ts",
    ],
)
def test_who_asks_for_tests_by_a_phrase_a_name_or_a_path_wants_them(question):
    assert asks_for(question, question.split(), Role.TEST)


@pytest.mark.parametrize(
    "question",
    [
        "how are failing tests retried",
        "which tests rerun when a file changes",
        "run the test suite in parallel",
        "mock server",
        "latest_version",
        "contest rules for players",
        "where is the fastest route computed",
        "load fixtures into the database",
    ],
)
def test_the_word_alone_asks_for_no_tests(question):
    assert not asks_for(question, question.split(), Role.TEST)


@pytest.mark.parametrize(
    ("question", "role"), [("example of a plugin", Role.EXAMPLE), ("type stubs", Role.DECLARATION)]
)
def test_other_parts_are_asked_for_by_their_words(question, role):
    assert asks_for(question, question.split(), role)
    assert not asks_for("how does a plugin work", "how does a plugin work".split(), role)
