"""What is decided before the built-in models are trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Space = Literal["code", "prose"]

DIMENSIONS = 256


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one training run depends on; how the values were found stands in ``docs/models.md``."""

    steps: int = 700
    batch: int = 2048
    rate: float = 0.006
    epsilon: float = 5e-5
    """Adam's. Gradients of rare words are smaller than this: they stay nearer to where they began."""
    scale: float = 16.0
    """What cosines are multiplied by before the softmax."""
    keep_comment: float = 0.15
    """Share of documents that keep their documentation."""
    language_name: float = 0.3
    """Share of queries that name the language."""
    drop_words: float = 0.8
    """Share of queries that lose words, up to half of them."""
    drop_code: float = 0.5
    """Share of their tokens that documents lose, at most."""
    language_power: float = 0.7
    """Power of a language's number of pairs that its share of a batch is proportional to."""
    one_language: float = 0.3
    """Share of batches whose pairs are all of one language, where nothing is told apart by its keywords."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided before a model is trained."""

    words: int
    pieces: int
    pairs: int
    """Rows for pairs of neighbouring tokens."""
    recipe: Recipe
    runs: int
    """Trained with seeds from 0 on; their weights are averaged, which does better than the best of them."""


PLANS: dict[Space, Plan] = {
    "code": Plan(words=24_600, pieces=3_400, pairs=30_000, recipe=Recipe(), runs=6),
    "prose": Plan(
        words=17_600, pieces=2_400, pairs=8_000, recipe=Recipe(steps=400, language_name=0.0, drop_code=0.0), runs=3
    ),
}
