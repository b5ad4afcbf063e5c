"""The thread that owns one model: it opens it, uses it, and gives its memory back when nobody asks."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from dowse.embedding.jobs import AnyJob, BatchSizer, Priority
from dowse.embedding.model import EmbeddingModel, Interruptible, ModelError, ModelInfo, ModelUnavailable, Shareable

_log = logging.getLogger(__name__)


class _Signal(Enum):
    """What a thread is told when there is no job."""

    IDLE = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class ModelState:
    """How a model is. A model that was closed while idle is ``ready``: the next use opens it again."""

    health: Literal["loading", "ready", "failed"]
    message: str = ""
    """Why it failed and what to do; empty otherwise."""
    device: str = ""
    """Where it runs; empty before it was first opened."""
    dimensions: int = 0
    """0 before it was first opened."""


class ModelThread:
    """A model, the queue of its work, and the one thread that touches it; of a shareable model, queries excepted.

    Each model has a thread of its own, so that a query to one neither waits while another is loaded nor behind
    another's batches. The thread is a daemon: a load that hangs cannot keep the process alive.
    """

    def __init__(
        self, spec: str, open_model: Callable[[], EmbeddingModel], idle_seconds: float, sizer: BatchSizer
    ) -> None:
        self._spec = spec
        self._open_model = open_model
        self._idle_seconds = idle_seconds
        self._sizer = sizer
        self._changed = threading.Condition()
        # The following belong to whoever holds the condition.
        self._queues: dict[Priority, deque[AnyJob]] = {priority: deque() for priority in Priority}
        self._info: ModelInfo | None = None
        self._device = ""
        self._failure: ModelError | None = None
        self._interruptible: Interruptible | None = None
        self._shared: EmbeddingModel | None = None
        self._outdated = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"dowse-embedding {spec}", daemon=True)
        self._thread.start()

    def submit(self, job: AnyJob) -> None:
        """Queue ``job``; it is cancelled at once where the thread has stopped, and fails at once where the model has.

        A query to a model that can be shared is answered on the caller's thread.
        """
        with self._changed:
            stopping, failure = self._stopping, self._failure
            shared = self._shared if job.priority is Priority.QUERY and not self._outdated else None
            if not stopping and failure is None and shared is None:
                self._queues[job.priority].append(job)
                self._changed.notify()
                return
        # Outside the lock: the future calls back whoever waits for it.
        if stopping:
            job.cancel()
        elif failure is not None:
            job.fail(_told_again(failure))
        elif shared is not None:
            self._answer(job, shared)

    def state(self) -> ModelState:
        """Return how the model is now."""
        with self._changed:
            if self._failure is not None:
                return ModelState("failed", message=str(self._failure))
            if self._info is None:
                return ModelState("loading")
            return ModelState("ready", device=self._device, dimensions=self._info.dimensions)

    def forget_failure(self) -> bool:
        """Let the next request try to open the model again; False where it had not failed."""
        with self._changed:
            failed, self._failure = self._failure is not None, None
        if failed:
            self.reopen()
        return failed

    def reopen(self) -> None:
        """Open the model anew before its next use."""
        with self._changed:
            self._info = None
            self._outdated = True

    def stop(self) -> None:
        """Cancel what is queued or under way; the thread ends after the step it is in, cut short if it can be."""
        with self._changed:
            self._stopping = True
            jobs = self._take_all()
            if self._interruptible is not None:
                self._interruptible.interrupt()
            self._changed.notify()
        for job in jobs:
            job.cancel()

    def join(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds until the thread has ended."""
        self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Whether the thread has not ended yet."""
        return self._thread.is_alive()

    def _run(self) -> None:
        model: EmbeddingModel | None = None
        while (job := self._next(model_open=model is not None)) is not _Signal.STOP:
            if job is _Signal.IDLE:
                self._close(model)
                model = None
                continue
            if self._is_outdated():
                self._close(model)
                model = None
            if model is None and (model := self._open()) is None:
                continue
            try:
                complete = job.step(model, self._sizer)
            # Also what is no Exception: tokenizers' panics are not. The thread lives on, the request fails.
            except BaseException as error:
                failure = self._failure_of(error)
                if isinstance(failure, ModelUnavailable):  # all that is queued would fail as well, one by one
                    self._close(model)
                    model = None
                    self._fail(failure)
                elif self._take(job):
                    job.fail(failure)
                continue
            if complete and self._take(job):
                job.complete()
        self._close(model)

    def _answer(self, job: AnyJob, model: EmbeddingModel) -> None:
        """Do a whole job on the caller's thread."""
        try:
            while not job.step(model, self._sizer):
                pass
        except Exception as error:  # Ctrl-C, which arrives on this thread, is not the model's
            job.fail(self._failure_of(error))
        else:
            job.complete()

    def _failure_of(self, error: BaseException) -> ModelError:
        return error if isinstance(error, ModelError) else ModelError(f"{self._spec} {_crash(error)}")

    def _is_outdated(self) -> bool:
        with self._changed:
            outdated, self._outdated = self._outdated, False
            return outdated

    def _next(self, *, model_open: bool) -> AnyJob | _Signal:
        """Wait for work and return the most urgent job, which stays in its queue until it is complete."""
        idle_at = time.monotonic() + self._idle_seconds
        while True:
            with self._changed:
                task = self._most_urgent()
                if task is None:
                    left = idle_at - time.monotonic() if model_open else None
                    if left is not None and left <= 0:
                        return _Signal.IDLE
                    self._changed.wait(left)
                    continue
            if isinstance(task, _Signal) or not task.future.cancelled():
                return task
            if self._take(task):
                task.cancel()  # tells those who wait for it in a group

    def _most_urgent(self) -> AnyJob | _Signal | None:
        if self._stopping:
            return _Signal.STOP
        return next((queue[0] for queue in self._queues.values() if queue), None)

    def _take(self, job: AnyJob) -> bool:
        """Remove ``job`` from its queue; False where :meth:`stop` did so before and has answered it."""
        with self._changed:
            queue = self._queues[job.priority]
            if queue and queue[0] is job:
                queue.popleft()
                return True
            return False

    def _take_all(self) -> list[AnyJob]:
        jobs = [job for queue in self._queues.values() for job in queue]
        for queue in self._queues.values():
            queue.clear()
        return jobs

    def _open(self) -> EmbeddingModel | None:
        """Open the model; where that fails, remember why and fail everything that is queued."""
        model: EmbeddingModel | None = None
        try:
            model = self._open_model()
            if isinstance(model, Interruptible):
                self._let_interrupt(model)
            info, device = model.info, model.device
        except BaseException as error:
            self._close(model)
            self._fail(self._failure_of(error))
            return None
        with self._changed:
            known = self._info
            if known is None or known.fingerprint == info.fingerprint:
                self._info, self._device = info, device
                self._shared = model if isinstance(model, Shareable) else None
                return model
        # Vectors of different models never meet (invariant 5), and requests under way believe in the old one.
        self._close(model)
        self._fail(ModelError(f"{self._spec} was replaced on disk while in use; restart the server to use the new one"))
        return None

    def _let_interrupt(self, model: Interruptible) -> None:
        with self._changed:
            self._interruptible = model
            if self._stopping:
                model.interrupt()

    def _fail(self, failure: ModelError) -> None:
        with self._changed:
            self._failure = failure
            jobs = self._take_all()
        for job in jobs:
            job.fail(_told_again(failure))

    def _close(self, model: EmbeddingModel | None) -> None:
        with self._changed:
            self._interruptible = self._shared = None
        if model is None:
            return
        try:
            model.close()
        except BaseException as error:
            _log.warning("Closing %s %s", self._spec, _crash(error))


def _told_again(failure: ModelError) -> ModelError:
    """Return the failure anew: one that is raised in several places would collect the frames of all."""
    return type(failure)(str(failure))


def _crash(error: BaseException) -> str:
    """Describe a crash inside a model.

    Messages of kinds of errors that may quote the text being embedded are left out: it must not reach a log.
    """
    first_line = next(iter(str(error).splitlines()), "")[:300]
    told = first_line if isinstance(error, RuntimeError | OSError | ImportError | MemoryError) else ""
    return f"failed: {type(error).__name__}" + (f": {told}" if told else "")
