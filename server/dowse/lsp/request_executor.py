"""The threads that answer requests."""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from threading import Event
from typing import Any, TypeVar

from dowse.lsp.jsonrpc import SERVER_CANCELLED, Failure

T = TypeVar("T")


class Schedule(Enum):
    """Which threads answer a request, so that slow ones never hold up those that somebody waits for."""

    IN_MEMORY = "in memory"
    """Answers at once from memory or not at all: hovers, lenses."""
    LATENCY_SENSITIVE = "latency-sensitive"
    """Somebody waits while typing: searches, symbols."""
    WORKER = "worker"
    """Somebody waits: similar code, notes, results documents."""
    LONG = "long"
    """May take a minute, or comes unasked for every open document: duplicates, diagnostics."""


_THREADS: Mapping[Schedule, tuple[str, int]] = {
    Schedule.IN_MEMORY: ("dowse-lookup", 1),
    Schedule.LATENCY_SENSITIVE: ("dowse-search", 4),
    Schedule.WORKER: ("dowse-worker", 2),
    Schedule.LONG: ("dowse-report", 2),
}
"""The name and the number of the threads of each schedule."""


@dataclass(eq=False, slots=True)
class _Running:
    task: "asyncio.Task[Any]"
    cancel: Event = field(default_factory=Event)
    superseded: bool = False


class RequestExecutor:
    """Runs blocking work on the threads of its schedule. Belongs to the event loop.

    The loop's default executor is not used: a loop that stops waits for it. Work that waits for a thread waits on the
    event loop, so that cancelled work leaves no place in a queue.
    """

    def __init__(self) -> None:
        self._pools = {schedule: ThreadPoolExecutor(threads, name) for schedule, (name, threads) in _THREADS.items()}
        self._free = {schedule: asyncio.Semaphore(threads) for schedule, (_, threads) in _THREADS.items()}
        self._loop = asyncio.get_running_loop()
        self._running: set[_Running] = set()
        self._latest: dict[Hashable, _Running] = {}

    async def run(self, schedule: Schedule, work: Callable[[Event], T], *, supersede_key: Hashable = None) -> T:
        """Return ``work(cancel)``; ``cancel`` is set when the request is cancelled.

        Work with a ``supersede_key`` cancels the work with the same key that still runs or waits.
        """
        task = asyncio.current_task()
        assert task is not None
        running = _Running(task)
        if supersede_key is not None:
            if (previous := self._latest.get(supersede_key)) is not None:
                previous.superseded = True
                previous.task.cancel()
            self._latest[supersede_key] = running
        self._running.add(running)
        try:
            return await self._run(schedule, work, running.cancel)
        except asyncio.CancelledError:
            running.cancel.set()
            if running.superseded:
                task.uncancel()
                raise Failure(SERVER_CANCELLED, "a newer search has taken its place") from None
            raise
        finally:
            self._running.discard(running)
            if self._latest.get(supersede_key) is running:
                del self._latest[supersede_key]

    async def _run(self, schedule: Schedule, work: Callable[[Event], T], cancel: Event) -> T:
        free = self._free[schedule]
        await free.acquire()
        try:
            future = self._pools[schedule].submit(work, cancel)
        except RuntimeError:  # the executor has been stopped
            free.release()
            raise asyncio.CancelledError from None
        # The thread is free when the work has ended, which may be long after it was cancelled.
        future.add_done_callback(lambda _: self._release(free))
        return await asyncio.wrap_future(future)

    def stop(self) -> None:
        """Tell all work to end; does not wait for it."""
        for running in self._running:
            running.cancel.set()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _release(self, free: asyncio.Semaphore) -> None:
        try:
            self._loop.call_soon_threadsafe(free.release)
        except RuntimeError:  # the loop has closed: nobody waits any more
            return
