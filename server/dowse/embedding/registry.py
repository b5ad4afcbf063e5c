"""The models that Dowse knows: their names and what each needs, as data (``known_models.toml``).

Every other model works by its spec, ``provider:rest``, with what its own configuration says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from dowse.embedding.model import QueryType

SpaceName = Literal["code", "prose"]


class KnownModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of a model before it is on this machine."""

    name: str
    """The short name, which serves as a spec."""
    provider: Literal["builtin", "sentence-transformers", "openai", "ollama"]
    id: str
    """Its name at the provider: for sentence-transformers, on the hub."""
    spaces: tuple[SpaceName, ...]
    """What it was made for."""
    dimensions: int
    max_tokens: int
    """Longer texts are cut."""
    licence: str
    non_commercial: bool = False
    """Whether the licence forbids commercial use, which is said at choice."""
    megabytes: int = 0
    """Of the weights, about; 0 where nothing is downloaded."""
    pooling: Literal["mean", "cls", "lasttoken", "own", ""] = ""
    """How token vectors become one, for a checkpoint that does not say; ``own`` where the model's code does it."""
    multilingual: bool = False
    """Whether it was trained on text in many languages and scripts; others read Latin letters alone."""
    own_code: bool = False
    """Whether it brings Python code, which runs only with the user's consent (``models.trustRemoteCode``)."""
    query_prefix: str = ""
    document_prefix: str = ""
    query_prefixes: Mapping[QueryType, str] = {}
    """Prefixes of kinds of queries, where they differ from ``query_prefix``."""
    tokenizer: Mapping[str, Any] = {}
    """Arguments of its tokenizer that its own configuration lacks."""
    model: Mapping[str, Any] = {}
    """Arguments of the model itself that its own configuration lacks."""
    note: str = ""

    @property
    def spec(self) -> str:
        """The model's full name in settings."""
        return f"{self.provider}:{self.id}"


@cache
def known_models() -> tuple[KnownModel, ...]:
    """Return the table, in its order."""
    text = resources.files("dowse.embedding").joinpath("known_models.toml").read_text("utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["model"], list[KnownModel]))


def find(spec: str) -> KnownModel | None:
    """Return what is known of the model that ``spec`` names, by short name or in full, with or without a revision."""
    name, _, _ = spec.partition("@")
    return next((model for model in known_models() if name in (model.name, model.spec)), None)


def reads(spec: str, word: str) -> bool:
    """Whether a model makes sense of a word: of Latin letters every one does, of others those that are multilingual.

    ``word`` is as :func:`dowse.chunking.identifiers.words` gives it. Of a model that is not in the table nothing is
    known, and it is taken at its word.
    """
    return word.isascii() or _reads_all(spec)


@cache
def _reads_all(spec: str) -> bool:
    known = find(spec)
    return known is None or known.multilingual


def in_full(spec: str) -> str:
    """Return ``spec`` with a known model's short name written out, its revision kept."""
    name, at, revision = spec.partition("@")
    known = next((model for model in known_models() if model.name == name), None)
    return f"{known.spec}{at}{revision}" if known else spec
