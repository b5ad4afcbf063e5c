"""Reads and chunks files in worker processes, and the texts of open documents.

Nothing is parsed in the server itself: a grammar is C, and on some text one crashes, or runs for ever with the
interpreter's lock in its hand, so that the server could not even notice that its editor is gone.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from queue import Empty, Full, Queue
from typing import TypeVar

from dowse.chunking.chunk import Chunk
from dowse.chunking.chunker import chunk_text
from dowse.chunking.prepared_file import MissingFile, Prepared, PreparedFile, prepare
from dowse.chunking.worker_process import WorkerDied, WorkerProcess
from dowse.settings import FileSettings
from dowse.system import SYSTEM
from dowse.throttle import BackgroundThrottle
from dowse.workspace.source import SkippedFile, SkipReason, stamp_of

__all__ = ["ChunkerPool", "MissingFile", "Prepared", "PreparedFile", "prepare"]

T = TypeVar("T")

FILE_SECONDS = 60.0 if SYSTEM.counts_processor_time else 10.0
"""A file that keeps a worker busy for longer is given up, and the worker replaced. What computes too long ends by
:data:`dowse.chunking.worker.PROCESSOR_SECONDS`, where the system counts these; this is for what waits. With ten seconds
a machine that was busy with something else left sound files out: a process of low priority could hardly start."""
URGENT_SECONDS = 4.0
"""The same where somebody waits for it."""
SUDDEN_SECONDS = 1.0
"""A worker that dies sooner crashed, perhaps by no fault of what it was asked: a second one is asked the same."""
DISTRUST_SECONDS = 60.0
"""So long the text of a document that cost a worker its life is cut without parsing: its next state may do it again."""
IDLE_SECONDS = 30.0
"""A worker without work for so long ends; starting one takes a tenth of a second."""
FEW_FILES = 4
SMALL_FILE = 100_000
"""At most so many files, each of at most so many bytes, are what an editor saves: they are not queued behind others."""
WAITING = 32
"""Prepared files that may wait for the caller; workers pause when there are more, so that memory stays bounded."""


class ChunkerPool:
    """Worker processes that start when they are needed and end when they are idle. Safe to use from any thread."""

    def __init__(self, workers: int | None = None, throttle: BackgroundThrottle | None = None) -> None:
        """Take at most ``workers`` processes; by default one for each processor, which they leave to all others.

        ``throttle`` says how many of them may be at work now.
        """
        self._workers = workers or min(8, os.cpu_count() or 2)
        self.throttle = throttle or BackgroundThrottle()
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._one_at_a_time = threading.Lock()
        """Held while the one worker for what is urgent is asked."""
        self._distrusted: dict[str, float] = {}
        """Documents that killed a worker, and until when they are not parsed."""
        self._minder: threading.Thread | None = None
        self._closed = threading.Event()

    def prepare_all(
        self, root: Path, paths: Iterable[str], stop: threading.Event, settings: FileSettings
    ) -> Iterator[Prepared | None]:
        """Yield each path's file as it gets ready, in any order, until ``stop`` is set; None while there is none.

        A file that crashes its worker or takes too long is cut at blank lines, without being parsed; where that fails
        too, it is left out as ``PARSER_FAILED``. The others are not affected. ``paths`` is read as workers become
        free, on other threads.
        """
        root = root.absolute()
        remaining = iter(paths)
        first = list(islice(remaining, FEW_FILES + 1))
        yield None
        if len(first) <= FEW_FILES and all(_size(root, path) <= SMALL_FILE for path in first):
            for path in first:
                if stop.is_set() or self._closed.is_set():
                    return
                with self._one_at_a_time:
                    found = self._prepare(root, path, settings, background=False)
                if self._closed.is_set():
                    return  # what ended with the pool says nothing of the file
                yield found
            return
        yield from _Job(self, root, chain(first, remaining), stop, settings).results(self._workers)

    def prepare_in_worker(self, root: Path, path: str, settings: FileSettings) -> Prepared:
        """Prepare one file of many, when there is a turn for it."""
        with self.throttle.acquire():
            return self._prepare(root, path, settings, background=True)

    def chunk(self, path: str, text: str, language: str | None = None) -> Sequence[Chunk]:
        """Chunk a text for which somebody waits; where no parser survives it, it is cut at blank lines instead."""
        with self._one_at_a_time:
            if self._distrusted.get(path, 0.0) < time.monotonic():
                try:
                    return self._asked(lambda worker: worker.chunk(path, text, language), background=False)
                except OSError:  # no process to be had: better slow and here than not at all
                    return chunk_text(path, text, language)
                except WorkerDied:
                    self._distrusted[path] = time.monotonic() + DISTRUST_SECONDS
        return chunk_text(path, text, language, parse=False)

    def _prepare(self, root: Path, path: str, settings: FileSettings, *, background: bool) -> Prepared:
        for parse in (True, False):
            try:
                return self._asked(partial(_preparing, root, path, settings, parse), background=background)
            except OSError:  # as above
                return prepare(root, path, settings, parse=parse)
            except WorkerDied:
                if self._closed.is_set():
                    break
        return _given_up(root, path)

    def _asked(self, question: Callable[[WorkerProcess], T], *, background: bool) -> T:
        """Ask a worker; a second one where the first dies, which may be no fault of what was asked.

        Raises :class:`WorkerDied` where both do, or the first did not die suddenly, and ``OSError`` where there is no
        process to be had.
        """
        for _ in range(2):
            worker = self._take(background)
            started = time.monotonic()
            try:
                answer = question(worker)
            except WorkerDied:
                self._drop(worker)
                if self._closed.is_set() or time.monotonic() - started > SUDDEN_SECONDS:
                    break
            except BaseException:
                self._drop(worker)  # it may have been asked half a question
                raise
            else:
                self._give_back(worker)
                return answer
        raise WorkerDied

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed.is_set()

    def close(self) -> None:
        """End all workers at once; what they were doing is lost. Running ``prepare_all`` calls end."""
        with self._lock:
            self._closed.set()
            workers, self._all, self._idle = self._all, set(), []
        for worker in workers:
            worker.kill()

    def _take(self, background: bool) -> WorkerProcess:
        with self._lock:
            for worker in reversed(self._idle):
                if worker.background is not background:
                    continue
                self._idle.remove(worker)
                if worker.ended:  # by some other hand, which is no fault of what comes next
                    self._all.discard(worker)
                    worker.kill()
                    continue
                worker.busy_since = time.monotonic()
                return worker
            if self._closed.is_set():
                raise WorkerDied
        worker = WorkerProcess(background=background)
        with self._lock:
            self._all.add(worker)
            if self._closed.is_set():
                worker.kill()
            if self._minder is None:
                self._minder = threading.Thread(target=self._mind, name="dowse-chunkers", daemon=True)
                self._minder.start()
        return worker

    def _give_back(self, worker: WorkerProcess) -> None:
        with self._lock:
            worker.busy_since = None
            worker.idle_since = time.monotonic()
            if worker in self._all:
                self._idle.append(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.kill()

    def _mind(self) -> None:
        """End workers that are stuck or idle; end with the last worker."""
        while not self._closed.wait(0.5):
            now = time.monotonic()
            with self._lock:
                stuck = [w for w in self._all if w.busy_since is not None and now - w.busy_since > _patience(w)]
                idle = [w for w in self._idle if now - w.idle_since > IDLE_SECONDS]
                self._idle = [w for w in self._idle if w not in idle]
                self._all.difference_update(idle)
                if not self._all:
                    self._minder = None
            for worker in (*stuck, *idle):
                worker.kill()  # the thread that waits for a stuck worker sees it die
            if self._minder is not threading.current_thread():
                return


class _Job:
    """One call of ``prepare_all``: threads that feed a worker each, and the queue of what they got."""

    def __init__(
        self, pool: ChunkerPool, root: Path, paths: Iterator[str], stop: threading.Event, settings: FileSettings
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._root = root
        self._paths = paths
        self._paths_lock = threading.Lock()
        self._stop = stop
        self._abandoned = threading.Event()
        self._ready: Queue[Prepared | BaseException | None] = Queue(WAITING)

    def results(self, workers: int) -> Iterator[Prepared | None]:
        threads = [threading.Thread(target=self._feed, name="dowse-chunking", daemon=True) for _ in range(workers)]
        for thread in threads:
            thread.start()
        running = workers
        try:
            while running and not self._over():
                try:
                    found = self._ready.get(timeout=0.1)
                except Empty:
                    yield None
                    continue
                if found is None:
                    running -= 1
                elif isinstance(found, BaseException):
                    raise found
                else:
                    yield found
        finally:
            self._abandoned.set()

    def _over(self) -> bool:
        return self._stop.is_set() or self._pool.closed or self._abandoned.is_set()

    def _feed(self) -> None:
        try:
            while (path := self._next()) is not None:
                self._put(self._pool.prepare_in_worker(self._root, path, self._settings))
            self._put(None)
        except BaseException as error:  # handed to the thread that asked
            self._put(error)

    def _next(self) -> str | None:
        with self._paths_lock:
            return None if self._over() else next(self._paths, None)

    def _put(self, found: Prepared | BaseException | None) -> None:
        while not self._over():
            try:
                self._ready.put(found, timeout=0.1)
            except Full:
                continue
            return


def _preparing(root: Path, path: str, settings: FileSettings, parse: bool, worker: WorkerProcess) -> Prepared:
    return worker.prepare(root, path, settings, parse=parse)


def _patience(worker: WorkerProcess) -> float:
    return FILE_SECONDS if worker.background else URGENT_SECONDS


def _given_up(root: Path, path: str) -> Prepared:
    try:
        stamp = stamp_of((root / path).stat())
    except OSError:
        return MissingFile(path)
    return SkippedFile(path, SkipReason.PARSER_FAILED, stamp)


def _size(root: Path, path: str) -> int:
    try:
        return (root / path).stat().st_size
    except OSError:
        return 0
