"""When the server ends, and that it does: whatever its threads are doing, it is gone within two seconds."""

import asyncio
import logging
import os
import signal
import threading

log = logging.getLogger(__name__)

GRACE = 1.1
"""Seconds from the end of the session to the end of the process, at most."""

PARENT_POLL = 1.0
"""Seconds between two looks at whether the editor is alive."""


class Lifetime:
    """Ends once, for the first reason that comes: ``exit``, the end of input, a signal, the death of the editor."""

    def __init__(self) -> None:
        self.orderly = False
        """``shutdown`` has been received."""
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._doomed = threading.Event()

    @property
    def exit_code(self) -> int:
        """0 after ``shutdown``, else 1, as the protocol wants."""
        return 0 if self.orderly else 1

    def doom(self) -> None:
        """Start the clock: the process ends soon even if the event loop no longer turns. Safe on any thread."""
        if not self._doomed.is_set():
            self._doomed.set()
            last_resort = threading.Timer(GRACE, lambda: os._exit(self.exit_code))
            last_resort.daemon = True
            last_resort.start()

    def end(self) -> None:
        """End the session. Safe on any thread."""
        self.doom()
        try:
            self._loop.call_soon_threadsafe(self._ended.set)
        except RuntimeError:  # the loop has closed: the session is over
            return

    async def ended(self) -> None:
        """Wait for the end."""
        await self._ended.wait()

    def watch_signals(self) -> None:
        """End on the signals that ask a process to. Called on the main thread."""
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            try:
                self._loop.add_signal_handler(number, self.end)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: self.end())

    def watch_parent(self, process_id: int | None) -> None:
        """End when the editor's process does, even if some other process keeps its end of the pipe open.

        A process that cannot be seen from the start is not watched: the editor may live outside this container.
        """
        if process_id is None or process_id <= 0:
            return
        threading.Thread(target=self._watch, args=(process_id,), name="dowse-parent", daemon=True).start()

    def _watch(self, process_id: int) -> None:
        parent = os.getppid()
        if not is_alive(process_id):
            return
        while not self._doomed.wait(PARENT_POLL):
            # A dead editor that nobody has reaped still answers signals, but its children have a new parent.
            if not is_alive(process_id) or (parent == process_id and os.getppid() != parent):
                log.warning("The editor is gone")
                self.end()
                return


def is_alive(process_id: int) -> bool:
    """Tell whether a process runs."""
    import psutil

    try:
        return psutil.pid_exists(process_id)
    except OverflowError:  # no process has such a number
        return False
