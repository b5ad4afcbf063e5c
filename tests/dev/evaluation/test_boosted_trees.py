"""Trees beside the linear ranking."""

import numpy as np
import pytest

from dowse.chunking.chunker import chunk_text
from dowse.search.chunk_ref import ChunkRef
from dowse.search.features import FeatureTable
from dowse.search.ranking_model import FEATURES, NAMES
from dowse_dev.evaluation import boosted_trees
from dowse_dev.evaluation.examples import Example
from dowse_dev.evaluation.ranking_fit import grouped, listwise


def examples(repositories=10, queries=8, candidates=12):
    """Queries whose right answer has a middling score, which no linear model can say."""
    generator = np.random.default_rng(0)
    made = []
    for repository in range(repositories):
        pieces = []
        for number in range(candidates):
            (chunk,) = chunk_text(f"f{number}.py", f"def work{number}():\n    return {number}\n", "python")
            pieces.append(ChunkRef(f"/r{repository}/f{number}.py", None, f"f{number}.py", chunk))
        for _ in range(queries):
            matrix = np.zeros((candidates, len(FEATURES)), np.float32)
            matrix[:, NAMES.index("length")] = generator.random(candidates)
            middling = np.abs(matrix[:, NAMES.index("length")] - 0.5)
            met = (middling == middling.min())[:, None]
            made.append(Example(f"r{repository}", False, FeatureTable(pieces, matrix), met, (3,) * met.shape[1]))
    return made


def test_trees_learn_what_a_linear_model_cannot(monkeypatch):
    monkeypatch.setattr(boosted_trees, "DEPTHS", (2,))
    monkeypatch.setattr(boosted_trees, "SIZES", (60,))
    monkeypatch.setattr(boosted_trees, "REPEATS", (3.0,))
    found = boosted_trees.cross_validated(examples())
    assert all(len(scores) == 10 for scores in found.values())
    means = {name: sum(scores.values()) / len(scores) for name, scores in found.items()}
    linear = means.pop(boosted_trees.LINEAR)
    assert len(means) == 2
    assert all(mean > linear + 0.2 for mean in means.values())


def test_the_slope_of_the_loss_is_its_slope():
    lists = grouped(examples(repositories=2, queries=3))
    scores = np.random.default_rng(1).normal(size=len(lists.matrix))
    _, slope, curvature = listwise(lists, scores)
    step = 1e-6
    for place in range(0, len(scores), 7):
        moved = scores.copy()
        moved[place] += step
        assert (listwise(lists, moved)[0] - listwise(lists, scores)[0]) / step == pytest.approx(slope[place], abs=1e-5)
    assert (curvature >= 0).all()
