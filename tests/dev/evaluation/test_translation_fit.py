"""Learning when functions of two languages do the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from dowse.evaluation.spec import Repository
from dowse.search.query import Signal
from dowse.search.translation import translation
from dowse.settings import Settings
from dowse_dev.evaluation.translation_fit import (
    EVIDENCE,
    Pairs,
    as_toml,
    by_algorithm,
    cross_validated,
    fit,
    gathered,
    likelihoods,
    recall_and_precision,
)

ALGORITHMS = Path(__file__).parent / "algorithms"

CODE = """
def write_down(path, lines):
    with open(path, "w") as file:
        for line in lines:
            file.write(line.strip())
            file.write("\\n")
        file.flush()
    print("written", path)
"""


def made_up(seed=0, count=400):
    """Pairs that are right when their evidence is large, in eight algorithms and eight repositories."""
    evidence = np.random.default_rng(seed).random((count, len(EVIDENCE)))
    right = evidence.sum(axis=1) > 1.8
    return Pairs(
        evidence, right, tuple(f"{'algorithm' if each else 'repository'}{n % 8}" for n, each in enumerate(right))
    )


def test_pairs_are_translations_and_nearest_neighbours_in_other_languages(tmp_path):
    (tmp_path / "a.py").write_text(CODE)
    pairs = gathered([Repository("r", tmp_path, "python", ())], ALGORITHMS, Settings())
    algorithms = len(json.loads((ALGORITHMS / "algorithms.json").read_text()))
    assert pairs.right.sum() == algorithms * 4 * 3
    assert pairs.of.count("r") == 1
    assert len(set(np.array(pairs.of)[pairs.right])) == algorithms
    assert not pairs.right[[place for place, name in enumerate(pairs.of) if name == "r"]].any()
    assert ((pairs.evidence >= 0) & (pairs.evidence <= 1 + 1e-6)).all()


def test_what_tells_translations_apart_is_learned_and_holds_elsewhere():
    pairs = made_up()
    recall, precision = recall_and_precision(pairs, cross_validated(pairs), 0.5)
    assert recall > 0.9
    assert precision > 0.9
    elsewhere = made_up(seed=1)
    assert recall_and_precision(elsewhere, likelihoods(elsewhere, fit(pairs)), 0.5) > (0.9, 0.9)


def test_cross_validation_knows_nothing_of_what_it_judges():
    """When nothing but the algorithm's number tells right from wrong, no other algorithm can teach it."""
    generator = np.random.default_rng(0)
    evidence = generator.random((400, len(EVIDENCE)))
    right = generator.random(400) > 0.5
    pairs = Pairs(
        evidence, right, tuple(f"{'algorithm' if each else 'repository'}{n % 8}" for n, each in enumerate(right))
    )
    assert recall_and_precision(pairs, cross_validated(pairs), 0.5)[1] == pytest.approx(right.mean(), abs=0.15)


def test_functions_of_which_it_is_not_known_how_they_are_built_are_never_alike():
    pairs = made_up()
    pairs.evidence[:, EVIDENCE.index(Signal.STRUCTURE)] = 0
    assert likelihoods(pairs, translation()).tolist() == [0.0] * len(pairs.of)


def test_each_algorithm_has_its_share():
    pairs = made_up()
    shares = by_algorithm(pairs, pairs.right.astype(float), 0.5)
    assert set(shares) == {f"algorithm{number}" for number in range(8)}
    assert set(shares.values()) == {1.0}


def test_the_file_that_is_shipped_is_such_as_is_written():
    text = as_toml(translation(), "note")
    assert text.startswith("# note\n\nbias = ")
    assert {Signal(line.split(" = ")[0]) for line in text.split("[weights]\n")[1].splitlines()} == set(EVIDENCE)
    assert all(weight >= 0 for weight in translation().weights.values())
