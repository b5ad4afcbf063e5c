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
    instant: bool = False
    """Whether its models are there at once and so fast that they answer while another one's index is made."""
    remote: bool = False
    """Whether texts are sent to an endpoint; only one that the settings name now may be opened (invariant 8)."""


def open_model(spec: str, settings: ModelSettings) -> EmbeddingModel:
    """Open the model that ``spec`` names: one of the registry's short names, or a provider and what it needs.

    May take seconds and much memory. Raises ModelError with what the user can do.
    """
    _, _, rest = in_full(spec).partition(":")
    provider = _provider(spec)
    if provider is None:
        there_is = ", ".join(provider.form for provider in PROVIDERS.values())
        raise ModelError(
            f"there is no model {spec[:80]!r}; there is {there_is}, or a name that dowse models list shows"
        )
    return provider.open(rest, settings)


def shown(spec: str) -> str:
    """Return a model's name for messages and the status: without what somebody may have put before an address."""
    return re.sub(r"//[^/@]*@", "//", spec)


def is_instant(spec: str) -> bool:
    """Whether a model is there at once and fast."""
    provider = _provider(spec)
    return provider is not None and provider.instant


def is_remote(spec: str) -> bool:
    """Whether a model's texts are sent to an endpoint."""
    provider = _provider(spec)
    return provider is not None and provider.remote


def _provider(spec: str) -> Provider | None:
    return PROVIDERS.get(in_full(spec).partition(":")[0])


# The providers' modules are imported when one of their models is opened: they bring numpy, torch and more.


def _open_hash(rest: str, settings: ModelSettings) -> EmbeddingModel:
    from dowse.embedding.hash_model import DIMENSIONS, LARGEST_DIMENSIONS, SMALLEST_DIMENSIONS, HashingModel

    if not rest:
        return HashingModel(DIMENSIONS)
    if not re.fullmatch("[0-9]{1,6}", rest) or not SMALLEST_DIMENSIONS <= int(rest) <= LARGEST_DIMENSIONS:
        raise ModelError(
            f"hash:{rest[:20]} is no model: after the colon stands the number of dimensions, "
            f"{SMALLEST_DIMENSIONS} to {LARGEST_DIMENSIONS}"
        )
    return HashingModel(int(rest))


def _open_builtin(rest: str, settings: ModelSettings) -> EmbeddingModel:
    from dowse.embedding.static import open_builtin

    return open_builtin(rest)


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


def _open_remote(name: str) -> Callable[[str, ModelSettings], EmbeddingModel]:
    def open_it(rest: str, settings: ModelSettings) -> EmbeddingModel:
        from dowse.embedding.remote.endpoints import open_remote

        return open_remote(name, rest, settings)

    return open_it


PROVIDERS: Mapping[str, Provider] = {
    "builtin": Provider("builtin:code or builtin:prose", _open_builtin, instant=True),
    "hash": Provider("hash or hash:DIMENSIONS", _open_hash, instant=True),
    "sentence-transformers": Provider(
        "sentence-transformers:FOLDER or sentence-transformers:HUB_NAME[@REVISION]", _open_sentence_transformer
    ),
    **{
        name: Provider(f"{name}:NAME[#DIMENSIONS][@URL]", _open_remote(name), remote=True)
        for name in ("openai", "ollama", "huggingface")
    },
}
