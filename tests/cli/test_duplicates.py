"""``dowse duplicates``."""

import json
import shutil

import pytest

from search.lookalikes import INVOICE, OTHER


@pytest.fixture(scope="module")
def workspace(workspace, tmp_path_factory):
    """A copy of that which other tests read, with more in it."""
    copy = tmp_path_factory.mktemp("copies") / "workspace"
    shutil.copytree(workspace, copy)
    billing = copy / "billing"
    billing.mkdir()
    (billing / "a.py").write_text(INVOICE)
    (billing / "b.py").write_text(INVOICE.replace("overdue_total", "what_is_late"))
    (billing / "c.py").write_text(OTHER)
    return copy


def test_clusters_of_copies_are_a_table_with_a_total(dowse):
    done = dowse("duplicates", "billing")
    assert done.code == 0
    assert done.out.splitlines() == [
        "       alike  saves  function       where",
        "    1   100%     11  overdue_total  billing/a.py:2",
        "        100%         what_is_late   billing/b.py:2",
        "total            11  1 cluster of near-duplicates among 3 functions.",
    ]


def test_the_total_counts_clusters_that_are_not_listed_too(dowse):
    every = json.loads(dowse("duplicates", "--json").out)
    assert len(every["clusters"]) == 2
    assert every["savedLines"] == sum(cluster["savedLines"] for cluster in every["clusters"])
    *rows, total = dowse("duplicates", "--limit", "1").out.splitlines()
    assert len(rows) == 3
    assert total.split()[:4] == ["total", str(every["savedLines"]), "1", "of"]


def test_programs_get_json_and_editors_a_line_for_each_copy(dowse):
    answer = json.loads(dowse("duplicates", "billing", "--json").out)
    [cluster] = answer["clusters"]
    assert [copy["path"] for copy in cluster["copies"]] == ["billing/a.py", "billing/b.py"]
    assert (cluster["similarity"], cluster["savedLines"], answer["found"]) == (1.0, 11, 1)
    assert answer["index"]["state"] == "ready"
    lines = dowse("duplicates", "billing", "--format", "quickfix").out.splitlines()
    assert lines[0] == "billing/a.py:2:5: overdue_total — cluster 1, 2 copies, 100% alike, 11 lines"
    assert len(lines) == 2


@pytest.mark.parametrize(
    "options",
    [("net",), ("billing", "-x", "b.py"), (".", "-i", "*.md"), (".", "--language", "go"), (".", "--min-lines", "30")],
)
def test_where_nothing_is_found_the_exit_code_says_so(dowse, options):
    done = dowse("duplicates", *options)
    assert done.code == 1
    assert done.out.startswith("0 clusters")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent"], "does not exist"),
        (["--min-similarity", "0.2"], "0.5"),
        (["--limit", "0"], "1"),
        (["billing/a.py", "--exclude", "b.py"], "PATH is a file"),
    ],
)
def test_a_bad_option_is_one_clear_line_and_exit_code_2(dowse, arguments, said):
    done = dowse("duplicates", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert done.err.count("\n") == 1


def test_the_same_in_another_language_is_found(dowse):
    done = dowse("duplicates", "--format", "quickfix")
    assert ": Client.fetch_with_backoff — cluster 2, 2 copies" in done.out
    assert "web/retry.ts:1:23: retryRequest — cluster 2, 2 copies" in done.out
