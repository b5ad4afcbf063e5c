"""A question on its way: to the engine on another thread, its answer in pieces or whole."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types

from dowse.lsp import wire
from dowse.lsp.jsonrpc import INVALID_PARAMS, REQUEST_FAILED, Failure
from dowse.search.query import Hit

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer

T = TypeVar("T")
Token = int | str | None


class Pieces:
    """Sends hits as ``$/progress`` as they become final; what was sent is not in the response."""

    def __init__(self, ls: "DowseServer", token: Token, cancel: Event, shape: Callable[[Hit], Any]) -> None:
        self._ls = ls
        self._token = token
        self._cancel = cancel
        self._shape = shape
        self._loop = ls.loop
        self._sent = 0

    def __call__(self, hits: tuple[Hit, ...]) -> None:
        """Send hits. Called by the engine on its caller's thread."""
        if hits:
            self._sent += len(hits)
            self._loop.call_soon_threadsafe(self._send, [wire.plain(self._shape(hit)) for hit in hits])

    def rest(self, hits: tuple[Hit, ...]) -> list[Any]:
        """Return what is left for the response once the whole answer is there; nothing with a token."""
        if self._token is None:
            return [self._shape(hit) for hit in hits]
        self(hits[self._sent :])
        return []

    def _send(self, value: list[Any]) -> None:
        if not self._cancel.is_set():  # nothing follows the response that says "cancelled"
            self._ls.protocol.notify(types.PROGRESS, {"token": self._token, "value": value})


async def ask(
    ls: "DowseServer",
    question: "Callable[[Engine, Event], T]",
    *,
    token: Token = None,
    box: Hashable = None,
    title: str = "Searching",
) -> T:
    """Put ``question`` to the engine, with all edits known to it; its errors become the protocol's.

    ``token`` is the client's for progress of this request, which it shows under ``title``; ``box`` as in
    :meth:`Searches.run`.
    """
    async with _work_done(ls, token, title):
        engine = await ls.host.current()
        try:
            return await ls.searches.run(lambda cancel: question(engine, cancel), box=box)
        except Failure:
            raise
        except ValueError as error:
            raise Failure(INVALID_PARAMS, str(error)) from None
        except LookupError as error:
            raise Failure(REQUEST_FAILED, str(error.args[0]) if error.args else "not found") from None


@asynccontextmanager
async def _work_done(ls: "DowseServer", token: Token, title: str) -> AsyncIterator[None]:
    if token is None:
        yield
        return
    ls.protocol.notify(types.PROGRESS, types.ProgressParams(token, types.WorkDoneProgressBegin(title, percentage=0)))
    try:
        yield
    finally:
        ls.protocol.notify(types.PROGRESS, types.ProgressParams(token, types.WorkDoneProgressEnd()))


class Percentage:
    """Tells a client how far its request is, each percent once."""

    def __init__(self, ls: "DowseServer", token: Token, cancel: Event) -> None:
        self._ls = ls
        self._token = token
        self._cancel = cancel
        self._told = 0

    def __call__(self, share: float) -> None:
        """Take a share, 0–1. Called by the engine on its caller's thread."""
        percent = int(100 * share)
        if self._token is not None and percent > self._told:
            self._told = percent
            self._ls.loop.call_soon_threadsafe(self._send, percent)

    def _send(self, percent: int) -> None:
        if (
            self._token is not None and not self._cancel.is_set() and percent < 100
        ):  # the end is told by the request itself
            report = types.WorkDoneProgressReport(percentage=percent)
            self._ls.protocol.notify(types.PROGRESS, types.ProgressParams(self._token, report))


async def within(ls: "DowseServer", seconds: float, question: "Callable[[Engine], T]") -> T | None:
    """Return what the engine has in memory; None where it has not started, or is not done in time."""
    if ls.host.engine is None:
        return None

    async def answer() -> T | None:
        engine = await ls.host.current()
        return await ls.searches.look_up(lambda: question(engine))

    try:
        return await asyncio.wait_for(answer(), seconds)
    except (TimeoutError, Failure):
        return None
