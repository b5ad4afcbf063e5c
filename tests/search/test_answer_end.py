"""Where an answer ends: nonsense finds nothing, and what shares a word or a meaning is kept."""

from __future__ import annotations

import numpy as np
import pytest

from dowse.search.answer_end import drop_unfounded
from dowse.search.features import FeatureTable
from dowse.search.query import SearchRequest
from dowse.search.ranking_model import FEATURES, NAMES
from dowse.search.tuning import AnswerTuning
from dowse.settings import Settings

FILES = {
    "parcel.py": "def weigh(parcel):\n    return sum(item.grams for item in parcel)\n",
    "client.py": "def send(request):\n    while request.failed:\n        retry(request)\n",
    "README.md": "# Waybill\n\nParcels are weighed and sent.\n",
}

TUNING = AnswerTuning(cosine_without_words=0.3, cosine_where_nothing_shares_words=0.6)


def table(*candidates):
    matrix = np.zeros((len(candidates), len(FEATURES)), np.float32)
    for row, features in enumerate(candidates):
        for name, value in features.items():
            matrix[row, NAMES.index(name)] = value
    return FeatureTable(tuple(range(len(candidates))), matrix)


def kept(*candidates):
    return list(drop_unfounded(table(*candidates), ["builtin:code"], TUNING).refs)


@pytest.mark.parametrize("shared", ["coverage", "name_full", "stem_full", "folder_tells", "path_named", "symbol"])
def test_what_shares_a_word_is_kept_however_far_it_is(shared):
    assert kept({shared: 0.1}, {"length": 1.0, "cosine": 0.2}) == [0]


def test_what_is_near_in_meaning_is_kept_without_a_word():
    assert kept({"coverage": 0.1}, {"cosine": 0.4}, {"cosine": 0.2}) == [0, 1]


def test_where_nothing_shares_a_word_only_what_is_very_near_is_kept():
    assert kept({"cosine": 0.7}, {"cosine": 0.5}) == [0]


def test_rows_stay_with_their_candidates():
    found = drop_unfounded(table({"cosine": 0.1}, {"coverage": 0.5, "cosine": 0.2}), ["builtin:code"], TUNING)
    assert found.matrix[0, NAMES.index("coverage")] == pytest.approx(0.5)


def test_of_a_model_whose_cosines_are_not_known_everything_is_kept():
    far = table({"cosine": 0.1}, {"coverage": 0.5})
    assert drop_unfounded(far, ["builtin:code", "ollama:nomic-embed-text"], TUNING) is far


def test_no_candidates_are_no_answer():
    assert kept() == []


@pytest.fixture(scope="module")
def engine(open_shared_workspace):
    settings = Settings()  # the built-in models, whose cosines the rule knows
    return open_shared_workspace(FILES, settings=settings)


@pytest.mark.parametrize("nonsense", ["asdkfjqwer", "qwzx lkjh vbnm", "zzzz", "photosynthesis"])
def test_nonsense_finds_nothing(engine, nonsense):
    assert engine.search(SearchRequest(nonsense, 40)).hits == ()


@pytest.mark.parametrize("asked", ["parcel", "where are failed requests tried again", "prcel"])
def test_what_the_workspace_speaks_of_finds_something(engine, asked):
    assert engine.search(SearchRequest(asked, 40)).hits
