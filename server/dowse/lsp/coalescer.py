"""Work that is wanted again and again, and of which one run after the last wish is enough."""

from collections.abc import Awaitable, Callable


class CoalescedWork:
    """Runs never twice at once: what is wanted meanwhile is done once more, however often it was wanted.

    A client that does not answer ``workspace/diagnostic/refresh`` is so asked no more. Belongs to the event loop.
    """

    def __init__(self) -> None:
        self._running = False
        self._wanted = False

    async def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do ``work`` now, or have whoever is doing it do it once more."""
        self._wanted = True
        if self._running:
            return
        self._running = True
        try:
            while self._wanted:
                self._wanted = False
                await work()
        finally:
            self._running = False
