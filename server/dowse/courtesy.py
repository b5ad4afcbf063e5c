"""How much of the machine background work may use now: while somebody types, one processor."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

QUIET_SECONDS = 3.0
"""So long after the last keystroke background work has all processors again; people think for a second or two."""


class Courtesy:
    """Gives out turns, one for each piece of background work; while somebody types, one at a time.

    A piece is a file in a worker process, a batch of texts in a model, a slice of a graph. Most run on one processor. A
    piece that used more of them (a transformer's threads do) is followed by a rest that makes up for it. What somebody
    waits for takes no turn. May be used from any thread.
    """

    def __init__(self, *, one_core_while_typing: bool = True) -> None:
        self._one_core_while_typing = one_core_while_typing
        self._condition = Condition()
        self._waiting: deque[object] = deque()
        """One for each piece that waits, in the order in which they came."""
        self._running = 0
        self._quiet_at = self._made_up_at = 0.0

    def typed(self) -> None:
        """Note that somebody has just typed."""
        self._quiet_at = time.monotonic() + QUIET_SECONDS

    @property
    def limited(self) -> bool:
        """Whether there is one turn at a time now."""
        return self._one_core_while_typing and time.monotonic() < self._quiet_at

    def change(self, *, one_core_while_typing: bool) -> None:
        """Put another setting in force; where there is no limit any more, all that wait go on."""
        with self._condition:
            self._one_core_while_typing = one_core_while_typing
            self._condition.notify_all()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it."""
        with self._condition:
            place = object()
            self._waiting.append(place)
            while (seconds := self._must_wait(place)) > 0:
                self._condition.wait(seconds)
            self._waiting.remove(place)
            self._running += 1
        with self._held():
            yield

    @contextmanager
    def turn_at_once(self) -> Iterator[None]:
        """Hold a turn beside whatever runs, for work that cannot wait; nothing else begins meanwhile."""
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
                self._made_up_at = max(self._made_up_at, started + time.process_time() - used)
                self._condition.notify_all()

    def _must_wait(self, place: object) -> float:
        """Return after how many seconds to look again at the latest; 0 for a piece whose turn it is."""
        if not self.limited:
            return 0.0
        now = time.monotonic()
        if self._running or self._waiting[0] is not place:
            return max(0.0, self._quiet_at - now)
        return max(0.0, min(self._quiet_at, self._made_up_at) - now)
