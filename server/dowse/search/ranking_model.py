"""What the ranking knows: the retrievers, all features, and the learned weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from dowse.search.query import Mode, Signal
from dowse.search.retriever import FREE, Feature, Retriever
from dowse.search.retrievers import RETRIEVERS

WEIGHTS_FILE = "ranking.toml"
"""Beside this module; written by ``dowse-dev train ranking``."""

CANDIDATE_FEATURES: tuple[Feature, ...] = (
    Feature("coverage", Signal.KEYWORDS),
    Feature("file_coverage", Signal.FILE),
    Feature("name_said", Signal.NAME),
    Feature("name_full", Signal.NAME, (1.0, None)),
    Feature("long_name", Signal.NAME, FREE),
    Feature("stem_said", Signal.PATH),
    Feature("stem_full", Signal.PATH),
    Feature("folder_tells", Signal.PATH),
    Feature("path_named", Signal.PATH, (2.0, None)),
    Feature("symbol_stem", Signal.PATH),
    Feature("long_stem", Signal.PATH, FREE),
    # Hardly any training query asks for tests or declarations: upper bounds keep them behind.
    Feature("test", Signal.ROLE, (None, -1.0)),
    Feature("example", Signal.ROLE, (None, -1.0)),
    Feature("vendored", Signal.ROLE, (None, -1.0)),
    Feature("declaration", Signal.ROLE, (None, -0.5)),
    Feature("project", Signal.ROLE, (None, -0.5)),
    Feature("translation", Signal.ROLE, (None, -0.5)),
    Feature("automation", Signal.ROLE, (None, -0.5)),
    Feature("other_space", Signal.ROLE, FREE),
    Feature("how_to_prose", Signal.ROLE, FREE),
    Feature("how_it_works_prose", Signal.ROLE, FREE),
    Feature("length", Signal.SHAPE, FREE),
    Feature("mentions", Signal.SHAPE),
    Feature("depth", Signal.SHAPE, FREE),
)
"""What is known of a candidate whoever proposes it; :mod:`dowse.search.features` measures them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How the features of one mode are weighed."""

    features: NDArray[np.float32]
    """``[len(features)]``, in the order of the model's features."""
    intercept: float
    """Such that the logistic function of the sum estimates how likely a candidate is what was asked for."""
    repeat: float
    """What each further candidate of a file, or with one text, loses beside the one before it, in the same unit."""


@dataclass(frozen=True, slots=True)
class RankingModel:
    """Who proposes candidates, what is known of each, and how that is weighed."""

    retrievers: tuple[Retriever, ...]
    features: tuple[Feature, ...]
    weights: Mapping[Mode, Weights]


def features_of(retrievers: Sequence[Retriever], order: Sequence[str]) -> tuple[Feature, ...]:
    """Return all features, those that ``order`` names first: sums are rounded in the order of the weights file."""
    every = [*(feature for retriever in retrievers for feature in retriever.features), *CANDIDATE_FEATURES]
    place = {name: position for position, name in enumerate(order)}
    return tuple(sorted(every, key=lambda feature: place.get(feature.name, len(place))))


def read_model(retrievers: Sequence[Retriever], text: str) -> RankingModel:
    """Return the model of these retrievers with the weights in ``text``, which is as ``ranking.toml``.

    A feature that the file does not name counts nothing. ``ValueError`` for a weight of no feature.
    """
    tables: dict[str, Any] = tomllib.loads(text)
    features = features_of(retrievers, list(tables["hybrid"]["features"]))
    unknown = {name for table in tables.values() for name in table["features"]} - {each.name for each in features}
    if unknown:
        raise ValueError(f"the ranking has weights for features that do not exist: {', '.join(sorted(unknown))}")
    return RankingModel(
        tuple(retrievers), features, {mode: _weights(tables[mode], features) for mode in get_args(Mode)}
    )


def _weights(table: Mapping[str, Any], features: Sequence[Feature]) -> Weights:
    return Weights(
        np.array([table["features"].get(feature.name, 0.0) for feature in features], np.float32),
        table["intercept"],
        table["repeat"],
    )


def weights_text() -> str:
    """Return the text of the weights file."""
    return resources.files("dowse.search").joinpath(WEIGHTS_FILE).read_text("utf-8")


@cache
def learned_model() -> RankingModel:
    """Return the model that a search ranks by."""
    return read_model(RETRIEVERS, weights_text())


FEATURES = learned_model().features
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
