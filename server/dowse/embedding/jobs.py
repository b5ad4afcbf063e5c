"""Work for a model: one request each, done in small steps so that a more urgent one can go between."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dowse.embedding.model import EmbeddingModel, ModelError, ModelInfo, QueryType

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

T = TypeVar("T")

LARGEST_BATCH = 64
"""Texts."""
REMOTE_BATCH = 128
"""Texts, of several requests at a time."""
_CHARACTERS_OF_TEXT = 1_000
"""In the largest batch, on average."""
_FIRST_BATCH_CHARACTERS = 1_000
"""About one chunk: enough to learn how fast a model is without making anybody wait for a slow one."""
_TEXT_OVERHEAD = 50
"""Characters that a text counts for beside its own: special tokens, padding, the call."""
BATCH_SECONDS = 0.04
"""What a batch is meant to take: a query waits for one at most."""
REMOTE_BATCH_SECONDS = 2.0
"""The same where no query waits; the way there and back takes a good part of a second."""


class Priority(IntEnum):
    """Who goes first; within a priority, who came first."""

    QUERY = 0
    INTERACTIVE = 1
    BACKGROUND = 2


class BatchSizer:
    """How many characters a model embeds in the time that a query may be made to wait."""

    def __init__(self, seconds: float = BATCH_SECONDS, largest: int = LARGEST_BATCH) -> None:
        """``seconds`` is what a batch shall take, ``largest`` its texts at most."""
        self._seconds = seconds
        self._largest = largest
        self._characters = float(_FIRST_BATCH_CHARACTERS)

    def batch(self, texts: Sequence[str], order: Sequence[int], start: int, longest: int) -> Sequence[int]:
        """Return the part of ``order`` from ``start`` that makes the next batch; one text at least.

        ``longest`` is the number of characters beyond which the model does not read.
        """
        end, characters = start, 0.0
        while end < len(order) and end - start < self._largest:
            characters += min(len(texts[order[end]]), longest) + _TEXT_OVERHEAD
            if characters > self._characters and end > start:
                break
            end += 1
        return order[start:end]

    def learn(self, characters: int, seconds: float) -> None:
        """Take in how long a batch took. A slow one counts at once, a fast one doubles the next at most."""
        fitting = characters * self._seconds / max(seconds, 1e-6)
        self._characters = min(fitting, 2 * self._characters, self._largest * _CHARACTERS_OF_TEXT)


class Job(Generic[T]):
    """One request and the future of its answer.

    The future stays pending until the answer is complete, so that :meth:`Future.cancel` works at any time before.
    """

    def __init__(self, priority: Priority) -> None:
        self.priority = priority
        self.future: Future[T] = Future()

    def step(self, model: EmbeddingModel, sizer: BatchSizer) -> bool:
        """Do a small piece of the work; True when nothing is left."""
        raise NotImplementedError

    def result(self) -> T:
        """Return the answer, once the last step is done."""
        raise NotImplementedError

    def complete(self) -> None:
        """Give the answer to whoever waits for it."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(self.result())

    def fail(self, error: ModelError) -> None:
        """Give the failure to whoever waits for the answer."""
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)

    def cancel(self) -> None:
        """Tell whoever waits that there will be no answer."""
        self.future.cancel()
        self.future.set_running_or_notify_cancel()


class InfoJob(Job[ModelInfo]):
    """What a model is; a step of it is nothing but having the model open."""

    def __init__(self) -> None:
        super().__init__(Priority.QUERY)

    def step(self, model: EmbeddingModel, sizer: BatchSizer) -> bool:
        """Note what the model says of itself."""
        self._info = model.info
        return True

    def result(self) -> ModelInfo:
        """Return what was noted."""
        return self._info


class QueryJob(Job["Vectors"]):
    """One query's vector, float32 ``[dimensions]``, read-only because it is shared through the cache."""

    def __init__(self, text: str, query_type: QueryType) -> None:
        super().__init__(Priority.QUERY)
        self._text = text
        self._query_type: QueryType = query_type

    def step(self, model: EmbeddingModel, sizer: BatchSizer) -> bool:
        """Embed the query."""
        vector = model.embed_query(self._text, self._query_type)
        self._vector = checked(vector, (model.info.dimensions,), model.info)
        self._vector.setflags(write=False)
        return True

    def result(self) -> Vectors:
        """Return what was embedded."""
        return self._vector


class DocumentsJob(Job["Vectors"]):
    """The vectors of many texts, float32 ``[len(texts), dimensions]``, in batches of similar length."""

    def __init__(self, texts: Sequence[str], priority: Priority) -> None:
        super().__init__(priority)
        self._texts = tuple(texts)
        # Longest first: batches waste little on padding, and a batch too large for the memory shows at once.
        self._order = sorted(range(len(self._texts)), key=lambda i: len(self._texts[i]), reverse=True)
        self._done = 0
        self._vectors: Vectors | None = None

    def step(self, model: EmbeddingModel, sizer: BatchSizer) -> bool:
        """Embed the next batch."""
        import numpy as np

        dimensions = model.info.dimensions
        if self._vectors is None:
            self._vectors = np.empty((len(self._texts), dimensions), np.float32)
        longest = model.info.max_tokens * 4  # a token of code is some four characters
        rows = sizer.batch(self._texts, self._order, self._done, longest)
        if rows:
            batch = [self._texts[row] for row in rows]
            started = time.perf_counter()
            vectors = model.embed_documents(batch)
            elapsed = time.perf_counter() - started
            self._vectors[list(rows)] = checked(vectors, (len(rows), dimensions), model.info)
            sizer.learn(sum(min(len(text), longest) + _TEXT_OVERHEAD for text in batch), elapsed)
            self._done += len(rows)
        return self._done == len(self._order)

    def result(self) -> Vectors:
        """Return what was embedded."""
        assert self._vectors is not None, "asked for before the last step"
        return self._vectors


AnyJob = Job[Any]


def checked(vectors: Vectors, shape: tuple[int, ...], info: ModelInfo) -> Vectors:
    """Return ``vectors``, or raise ModelError where they are not what the model promised; an index would keep them."""
    import numpy as np

    if vectors.shape != shape or vectors.dtype != np.float32:
        found = f"{vectors.dtype} {list(vectors.shape)}"
        raise ModelError(f"{info.name} gave {found} where float32 {list(shape)} was due; use another model")
    if not np.isfinite(vectors).all():
        raise ModelError(f"{info.name} gave vectors that are not numbers; try models.device = cpu or another model")
    return vectors
