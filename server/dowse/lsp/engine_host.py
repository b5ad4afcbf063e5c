"""The engine as the event loop sees it: from before it exists, and without ever waiting for it."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure, describe_fault
from dowse.lsp.tuning import Tuning
from dowse.settings import Settings

if TYPE_CHECKING:
    from dowse.engine import Engine, EngineStatus, Message

log = logging.getLogger(__name__)

Change = Callable[["Engine"], Any]


class MakeEngine(Protocol):
    """Makes the engine; :class:`~dowse.engine.Engine` with its cache folder bound is the one in use."""

    def __call__(  # noqa: D102 - see the class
        self,
        settings: Settings,
        *,
        on_status: "Callable[[EngineStatus], None]",
        on_message: "Callable[[Message], None]",
        on_project_file: Callable[[], None],
    ) -> "Engine": ...


class EngineHost:
    """Makes the engine, and then every change, in the order of the messages, on a thread of its own.

    So a slow disk never stops the event loop, and edits that arrive before the engine is there are kept. Questions
    are asked on other threads, after :meth:`current` has seen all earlier changes through. All methods belong to the
    event loop. ``on_overflow`` is called when more changes wait than ``tuning`` allows: the session cannot go on, since
    a change that is left out would make all later answers wrong.
    """

    def __init__(self, tuning: Tuning, on_overflow: Callable[[], None]) -> None:
        self._tuning = tuning
        self._on_overflow = on_overflow
        self._loop = asyncio.get_running_loop()
        self._changes: queue.SimpleQueue[tuple[Change, int] | None] = queue.SimpleQueue()
        self._posted = self._posted_bytes = 0
        """By the event loop."""
        self._handled = self._handled_bytes = 0
        """By the engine's thread; what was posted has been taken in when the counts are equal."""
        self._engine: Engine | None = None
        self._started: asyncio.Future[Engine] = self._loop.create_future()
        self._failed = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._on_failure: Callable[[str], None] = lambda text: None

    @property
    def started(self) -> bool:
        """Whether :meth:`start` has been called."""
        return self._thread is not None

    def start(self, make: "Callable[[], Engine]", folders: Sequence[Path], on_failure: Callable[[str], None]) -> None:
        """Make and start the engine; ``on_failure`` is told on the event loop why it cannot be."""
        self._on_failure = on_failure
        self._thread = threading.Thread(target=self._run, args=(make, folders), name="dowse-engine", daemon=True)
        self._thread.start()

    def post(self, change: Change, size: int = 0) -> None:
        """Make ``change`` with the engine, after all changes that were posted before; ``size`` is what it holds."""
        if self._failed or self._stopping.is_set():
            return
        waiting = self._posted - self._handled
        waiting_bytes = self._posted_bytes - self._handled_bytes
        if waiting and (
            waiting >= self._tuning.waiting_changes or waiting_bytes + size > self._tuning.waiting_change_bytes
        ):
            self._on_overflow()
            return
        self._posted += 1
        self._posted_bytes += size
        self._changes.put((change, size))

    async def current(self) -> "Engine":
        """Return the engine when everything that was posted before has reached it.

        :class:`Failure` where there is none, or where that takes longer than ``tuning.changes_patience``.
        """
        engine = await asyncio.shield(self._started)
        if self._handled == self._posted:
            return engine
        reached: asyncio.Future[None] = self._loop.create_future()
        self.post(lambda _: self._loop.call_soon_threadsafe(_set, reached))
        try:
            await asyncio.wait_for(reached, self._tuning.changes_patience)
        except TimeoutError:
            raise Failure(REQUEST_FAILED, "earlier changes have not been taken in yet; ask again") from None
        return engine

    async def stop(self) -> None:
        """Stop the engine, in bounded time. A second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._changes.put(None)
        if not self._started.done():
            self._started.set_exception(Failure(REQUEST_FAILED, "the server is shutting down"))
            self._started.exception()  # nobody may be waiting, and that is no fault
        if self._thread is not None:
            seconds = self._tuning.engine_stop
            done: asyncio.Future[None] = self._loop.create_future()
            threading.Thread(target=self._stop, args=(seconds, done), name="dowse-stop", daemon=True).start()
            await asyncio.wait([done], timeout=seconds + 0.1)

    def _stop(self, timeout: float, done: "asyncio.Future[None]") -> None:
        # Not in the order of the changes: one of them may be what hangs.
        engine = self._engine
        if engine is not None:
            try:
                engine.stop(timeout)
            except Exception as error:
                log.error("The engine did not stop cleanly: %s", describe_fault(error))
        _notify(self._loop, _set, done)

    def _run(self, make: "Callable[[], Engine]", folders: Sequence[Path]) -> None:
        try:
            engine = self._engine = make()
            if not self._stopping.is_set():
                engine.start(folders)
        except Exception as error:
            log.error("The engine did not start: %s", describe_fault(error))
            _notify(self._loop, self._fail, error)
            return
        _notify(self._loop, self._succeed, engine)
        while (posted := self._changes.get()) is not None:
            change, size = posted
            try:
                change(engine)
            except Exception as error:
                log.error("The engine refused a change: %s", describe_fault(error))
            self._handled_bytes += size
            self._handled += 1
        if self._stopping.is_set():
            engine.stop(0)

    def _succeed(self, engine: "Engine") -> None:
        if not self._started.done():
            self._started.set_result(engine)

    def _fail(self, error: Exception) -> None:
        self._failed = True
        if not self._started.done():
            text = f"The index cannot be opened: {error}"
            self._started.set_exception(Failure(REQUEST_FAILED, text))
            self._started.exception()
            self._on_failure(text)


def _set(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _notify(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *arguments: object) -> None:
    try:
        loop.call_soon_threadsafe(call, *arguments)
    except RuntimeError:  # the loop has closed: nobody waits any more
        return
