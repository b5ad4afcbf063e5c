"""``dowse-dev bench`` as its user runs it."""

import json


def test_a_tree_is_measured_and_left_as_it_was(dowse_dev, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(40):
        (tree / f"part_{number}.py").write_text(f"def step_{number}(value):\n    return value + {number}\n")
    output, plot = tmp_path / "figures.json", tmp_path / "figures.svg"
    result = dowse_dev(
        "bench", str(tree), "--rounds", "1", "--queries", "30", "--output", str(output), "--plot", str(plot)
    )
    assert result.code == 0, result.err
    assert "40 chunks" in result.out
    measured = json.loads(output.read_text())["trees"][0]["dowse"]
    assert measured["chunks"] == 40
    assert len(measured["saved_ms"]["values"]) == 10
    assert measured["branch_files"] == 40
    assert measured["typing_processors"] > 0
    assert plot.read_text().startswith("<svg")
    assert sorted(path.name for path in tree.iterdir()) == sorted(f"part_{number}.py" for number in range(40))


def test_a_tree_with_too_little_to_ask_for_is_refused(dowse_dev, tmp_path):
    (tmp_path / "only.py").write_text("def only(): ...\n")
    result = dowse_dev("bench", str(tmp_path))
    assert result.code == 2
    assert "ask fewer with --queries" in result.err


def test_nothing_to_measure_is_an_error(dowse_dev):
    assert "--made-up" in dowse_dev("bench").err
