"""How much of the machine background work may use now: one processor while somebody types, else all."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

QUIET_SECONDS = 3.0
"""After the last keystroke, until background work has all processors again; people think for a second or two."""


class BackgroundThrottle:
    """Gives permits for background work; while somebody types, one at a time. May be used from any thread.

    One permit is for a file in a worker process, or a batch of texts in a model. Most of these use one processor. Work
    that used more (a transformer's threads do) is followed by a pause that makes up for it. What somebody waits for
    needs no permit.
    """

    def __init__(self, *, one_core_while_typing: bool = True, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._one_core_while_typing = one_core_while_typing
        self._quiet_seconds = quiet_seconds
        self._condition = Condition()
        self._waiting: deque[object] = deque()
        """One ticket for each caller that waits, first come first served."""
        self._running = 0
        self._quiet_at = 0.0
        self._pause_until = 0.0

    def note_keystroke(self) -> None:
        """Note that somebody has just typed."""
        self._quiet_at = time.monotonic() + self._quiet_seconds

    @property
    def limited(self) -> bool:
        """Whether there is one permit at a time now."""
        return self._one_core_while_typing and time.monotonic() < self._quiet_at

    def change(self, *, one_core_while_typing: bool) -> None:
        """Put another setting in force; where there is no limit any more, all that wait go on."""
        with self._condition:
            self._one_core_while_typing = one_core_while_typing
            self._condition.notify_all()

    @contextmanager
    def acquire(self) -> Iterator[None]:
        """Wait for a permit and hold it."""
        with self._condition:
            ticket = object()
            self._waiting.append(ticket)
            while (seconds := self._seconds_to_wait(ticket)) > 0:
                self._condition.wait(seconds)
            self._waiting.remove(ticket)
            self._running += 1
        with self._held():
            yield

    @contextmanager
    def acquire_at_once(self) -> Iterator[None]:
        """Hold a permit beside whatever runs, for work that cannot wait; nothing else begins meanwhile."""
        with self._condition:
            self._running += 1
        with self._held():
            yield

    @contextmanager
    def _held(self) -> Iterator[None]:
        started, used = time.monotonic(), time.process_time()
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._pause_until = max(self._pause_until, started + time.process_time() - used)
                self._condition.notify_all()

    def _seconds_to_wait(self, ticket: object) -> float:
        """Return after how many seconds to look again at the latest; 0 for the one whose turn it is."""
        if not self.limited:
            return 0.0
        now = time.monotonic()
        if self._running or self._waiting[0] is not ticket:
            return max(0.0, self._quiet_at - now)
        return max(0.0, min(self._quiet_at, self._pause_until) - now)
