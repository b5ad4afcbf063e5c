import json

import pytest

QUERIES = [
    {"query": "retry with exponential backoff", "kind": "phrase", "relevant": ["net/retry.py", "web/retry.ts"]},
    {"query": "parse_invoice", "kind": "symbol", "relevant": [{"path": "net/retry.py", "symbol": "parse_invoice"}]},
]


@pytest.fixture
def spec(tmp_path, workspace):
    file = tmp_path / "spec.json"
    described = {"name": "small", "path": str(workspace), "language": "mixed", "queries": QUERIES}
    file.write_text(json.dumps({"name": "own", "repositories": [described]}))
    return file


def test_figures_are_printed_and_written(dowse, spec, tmp_path):
    finished = dowse("eval", str(spec), "--output", str(tmp_path / "o.json"))

    assert finished.code == 0
    assert "own: 2 queries, 1 repositories" in finished.out
    value = json.loads((tmp_path / "o.json").read_text())
    (variant,) = value["variants"]
    assert value["date"]
    assert variant["figures"]["recall@10"]["mean"] == 1.0
    assert [query["ranks"][0] is not None for query in variant["queries"]] == [True, True]


def test_modes_signals_and_earlier_runs_are_compared(dowse, spec, tmp_path):
    dowse("eval", str(spec), "--mode", "lexical", "--output", str(tmp_path / "o.json"))

    finished = dowse("eval", str(spec), "--ablate", "--mode", "hybrid", "--against", str(tmp_path / "o.json"))

    assert "hybrid, without semantic" in finished.out
    assert "lexical (o.json)" in finished.out


def test_a_part_is_asked_for_only_where_there_are_parts(dowse, spec):
    finished = dowse("eval", str(spec), "--split", "test")
    assert finished.code == 2
    assert "has no parts" in finished.err


def test_bad_input_is_one_line_that_says_what_is_wrong(dowse, tmp_path):
    (tmp_path / "bad.json").write_text("[]")
    finished = dowse("eval", str(tmp_path / "bad.json"))
    assert (finished.code, finished.err.count("\n")) == (2, 1)
    assert "bad.json" in finished.err


def test_a_folder_of_source_is_asked_for_its_own_definitions(dowse, workspace, tmp_path):
    finished = dowse("eval", str(workspace), "--output", str(tmp_path / "o.json"))

    assert finished.code == 0
    (variant,) = json.loads((tmp_path / "o.json").read_text())["variants"]
    assert variant["kinds"]["p@1"]["symbol"] == 1.0
    assert {query["kind"] for query in variant["queries"]} == {"symbol", "docstring"}


def test_a_folder_without_source_is_refused(dowse, tmp_path):
    finished = dowse("eval", str(tmp_path))
    assert finished.code == 2
    assert "no definitions" in finished.err
