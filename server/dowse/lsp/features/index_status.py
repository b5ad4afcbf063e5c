"""``dowse/indexStatus``, and ``dowse/didChangeIndexStatus`` when it changes."""

import asyncio
from typing import TYPE_CHECKING

from dowse.lsp import protocol
from dowse.lsp.features.asking import ask

if TYPE_CHECKING:
    from dowse.engine import EngineStatus
    from dowse.lsp.server import DowseServer

INTERVAL = 0.25
"""Seconds between two notifications, at least."""


def register(ls: "DowseServer") -> None:
    """Add the handler and the notifier."""
    ls.feature(protocol.INDEX_STATUS.name)(status)
    ls.on_status.append(_Notifier(ls).take)


async def status(ls: "DowseServer", params: None) -> protocol.IndexStatus:
    """Return the present state."""
    return await ask(ls, lambda engine, cancel: ls.answers.status(engine.status()))


class _Notifier:
    """Sends the first change at once, then the newest one each interval; the last one is never lost."""

    def __init__(self, ls: "DowseServer") -> None:
        self._ls = ls
        self._newest: EngineStatus | None = None
        self._resting = False

    def take(self, status: "EngineStatus") -> None:
        if not self._ls.client.index_status:
            return
        self._newest = status
        if not self._resting:
            self._send()

    def _send(self) -> None:
        self._resting = self._newest is not None and not self._ls.protocol.stopping
        if self._resting and self._newest is not None:
            status = self._ls.answers.status(self._newest)
            self._newest = None
            self._ls.protocol.notify(protocol.DID_CHANGE_INDEX_STATUS.name, status)
            asyncio.get_running_loop().call_later(INTERVAL, self._send)
