"""``experimental/serverStatus``: health at a glance, for clients that ask for it."""

from typing import Literal

import attrs

from dowse.lsp.declarations import OutgoingNotification, StatusListener
from dowse.lsp.session import Session
from dowse.search.query import IndexState
from dowse.status import EngineStatus


@attrs.frozen
class ServerStatus:
    """Health at a glance, as other servers send it, to clients that ask for it."""

    health: Literal["ok", "warning", "error"]
    quiescent: bool
    message: str | None = None


def send_server_status(session: Session, status: ServerStatus) -> None:
    """Send it, where the client wants it."""
    if session.client.server_status:
        session.notify_latest(SERVER_STATUS.name, status)


class _HealthNotifier:
    """Sends the state of health when it changes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: ServerStatus | None = None

    def on_status(self, status: EngineStatus) -> None:
        degraded = status.state is IndexState.DEGRADED
        now = ServerStatus(
            health="warning" if degraded else "ok",
            quiescent=status.state is not IndexState.INDEXING,
            message=status.last_error if degraded else None,
        )
        if now != self._last:
            self._last = now
            send_server_status(self._session, now)


SERVER_STATUS = OutgoingNotification("experimental/serverStatus", ServerStatus)
ON_STATUS = StatusListener(lambda session: _HealthNotifier(session).on_status)
