"""Two threads that compare vectors while a search's own thread looks words up: both mostly release the GIL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import TypeVar

T = TypeVar("T")


class HelperThreads:
    """Runs calls as long as one of its threads is idle; nothing waits in a queue. May be used from any thread."""

    def __init__(self, count: int, name: str) -> None:
        self._idle = Semaphore(count)
        self._executor = ThreadPoolExecutor(count, name)

    def begin(self, call: Callable[[], T]) -> Callable[[], T]:
        """Return what gives the call's result. It runs at once if a thread is idle, else when its result is needed."""
        if not self._idle.acquire(blocking=False):
            return call
        return self._executor.submit(self._run, call).result

    def _run(self, call: Callable[[], T]) -> T:
        try:
            return call()
        finally:
            self._idle.release()


HELPERS = HelperThreads(2, "dowse-nearest")
"""Shared by all searches. A thread of each search's own took 1 ms of the 7 that a search takes."""
