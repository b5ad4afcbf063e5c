"""Pairs among many, without comparing all with all."""

import random

import numpy as np
import pytest

from dowse.chunking.structure import sketch
from dowse.search.function_pairs import pairs_by_sketch, pairs_by_vector
from dowse.search.tuning import DuplicateTuning

STATEMENTS = (
    "total += row * 2", "if row > limit:\n    return None", "rows.append(cut(row))",
    "for row in rows:\n    show(row)",
    "row = rows[0] - 1",
    "while row:\n    row //= 2", "try:\n    send(row)\nexcept OSError:\n    raise", "x[row] = y == z",
    "return [f(a, b) for a in rows]", "a, b = b, a % b", "log(f'{row}', row is None)", "del rows[row:]",
)  # fmt: skip

ALIKE = DuplicateTuning(least_likeness=0.8)


def table_of(texts):
    return np.frombuffer(b"".join(map(sketch, texts)), np.uint8).reshape(len(texts), -1).T


def test_copies_are_paired_and_unlike_functions_are_not():
    chooser = random.Random(5)
    texts = ["\n".join(chooser.choices(STATEMENTS, k=14)) for _ in range(60)]
    texts += texts[:5]
    families = np.zeros(len(texts), np.int64)
    pairs, likeness = pairs_by_sketch(table_of(texts), families, lambda: None, ALIKE)
    assert {(row, row + 60) for row in range(5)} <= {tuple(pair) for pair in pairs.tolist()}
    assert len(pairs) < 20
    assert likeness.min() >= 0.8


def test_a_crowd_of_copies_gathers_around_one():
    texts = ["\n".join(STATEMENTS)] * 300
    pairs, _ = pairs_by_sketch(table_of(texts), np.zeros(300, np.int64), lambda: None, ALIKE)
    assert np.bincount(pairs.ravel()).max() == 299
    assert len(pairs) < 300 * 2 * ALIKE.next_in_bucket


@pytest.mark.parametrize("exact_up_to", [10_000, 100])
def test_the_nearest_by_vector_are_paired(exact_up_to):
    tuning = DuplicateTuning(exact_up_to=exact_up_to, cell_size=50, least_cosine=0.9, least_cosine_cross_language=0.9)
    generator = np.random.default_rng(1)
    vectors = generator.standard_normal((400, 32))
    vectors[200:210] = vectors[:10] + 0.1 * generator.standard_normal((10, 32))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    families = np.zeros(400, np.int64)
    families[205:] = 1
    pairs, cosines = pairs_by_vector(vectors.astype(np.float16), families, lambda: None, tuning)
    assert sorted(map(tuple, pairs.tolist())) == [(row, row + 200) for row in range(10)]
    assert cosines.min() > 0.9


def test_what_has_no_vector_is_paired_with_nothing():
    vectors = np.zeros((3, 8), np.float16)
    pairs, _ = pairs_by_vector(vectors, np.zeros(3, np.int64), lambda: None, DuplicateTuning(least_cosine=0))
    assert len(pairs) == 0
