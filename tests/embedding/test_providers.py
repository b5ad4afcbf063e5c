"""A model is named by a short text; what cannot be opened says what to do."""

import sys

import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.providers import open_model
from dowse.settings import ModelSettings

SETTINGS = ModelSettings()


@pytest.mark.parametrize(("spec", "dimensions"), [("hash", 256), ("hash:", 256), ("hash:64", 64), ("hash:1024", 1024)])
def test_the_hashing_model_has_the_dimensions_asked_for(spec: str, dimensions: int) -> None:
    model = open_model(spec, SETTINGS)
    assert (model.info.dimensions, model.device) == (dimensions, "cpu")


def test_vectors_of_other_dimensions_are_of_another_model() -> None:
    assert open_model("hash:64", SETTINGS).info.fingerprint != open_model("hash", SETTINGS).info.fingerprint


@pytest.mark.parametrize(
    "spec", ["hash:0", "hash:-3", "hash:many", "hash:15", "hash:1025", "hash:" + "9" * 5000, "hash:²"]
)
def test_other_dimensions_are_refused_with_those_there_are(spec: str) -> None:
    with pytest.raises(ModelError, match="number of dimensions, 16 to 1024"):
        open_model(spec, SETTINGS)


@pytest.mark.parametrize("spec", ["", ":", "Hash", "gpt", "../hash", "builtins:eval"])
def test_an_unknown_model_is_answered_with_the_kinds_there_are(spec: str) -> None:
    with pytest.raises(
        ModelError, match=r"there is no model .*; there is builtin.* hash .*sentence-transformers:FOLDER"
    ):
        open_model(spec, SETTINGS)


def test_a_transformer_without_the_extra_is_answered_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"install.* 'sentence-transformers>=.*' 'torch>=.*'"):
        open_model("sentence-transformers:org/name", SETTINGS)
