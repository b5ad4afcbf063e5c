"""How well similar code and duplicates are found, and plots of what ``dowse eval`` wrote."""

import json

import pytest

CODE = """
def write_down(path, lines):
    total = 0
    with open(path, "w") as file:
        for line in lines:
            file.write(line.strip())
            file.write("\\n")
            total += len(line)
        file.flush()
    print("written", path, total)
"""


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "written.py").write_text(CODE)
    return tmp_path / "tree"


def test_changed_copies_are_looked_for_by_the_engine_and_by_minhash(dowse_dev, tree):
    finished = dowse_dev("eval-similar", str(tree))

    assert finished.code == 0, finished.err
    assert "tree: 4 changed copies" in finished.out
    assert {"all signals", "semantic alone", "MinHash"} <= set(finished.out.splitlines())


def test_planted_copies_are_looked_for_by_the_engine_and_by_minhash(dowse_dev, tree):
    finished = dowse_dev("eval-duplicates", str(tree))

    assert finished.code == 0, finished.err
    assert {"dowse, similarity 0.6", "MinHash, threshold 0.3"} <= set(finished.out.splitlines())
    assert "recall 1.000" in finished.out


def test_runs_are_plotted_side_by_side(dowse_dev, tmp_path):
    for name in ("before", "now"):
        variants = [{"name": "hybrid", "repositories": {"ndcg@10": {"one": 0.5, "two": 0.75}}}]
        (tmp_path / f"{name}.json").write_text(json.dumps({"variants": variants}))

    runs = [str(tmp_path / "before.json"), str(tmp_path / "now.json")]
    assert dowse_dev("plot", *runs, "--output", str(tmp_path / "both.svg")).code == 0
    plot = (tmp_path / "both.svg").read_text()
    assert "hybrid (before)" in plot
    assert "hybrid (now)" in plot


def test_a_file_that_holds_no_run_is_refused(dowse_dev, tmp_path):
    (tmp_path / "other.json").write_text("{}")
    finished = dowse_dev("plot", str(tmp_path / "other.json"), "--output", str(tmp_path / "o.svg"))
    assert finished.code == 2
    assert "other.json was not written by dowse eval" in finished.err
