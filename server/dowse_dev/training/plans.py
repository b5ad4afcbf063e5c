"""What is decided before the built-in models are trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dowse.training.recipe import Recipe

Space = Literal["code", "prose"]

DIMENSIONS = 256


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
