"""The engine as the event loop sees it: from before it exists, and without ever waiting for it."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure, fault
from dowse.settings import Settings

if TYPE_CHECKING:
    from dowse.engine import Engine, EngineStatus, Message

log = logging.getLogger(__name__)


class MakeEngine(Protocol):
    """Makes the engine; :class:`~dowse.engine.Engine` with its cache folder bound is the one in use."""

    def __call__(  # noqa: D102 - see the class
        self,
        settings: Settings,
        *,
        on_status: "Callable[[EngineStatus], None]",
        on_message: "Callable[[Message], None]",
    ) -> "Engine": ...


class EngineHost:
    """Makes the engine and all calls to it that change something, in order, on a thread of its own.

    So a slow disk or a busy lock never stops the event loop, and edits that arrive before the engine is there are
    kept. Questions are asked on other threads, after :meth:`current` has seen all earlier calls through.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._calls: queue.SimpleQueue[Callable[[Engine], Any] | None] = queue.SimpleQueue()
        self._told = self._made = 0
        """Calls asked for by the event loop, and calls made; what was told has arrived when they are equal."""
        self._engine: Engine | None = None
        self._started: asyncio.Future[Engine] = self._loop.create_future()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._on_failure: Callable[[str], None] = lambda text: None

    @property
    def engine(self) -> "Engine | None":
        """The engine once it runs."""
        return self._engine

    @property
    def started(self) -> bool:
        """Whether :meth:`start` has been called."""
        return self._thread is not None

    def start(self, make: "Callable[[], Engine]", folders: Sequence[Path], on_failure: Callable[[str], None]) -> None:
        """Make and start the engine; ``on_failure`` is told on the event loop why it cannot be."""
        self._on_failure = on_failure
        self._thread = threading.Thread(target=self._run, args=(make, folders), name="dowse-engine", daemon=True)
        self._thread.start()

    def tell(self, call: "Callable[[Engine], Any]") -> None:
        """Make ``call`` with the engine after all calls told before. Called on the event loop."""
        self._told += 1
        self._calls.put(call)

    async def current(self) -> "Engine":
        """Return the engine when everything that was told before has reached it; :class:`Failure` if there is none."""
        engine = await asyncio.shield(self._started)
        if self._made == self._told:
            return engine
        reached: asyncio.Future[None] = self._loop.create_future()
        self.tell(lambda _: self._loop.call_soon_threadsafe(_set, reached))
        await reached
        return engine

    async def stop(self, seconds: float) -> None:
        """Stop the engine, waiting at most so many ``seconds``. A second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._calls.put(None)
        if not self._started.done():
            self._started.set_exception(Failure(REQUEST_FAILED, "the server is shutting down"))
            self._started.exception()  # nobody may be waiting, and that is no fault
        if self._thread is not None:
            done: asyncio.Future[None] = self._loop.create_future()
            threading.Thread(target=self._stop, args=(seconds, done), name="dowse-stop", daemon=True).start()
            await asyncio.wait([done], timeout=seconds + 0.1)

    def _stop(self, timeout: float, done: "asyncio.Future[None]") -> None:
        # Not in the order of the calls: one of them may be what hangs.
        engine = self._engine
        if engine is not None:
            try:
                engine.stop(timeout)
            except Exception as error:
                log.error("The engine did not stop cleanly: %s", fault(error))
        _notify(self._loop, _set, done)

    def _run(self, make: "Callable[[], Engine]", folders: Sequence[Path]) -> None:
        try:
            engine = self._engine = make()
            if not self._stopping.is_set():
                engine.start(folders)
        except Exception as error:
            log.error("The engine did not start: %s", fault(error))
            _notify(self._loop, self._fail, error)
            return
        _notify(self._loop, self._succeed, engine)
        while (call := self._calls.get()) is not None:
            try:
                call(engine)
            except Exception as error:
                log.error("The engine refused a change: %s", fault(error))
            self._made += 1
        if self._stopping.is_set():
            engine.stop(0)

    def _succeed(self, engine: "Engine") -> None:
        if not self._started.done():
            self._started.set_result(engine)

    def _fail(self, error: Exception) -> None:
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
