"""Embedding for scripts: what ``import dowse`` offers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, get_args

from dowse.embedding.model import ModelInfo, QueryType
from dowse.embedding.registry import SpaceName
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import Settings, models_of, user_settings

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

_lock = threading.Lock()


def embed_documents(texts: Sequence[str], space: SpaceName = "code", model: str | None = None) -> Vectors:
    """Return the texts' vectors, float32 ``[len(texts), dimensions]``, each row of length 1.

    ``model`` is what ``models.code`` may hold; without it, the user's own settings choose: of a list the first, since
    vectors of several models do not compare. Those settings also say where models run and whether one may be
    downloaded (by default not). A model is opened at its first use, kept for the process, and given back when it has
    been idle for ten minutes; calls may come from any thread. Raises :class:`~dowse.embedding.model.ModelError` with
    what the user can do.
    """
    if isinstance(texts, str):
        raise TypeError("embed_documents takes a sequence of texts, not one text")
    worker, spec = _chosen(space, model)
    return worker.embed_documents(spec, list(texts)).result()


def embed_query(
    text: str, space: SpaceName = "code", query_type: QueryType = "general", model: str | None = None
) -> Vectors:
    """Return a question's vector, float32 ``[dimensions]`` of length 1, with the model's prompt for ``query_type``.

    Otherwise as :func:`embed_documents`.
    """
    if query_type not in get_args(QueryType):
        raise ValueError(f"query_type is one of {', '.join(get_args(QueryType))}, not {query_type!r}")
    worker, spec = _chosen(space, model)
    return worker.embed_query(spec, text, query_type).result()


def model_info(space: SpaceName = "code", model: str | None = None) -> ModelInfo:
    """Return the model's name, dimensions and fingerprint; vectors of equal fingerprints can be compared."""
    worker, spec = _chosen(space, model)
    return worker.info(spec).result()


def _chosen(space: SpaceName, model: str | None) -> tuple[EmbeddingWorker, str]:
    if space not in get_args(SpaceName):
        raise ValueError(f"space is one of {', '.join(get_args(SpaceName))}, not {space!r}")
    with _lock:
        worker, settings = _process()
    spec = f"builtin:{space}" if model == "builtin" else model or models_of(settings.models, space)[0]
    worker.forget_failure(spec)  # whoever calls again may have put it right
    return worker, spec


@cache
def _process() -> tuple[EmbeddingWorker, Settings]:
    """Return the process's models and the user's settings."""
    settings, problems = user_settings()
    if problems:
        raise ValueError(str(problems[0]))
    return EmbeddingWorker(settings.models), settings
