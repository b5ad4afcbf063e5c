"""When the server ends, and that it does: whatever its threads are doing, it is gone within two seconds."""

import asyncio
import logging
import os
import signal
import threading

from dowse.lsp.tuning import Tuning

log = logging.getLogger(__name__)


class Lifetime:
    """Ends once, for the first reason that comes: ``exit``, the end of input, a signal, the death of the editor."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self.orderly = False
        """``shutdown`` has been received."""
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._kill_timer_armed = threading.Event()

    @property
    def exit_code(self) -> int:
        """0 after ``shutdown``, else 1, as the protocol wants."""
        return 0 if self.orderly else 1

    def arm_kill_timer(self) -> None:
        """Have the process killed soon, even if the event loop no longer turns. Safe on any thread."""
        if not self._kill_timer_armed.is_set():
            self._kill_timer_armed.set()
            last_resort = threading.Timer(self._tuning.exit_after, lambda: os._exit(self.exit_code))
            last_resort.daemon = True
            last_resort.start()

    def end(self) -> None:
        """End the session. Safe on any thread."""
        self.arm_kill_timer()
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
        while not self._kill_timer_armed.wait(self._tuning.parent_interval):
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
