"""Learning what is shipped, from data at hand."""

import sys
import tomllib
from pathlib import Path

ALGORITHMS = Path(__file__).parents[1] / "evaluation" / "algorithms"


def test_translations_are_learned_and_written_with_how_good_they_are(dowse_dev, workspace, tmp_path):
    output = tmp_path / "translation.toml"
    finished = dowse_dev("train", "translation", str(ALGORITHMS), str(workspace), "--output", str(output))

    assert finished.code == 0
    assert "similarity 0.8: recall" in finished.out
    learned = tomllib.loads(output.read_text())
    assert set(learned["weights"]) == {"semantic", "structure", "keywords"}
    assert "Cross-validated" in output.read_text()


def test_a_folder_that_holds_no_algorithms_is_refused(dowse_dev, workspace):
    finished = dowse_dev("train", "translation", str(workspace), str(workspace))

    assert finished.code == 2
    assert "algorithms.json" in finished.err


def test_training_says_which_extra_it_needs(dowse_dev, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "dowse_dev.training.builtin", raising=False)
    finished = dowse_dev("train", "builtin", str(tmp_path))
    assert finished.code == 2
    assert "torch is missing" in finished.err
    assert "dowse_dev[training]" in finished.err
