"""The one owner of all models: embedding in the background, with queries first."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from dowse.embedding.jobs import (
    REMOTE_BATCH,
    REMOTE_BATCH_SECONDS,
    BatchSizer,
    DocumentsJob,
    InfoJob,
    Job,
    Priority,
    QueryJob,
)
from dowse.embedding.model import ModelInfo, ModelUnavailable, QueryType
from dowse.embedding.model_thread import ModelState, ModelThread
from dowse.embedding.providers import is_remote, open_model
from dowse.settings import ModelSettings

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

T = TypeVar("T")

__all__ = ["EmbeddingWorker", "ModelState"]

IDLE_SECONDS = 600.0
"""A model that nobody used for so long is closed; its next use opens it again."""
_CACHED_QUERIES = 512
_CACHED_SECONDS = 900.0

_QueryKey = tuple[str, QueryType, str]


class EmbeddingWorker:
    """Embeds texts on background threads; every method may be called from any thread.

    For each model queries go first, then :meth:`embed_interactive`, then :meth:`embed_documents`; whatever comes first
    waits for one small batch at most (invariant 2). A remote model has a thread more, so that it waits for none: there
    a batch takes long and uses nothing of this machine. A spec is one of the names that ``models.code`` and
    ``models.prose`` hold. A model is opened when it is first asked for. Every failure reaches the future as
    :class:`~dowse.embedding.model.ModelError`; a model that could not be opened is not tried again until
    :meth:`forget_failure`. ``Future.cancel()`` works until the answer is complete.
    """

    def __init__(
        self,
        settings: ModelSettings,
        *,
        idle_seconds: float = IDLE_SECONDS,
        on_unavailable: Callable[[str, ModelUnavailable], None] = lambda spec, error: None,
    ) -> None:
        """``on_unavailable`` is called, on any thread, when a model that was open is found to be so no more."""
        self._settings = settings
        self._idle_seconds = idle_seconds
        self._on_unavailable = on_unavailable
        self._lock = threading.Lock()
        self._threads: dict[tuple[str, bool], ModelThread] = {}
        """By spec and whether it is the thread of what somebody waits for, which remote models alone have."""
        self._stopped = False
        self._queries = _QueryCache()

    def info(self, spec: str) -> Future[ModelInfo]:
        """Return what the model's vectors depend on, opening it if need be."""
        return self._submit(spec, InfoJob())

    def embed_query(self, spec: str, text: str, query_type: QueryType = "general") -> Future[Vectors]:
        """Return the query's vector, float32 ``[dimensions]``, read-only; the last ones are remembered."""
        key = (spec, query_type, text)
        if (known := self._queries.get(key)) is not None:
            done: Future[Vectors] = Future()
            done.set_result(known)
            return done
        future = self._submit(spec, QueryJob(text, query_type))
        future.add_done_callback(lambda done: self._remember(key, done))
        return future

    def embed_interactive(self, spec: str, texts: Sequence[str]) -> Future[Vectors]:
        """Like :meth:`embed_documents` for what a user waits for: an edited buffer, a selection."""
        return self._submit(spec, DocumentsJob(texts, Priority.INTERACTIVE))

    def embed_documents(self, spec: str, texts: Sequence[str]) -> Future[Vectors]:
        """Return the documents' vectors, float32 ``[len(texts), dimensions]``, when nothing more urgent is left."""
        return self._submit(spec, DocumentsJob(texts, Priority.BACKGROUND))

    def states(self) -> dict[str, ModelState]:
        """Return how each model is that was asked for so far, by spec; never waits."""
        with self._lock:
            threads = dict(self._threads)
        states: dict[str, ModelState] = {}
        for (spec, _), thread in threads.items():
            state, other = thread.state(), states.get(spec)
            if other is None or state.health == "failed" or (other.health == "loading" and state.health == "ready"):
                states[spec] = state
        return states

    def forget_failure(self, spec: str) -> None:
        """Let the next request for a failed model try to open it again. Nothing happens to one that has not failed."""
        with self._lock:
            threads = [thread for (of_spec, _), thread in self._threads.items() if of_spec == spec]
        failed = [thread for thread in threads if thread.forget_failure()]
        if failed:
            self._queries.forget(spec)
            for thread in threads:  # what one thread met concerns the other as well
                thread.reopen()

    def stop(self, timeout: float) -> bool:
        """Cancel all that is pending and end the threads, waiting at most ``timeout`` seconds. Safe to call twice.

        Requests after this are cancelled at once. False means that a thread is still inside a model, loading it or in
        a batch. The process should then end with ``os._exit``: before Python 3.14 an interpreter that is finalised
        under a thread in torch's C++ code aborts.
        """
        deadline = time.monotonic() + timeout
        with self._lock:
            self._stopped = True
            threads = list(self._threads.values())
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _submit(self, spec: str, job: Job[T]) -> Future[T]:
        remote = is_remote(spec)
        key = (spec, remote and job.priority is not Priority.BACKGROUND)
        with self._lock:
            thread = self._threads.get(key)
            if thread is None and not self._stopped:
                sizer = BatchSizer(REMOTE_BATCH_SECONDS, REMOTE_BATCH) if remote else BatchSizer()
                thread = ModelThread(spec, lambda: open_model(spec, self._settings), self._idle_seconds, sizer)
                self._threads[key] = thread
        job.future.add_done_callback(lambda done: self._look_at_failure(spec, done))
        if thread is None:
            job.cancel()
        else:
            thread.submit(job)
        return job.future

    def _look_at_failure(self, spec: str, done: Future[T]) -> None:
        if not done.cancelled() and isinstance(error := done.exception(), ModelUnavailable):
            self._on_unavailable(spec, error)

    def _remember(self, key: _QueryKey, done: Future[Vectors]) -> None:
        if not done.cancelled() and done.exception() is None:
            self._queries.put(key, done.result())


class _QueryCache:
    """The vectors of the last queries, for a while: typing on and going back asks the same again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vectors: OrderedDict[_QueryKey, tuple[float, Vectors]] = OrderedDict()

    def get(self, key: _QueryKey) -> Vectors | None:
        with self._lock:
            until, vector = self._vectors.get(key, (0.0, None))
            if vector is None or until < time.monotonic():
                return None
            self._vectors.move_to_end(key)
            return vector

    def put(self, key: _QueryKey, vector: Vectors) -> None:
        with self._lock:
            self._vectors[key] = (time.monotonic() + _CACHED_SECONDS, vector)
            self._vectors.move_to_end(key)
            if len(self._vectors) > _CACHED_QUERIES:
                self._vectors.popitem(last=False)

    def forget(self, spec: str) -> None:
        with self._lock:
            for key in [key for key in self._vectors if key[0] == spec]:
                del self._vectors[key]
