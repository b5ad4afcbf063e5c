"""Questions to the engine, on threads of their own, each with a way to stop it."""

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from dowse.lsp.jsonrpc import SERVER_CANCELLED, Failure

T = TypeVar("T")

_THREADS = 4


@dataclass(eq=False, slots=True)
class _Running:
    task: "asyncio.Task[Any]"
    cancel: Event = field(default_factory=Event)
    superseded: bool = False


class Searches:
    """Runs blocking questions. Not on the loop's default executor, for which a stopping loop waits."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, "dowse-search")
        self._lookups = ThreadPoolExecutor(1, "dowse-lookup")
        self._running: set[_Running] = set()
        self._latest: dict[Hashable, _Running] = {}

    async def run(self, work: Callable[[Event], T], *, box: Hashable = None) -> T:
        """Return ``work(cancel)``; ``cancel`` is set when the request is cancelled.

        Of the questions of one ``box`` (None: each its own) only the newest is answered: it cancels the one before,
        which whoever types in that box no longer waits for.
        """
        task = asyncio.current_task()
        assert task is not None
        running = _Running(task)
        if box is not None:
            if (previous := self._latest.get(box)) is not None:
                previous.superseded = True
                previous.task.cancel()
            self._latest[box] = running
        self._running.add(running)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, running.cancel)
        except asyncio.CancelledError:
            running.cancel.set()
            if running.superseded:
                task.uncancel()
                raise Failure(SERVER_CANCELLED, "a newer search has taken its place") from None
            raise
        finally:
            self._running.discard(running)
            if self._latest.get(box) is running:
                del self._latest[box]

    async def look_up(self, work: Callable[[], T]) -> T:
        """Return ``work()``, which takes next to no time; never queued behind a search."""
        return await asyncio.get_running_loop().run_in_executor(self._lookups, work)

    def stop(self) -> None:
        """Tell all work to end; does not wait for it."""
        for running in self._running:
            running.cancel.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._lookups.shutdown(wait=False, cancel_futures=True)
