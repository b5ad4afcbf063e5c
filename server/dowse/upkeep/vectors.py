"""The texts that wait for their vectors, and the one thread that has them embedded and stores the result."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from threading import Condition, Thread
from typing import TYPE_CHECKING

from dowse.embedding.model import ModelError

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.folder import FolderIndex
    from dowse.index.records import MissingVector

log = logging.getLogger(__name__)

BATCH = 128
"""Texts stored in one transaction: what a kill loses at most, some seconds of a transformer's work on a CPU."""

CAPACITY = 64_000_000
"""Characters of text held in memory; texts that do not fit are read again from their files later."""


class VectorBacklog:
    """Feeds the embedding worker from a bounded queue and stores the vectors; maintains the indexes while idle."""

    def __init__(
        self,
        worker: EmbeddingWorker,
        *,
        on_progress: Callable[[], None],
        on_failure: Callable[[str, str], None],
    ) -> None:
        """``on_failure`` takes a model's spec and what went wrong, once for each failing model."""
        self._worker = worker
        self._on_progress = on_progress
        self._on_failure = on_failure
        self._condition = Condition()
        self._queue: deque[tuple[FolderIndex, MissingVector]] = deque()
        self._characters = 0
        self._in_progress: Future[Vectors] | None = None
        self._embedding = 0
        self._busy = False
        self._failed: set[str] = set()
        self._to_maintain: list[FolderIndex] = []
        self._resting = False
        self._stopping = False
        self._thread = Thread(target=self._run, name="dowse-vectors", daemon=True)
        self._thread.start()

    def add(self, index: FolderIndex, missing: Sequence[MissingVector]) -> bool:
        """Queue texts; False when some did not fit, so that the caller asks for them again later."""
        with self._condition:
            for count, each in enumerate(missing):
                if self._characters + len(each.text) > CAPACITY and self._queue:
                    log.info("the vector queue is full: %d texts wait in their files", len(missing) - count)
                    return False
                self._queue.append((index, each))
                self._characters += len(each.text)
            self._note_for_maintenance(index)
            self._condition.notify_all()
        return True

    def maintain(self, index: FolderIndex) -> None:
        """Give an index the background work that it asks for, when nothing waits to be embedded."""
        with self._condition:
            self._note_for_maintenance(index)
            self._condition.notify_all()

    def rest(self, resting: bool) -> None:
        """Embed and maintain nothing while ``resting``; a batch under way is finished."""
        with self._condition:
            self._resting = resting
            self._condition.notify_all()

    def forget(self, index: FolderIndex) -> None:
        """Drop what waits for an index that is about to be closed, and wait until none of its work is under way."""
        with self._condition:
            self._queue = deque(entry for entry in self._queue if entry[0] is not index)
            self._characters = sum(len(missing.text) for _, missing in self._queue)
            self._to_maintain = [each for each in self._to_maintain if each is not index]
            self._condition.wait_for(lambda: not self._busy or self._stopping, timeout=5)

    @property
    def waiting(self) -> int:
        """Texts that are queued or being embedded."""
        with self._condition:
            return len(self._queue) + self._embedding

    def failed(self, spec: str) -> bool:
        """Whether a model has failed; its texts are not asked for again until the settings change."""
        with self._condition:
            return spec in self._failed

    def fail(self, spec: str, message: str) -> None:
        """Note that a model cannot be used, and tell of it once."""
        with self._condition:
            known = spec in self._failed
            self._failed.add(spec)
        if not known:
            self._on_failure(spec, message)

    def stop(self, timeout: float) -> None:
        """End the thread; what waits is found again at the next start."""
        with self._condition:
            self._stopping = True
            if self._in_progress is not None:
                self._in_progress.cancel()
            self._condition.notify_all()
        self._thread.join(timeout)

    def _note_for_maintenance(self, index: FolderIndex) -> None:
        if index not in self._to_maintain:
            self._to_maintain.append(index)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._stopping or (self._has_work() and not self._resting))
                if self._stopping:
                    return
                batch = self._take()
                index = batch[0][0] if batch else self._to_maintain[0]
                self._embedding, self._busy = len(batch), True
            try:
                if batch:
                    self._embed(index, [missing for _, missing in batch])
                elif not index.maintain():
                    with self._condition:
                        self._to_maintain = [each for each in self._to_maintain if each is not index]
            except Exception:  # one index's trouble must not end the thread that serves all
                log.exception("background work on the index of %s failed", index.root)
                with self._condition:
                    self._to_maintain = [each for each in self._to_maintain if each is not index]
            finally:
                with self._condition:
                    self._embedding, self._busy = 0, False
                    self._condition.notify_all()
                self._on_progress()

    def _has_work(self) -> bool:
        return bool(self._queue or self._to_maintain)

    def _take(self) -> list[tuple[FolderIndex, MissingVector]]:
        """Take the next texts that belong to one space of one index."""
        batch: list[tuple[FolderIndex, MissingVector]] = []
        while self._queue and len(batch) < BATCH:
            index, missing = self._queue[0]
            if batch and (index is not batch[0][0] or missing.space is not batch[0][1].space):
                break
            batch.append(self._queue.popleft())
            self._characters -= len(missing.text)
        return batch

    def _embed(self, index: FolderIndex, batch: list[MissingVector]) -> None:
        space = batch[0].space
        target = index.building(space) or index.serving(space)
        if target is None or self.failed(target[0]):
            return
        spec, info = target
        future = self._worker.embed_documents(spec, [missing.text for missing in batch])
        with self._condition:
            self._in_progress = future
            if self._stopping:
                future.cancel()
        try:
            vectors = future.result()
        except CancelledError:
            return
        except ModelError as error:
            self.fail(spec, str(error))
            return
        finally:
            with self._condition:
                self._in_progress = None
        index.add_vectors(space, info.fingerprint, [missing.digest for missing in batch], vectors)
