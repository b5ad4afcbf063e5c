"""The texts that wait for their vectors, and the one thread that has them embedded and stores the result."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import nullcontext
from threading import Condition, Thread
from typing import TYPE_CHECKING

from dowse.embedding.model import ModelError
from dowse.embedding.opening import is_remote
from dowse.index.errors import IndexUnavailable

if TYPE_CHECKING:
    from dowse.courtesy import Courtesy
    from dowse.embedding.model import Vectors
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.folder import FolderIndex
    from dowse.index.records import MissingVector

log = logging.getLogger(__name__)

BATCH = 128
"""Texts stored in one transaction: what a kill loses at most, some seconds of a transformer's work on a CPU."""

SMALL_BATCH = 16
"""The same where other work waits for its turn: half a second of a transformer's work on one processor."""

CAPACITY = 64_000_000
"""Characters of text held in memory; texts that do not fit are read again from their files later."""


class VectorBacklog:
    """Feeds the embedding worker from a bounded queue and stores the vectors; maintains the indexes while idle."""

    def __init__(
        self,
        thread: str,
        worker: EmbeddingWorker,
        courtesy: Courtesy,
        *,
        usable: Callable[[str, str], bool],
        resting: Callable[[], bool],
        on_stored: Callable[[FolderIndex], None],
        on_progress: Callable[[], None],
        on_failure: Callable[[str, ModelError], None],
    ) -> None:
        """``usable`` says of a model's spec and fingerprint whether it may be asked now.

        While ``resting`` nothing is embedded or maintained; a batch under way is finished.
        ``on_stored`` takes an index that has got vectors, ``on_failure`` a model's spec and what went wrong with it.
        """
        self._worker = worker
        self._courtesy = courtesy
        self._usable = usable
        self._resting = resting
        self._on_stored = on_stored
        self._on_progress = on_progress
        self._on_failure = on_failure
        self._condition = Condition()
        self._queue: deque[tuple[FolderIndex, MissingVector]] = deque()
        self._characters = 0
        self._in_progress: Future[Vectors] | None = None
        self._embedding = 0
        self._busy = False
        self._to_maintain: list[FolderIndex] = []
        self._stopping = False
        self._thread = Thread(target=self._run, name=thread, daemon=True)
        self._thread.start()

    def add(self, index: FolderIndex, missing: Sequence[MissingVector]) -> bool:
        """Queue texts; False when some did not fit, so that the caller asks for them again later."""
        with self._condition:
            self._condition.notify_all()  # who waits goes on when this is done, whether all fits or not
            for count, each in enumerate(missing):
                if self._characters + len(each.text) > CAPACITY and self._queue:
                    log.info("the vector queue is full: %d texts wait in their files", len(missing) - count)
                    return False
                self._queue.append((index, each))
                self._characters += len(each.text)
        return True

    def maintain(self, index: FolderIndex) -> None:
        """Give an index the background work that it asks for, when nothing waits to be embedded."""
        with self._condition:
            if index not in self._to_maintain:
                self._to_maintain.append(index)
            self._condition.notify_all()

    def wake(self) -> None:
        """Go on, if the rest has ended."""
        with self._condition:
            self._condition.notify_all()

    def forget(self, index: FolderIndex) -> None:
        """Drop what waits for an index that is about to be closed, and wait until none of its work is under way."""
        self._drop(index)
        with self._condition:
            self._condition.wait_for(lambda: not self._busy or self._stopping, timeout=5)

    @property
    def waiting(self) -> int:
        """Texts that are queued or being embedded."""
        with self._condition:
            return len(self._queue) + self._embedding

    def stop(self, timeout: float) -> None:
        """End the thread; what waits is found again at the next start."""
        with self._condition:
            self._stopping = True
            if self._in_progress is not None:
                self._in_progress.cancel()
            self._condition.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._stopping or (self._has_work() and not self._resting()))
                if self._stopping:
                    return
                batch = self._take()
                index = batch[0][0] if batch else self._to_maintain[0]
                self._embedding, self._busy = len(batch), True
            try:
                if batch:
                    self._embed(index, [missing for _, missing in batch])
                else:
                    self._maintain(index)
            except IndexUnavailable as error:
                log.warning("vectors of %s are not stored: %s", index.root, error)
                self._drop(index)  # whoever keeps the index learns of it there, and asks again for what is missing
            except Exception:  # one index's trouble must not end the thread that serves all
                log.exception("background work on the index of %s failed", index.root)
                with self._condition:
                    self._to_maintain = [each for each in self._to_maintain if each is not index]
            finally:
                with self._condition:
                    self._embedding, self._busy = 0, False
                    self._condition.notify_all()
                self._on_progress()

    def _drop(self, index: FolderIndex) -> None:
        """Forget what waits for an index."""
        with self._condition:
            self._queue = deque(entry for entry in self._queue if entry[0] is not index)
            self._characters = sum(len(missing.text) for _, missing in self._queue)
            self._to_maintain = [each for each in self._to_maintain if each is not index]

    def _has_work(self) -> bool:
        return bool(self._queue or self._to_maintain)

    def _take(self) -> list[tuple[FolderIndex, MissingVector]]:
        """Take the next texts that belong to one model of one space of one index."""
        batch: list[tuple[FolderIndex, MissingVector]] = []
        most = SMALL_BATCH if self._courtesy.limited else BATCH
        while self._queue and len(batch) < most:
            index, missing = self._queue[0]
            before = batch[0] if batch else (index, missing)
            if before[0] is not index or (before[1].space, before[1].model) != (missing.space, missing.model):
                break
            batch.append(self._queue.popleft())
            self._characters -= len(missing.text)
        return batch

    def _maintain(self, index: FolderIndex) -> None:
        with self._courtesy.turn():
            more = index.maintain()
        if not more:
            with self._condition:
                self._to_maintain = [each for each in self._to_maintain if each is not index]

    def _embed(self, index: FolderIndex, batch: list[MissingVector]) -> None:
        space, fingerprint = batch[0].space, batch[0].model
        models = filter(None, (index.serving(space), index.building(space)))
        spec = next((spec for spec, info in models if info.fingerprint == fingerprint), None)
        if spec is None or fingerprint is None or not self._usable(spec, fingerprint):
            return
        with nullcontext() if is_remote(spec) else self._courtesy.turn():  # an endpoint uses nothing of this machine
            vectors = self._vectors_of(spec, [missing.text for missing in batch])
            if vectors is not None:
                index.add_vectors(fingerprint, [missing.digest for missing in batch], vectors)
        if vectors is not None:
            self._on_stored(index)

    def _vectors_of(self, spec: str, texts: list[str]) -> Vectors | None:
        """Have texts embedded; None where the model fails or the thread is to end."""
        future = self._worker.embed_documents(spec, texts)
        with self._condition:
            self._in_progress = future
            if self._stopping:
                future.cancel()
        try:
            return future.result()
        except CancelledError:
            return None
        except ModelError as error:
            self._on_failure(spec, error)
            return None
        finally:
            with self._condition:
                self._in_progress = None
