"""Asking the client to ask anew, since what it shows of documents has changed."""

from collections.abc import Awaitable, Callable


class ClientRefresh:
    """Sends one kind of refresh, never two at once: a client that does not answer gets no more of them."""

    def __init__(self, send: Callable[[], Awaitable[object]]) -> None:
        """``send`` sends the request and waits for the answer."""
        self._send = send
        self._running = False
        self._wanted = False

    async def run(self) -> None:
        """Send it now, or once more when the one that is under way has been answered."""
        self._wanted = True
        if self._running:
            return
        self._running = True
        try:
            while self._wanted:
                self._wanted = False
                await self._send()
        finally:
            self._running = False
