"""``experimental/serverStatus``: health at a glance, for clients that ask for it."""

from typing import TYPE_CHECKING

from dowse.lsp import protocol
from dowse.search.query import IndexState

if TYPE_CHECKING:
    from dowse.engine import EngineStatus
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Follow the index's state."""
    ls.on_status.append(_Health(ls).take)


class _Health:
    def __init__(self, ls: "DowseServer") -> None:
        self._ls = ls
        self._last: protocol.ServerStatus | None = None

    def take(self, status: "EngineStatus") -> None:
        if not self._ls.client.server_status:
            return
        degraded = status.state is IndexState.DEGRADED
        now = protocol.ServerStatus(
            health="warning" if degraded else "ok",
            quiescent=status.state is not IndexState.INDEXING,
            message=status.last_error if degraded else None,
        )
        if now != self._last:
            self._last = now
            self._ls.protocol.notify(protocol.SERVER_STATUS.name, now)
