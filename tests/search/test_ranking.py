"""The final order of candidates."""

import pytest

from dowse.chunking.chunker import chunk_text
from dowse.search.fusion import Ranked
from dowse.search.piece import Piece
from dowse.search.query import SearchRequest
from dowse.search.ranking import coverage, reranked, same_word
from dowse.search.roles import Role, role_of
from dowse.search.understanding import understand


def candidate(path, name="work", score=0.5, line=0):
    (chunk,) = chunk_text(path, "\n" * line + f"def {name}():\n    return 1\n", "python")
    return Ranked(Piece(path, None, path, chunk), score, {})


def order(query, *candidates):
    question = understand(SearchRequest(query))
    return [(entry.piece.path, entry.piece.chunk.name) for entry in reranked(candidates, question)]


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


def test_what_serves_others_stands_behind_them():
    assert (
        order("parcel weight", candidate("tests/weigh.py", score=0.6), candidate("src/weigh.py"))[0][0]
        == "src/weigh.py"
    )


def test_tests_stand_where_they_are_when_tests_are_asked_for():
    ranked = order("tests of parcel weight", candidate("tests/weigh.py", score=0.6), candidate("src/weigh.py"))
    assert ranked[0][0] == "tests/weigh.py"


def test_a_file_named_after_the_matter_goes_first():
    assert order("session expiry", candidate("src/core.py"), candidate("src/sessions.py"))[0][0] == "src/sessions.py"


def test_a_function_named_after_the_matter_goes_first():
    ranked = order("expire sessions", candidate("a.py", "run"), candidate("b.py", "expire_session"))
    assert ranked[0][1] == "expire_session"


def test_a_files_second_candidate_counts_less_than_another_files_first():
    ranked = order(
        "zebra", candidate("a.py", score=0.5), candidate("a.py", score=0.45, line=9), candidate("b.py", score=0.4)
    )
    assert [path for path, _ in ranked] == ["a.py", "b.py", "a.py"]


@pytest.mark.parametrize(
    ("one", "other"), [("retry", "retries"), ("config", "configuration"), ("logging", "logger"), ("route", "router")]
)
def test_forms_of_a_word_are_the_same_word(one, other):
    assert same_word(one, other)


@pytest.mark.parametrize(("one", "other"), [("interface", "internal"), ("cat", "car"), ("request", "require")])
def test_words_that_merely_begin_alike_are_not(one, other):
    assert not same_word(one, other)


def test_coverage_is_the_share_of_a_name_that_the_query_says():
    assert coverage(frozenset({"request", "logging"}), "RequestLogger") == 1
    assert coverage(frozenset({"request"}), "request_id") == 0.5
    assert coverage(frozenset({"request"}), "") == 0
