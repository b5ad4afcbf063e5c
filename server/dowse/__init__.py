"""Dowse finds code by what it does, on the user's own machine.

Importing this package is cheap: models, numpy and the grammars are loaded by the parts that use them. For scripts it
offers :func:`embed_documents`, :func:`embed_query`, :func:`model_info`, :func:`find_similar` and
:class:`EmbeddingStore`; ``docs/models.md`` shows them at work.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dowse.embedding.api import embed_documents, embed_query, model_info
    from dowse.embedding.model import ModelError
    from dowse.embedding.store import EmbeddingStore, SimilarItem, find_similar

__all__ = [
    "EmbeddingStore",
    "ModelError",
    "SimilarItem",
    "embed_documents",
    "embed_query",
    "find_similar",
    "model_info",
]

__version__ = "0.1.0"

_HOMES = {
    "EmbeddingStore": "store",
    "ModelError": "model",
    "SimilarItem": "store",
    "embed_documents": "api",
    "embed_query": "api",
    "find_similar": "store",
    "model_info": "api",
}
"""The module of ``dowse.embedding`` that each name is imported from when it is first used."""


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"dowse.embedding.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
