"""Which models there are, and how each is opened from its spec."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from dowse.embedding.model import EmbeddingModel, ModelError
from dowse.embedding.registry import in_full
from dowse.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of model. ``open`` gets what stands after the first colon of the spec, or an empty string."""

    form: str
    """How its specs look, for messages."""
    open: Callable[[str, ModelSettings], EmbeddingModel]


def open_model(spec: str, settings: ModelSettings) -> EmbeddingModel:
    """Open the model that ``spec`` names: one of the registry's short names, or a provider and what it needs.

    May take seconds and much memory. Raises ModelError with what the user can do.
    """
    name, _, rest = in_full(spec).partition(":")
    provider = PROVIDERS.get(name)
    if provider is None:
        there_is = ", ".join(provider.form for provider in PROVIDERS.values())
        raise ModelError(
            f"there is no model {spec[:80]!r}; there is {there_is}, or a name that dowse models list shows"
        )
    return provider.open(rest, settings)


# The providers' modules are imported when one of their models is opened: they bring numpy, torch and more.


def _open_hash(rest: str, settings: ModelSettings) -> EmbeddingModel:
    from dowse.embedding.hashing import DIMENSIONS, LARGEST_DIMENSIONS, SMALLEST_DIMENSIONS, HashingModel

    if not rest:
        return HashingModel(DIMENSIONS)
    if not re.fullmatch("[0-9]{1,6}", rest) or not SMALLEST_DIMENSIONS <= int(rest) <= LARGEST_DIMENSIONS:
        raise ModelError(
            f"hash:{rest[:20]} is no model: after the colon stands the number of dimensions, "
            f"{SMALLEST_DIMENSIONS} to {LARGEST_DIMENSIONS}"
        )
    return HashingModel(int(rest))


def _open_builtin(rest: str, settings: ModelSettings) -> EmbeddingModel:
    from importlib import import_module

    model: EmbeddingModel = import_module("dowse.embedding.static").open_builtin(rest, settings)
    return model


def _open_sentence_transformer(rest: str, settings: ModelSettings) -> EmbeddingModel:
    backend = settings.backend
    if backend == "auto" and settings.precision == "float32" and find_spec("torch") is not None:
        backend = "torch"
    if backend != "torch":
        from dowse.embedding.graph import open_graph

        return open_graph(rest, settings, "onnx" if backend == "auto" else backend)
    if settings.precision == "int8":
        raise ModelError("models.precision int8 is for ONNX Runtime and OpenVINO; set models.backend to onnx")
    from dowse.embedding.transformer import open_sentence_transformer

    return open_sentence_transformer(rest, settings)


PROVIDERS: Mapping[str, Provider] = {
    "builtin": Provider("builtin:code or builtin:prose", _open_builtin),
    "hash": Provider("hash or hash:DIMENSIONS", _open_hash),
    "sentence-transformers": Provider(
        "sentence-transformers:FOLDER or sentence-transformers:HUB_NAME[@REVISION]", _open_sentence_transformer
    ),
}
