"""The learned model of when functions of two languages do the same."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dowse.search.query import Signal

MODEL_FILE = "translation.toml"
"""Beside this module; written by ``dowse-dev train translation``."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A logistic model of what ``function_comparison.foreign_evidence`` gives for two functions."""

    weights: Mapping[Signal, float]
    bias: float
    promising: float
    """Least weighed sum of meaning and structure at which two functions are read, so that their words count too."""


@cache
def translation() -> Translation:
    """Return the model that was learned."""
    table = tomllib.loads(resources.files("dowse.search").joinpath(MODEL_FILE).read_text("utf-8"))
    return Translation(
        {Signal(name): weight for name, weight in table["weights"].items()}, table["bias"], table["promising"]
    )
