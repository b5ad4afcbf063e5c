"""A model whose every step a test can hold and watch."""

import threading
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.model import ModelInfo, QueryType

TIMEOUT = 10.0
"""Seconds after which a test that waits in vain fails."""


class ScriptedModel:
    """Embeds a text as its length; calls ``before`` with the texts of each batch before it answers."""

    device = "cpu"

    def __init__(self, before: Callable[[Sequence[str]], None] = lambda texts: None, revision: str = "1") -> None:
        self.info = ModelInfo(name="scripted", revision=revision, dimensions=2, max_tokens=512)
        self.closed = threading.Event()
        self._before = before

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._before(texts)
        return np.array([[len(text), 1] for text in texts], np.float32)

    def embed_query(self, text: str, query_type: QueryType = "general") -> NDArray[np.float32]:
        self._before([text])
        return np.array([len(text), 2], np.float32)

    def close(self) -> None:
        self.closed.set()


class Held:
    """Holds a model in the first batch that it is called with until it is let go, and notes all batches."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self.batches: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> None:
        self.batches.append(list(texts))
        self.reached.set()
        assert self.let_go.wait(TIMEOUT)
