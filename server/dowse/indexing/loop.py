"""The one thread that changes the state: it takes an event, records it, plans, publishes, and starts effects."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Condition, Thread
from typing import TYPE_CHECKING

from dowse.indexing.events import Event, Stop, Tick, coalesce, coalescing_key

if TYPE_CHECKING:
    from dowse.indexing.effects import Effect
    from dowse.indexing.snapshot import WorkspaceSnapshot
    from dowse.indexing.state import IndexerState

log = logging.getLogger(__name__)


class EventQueue:
    """Events in order. Of those that say the same only one waits, so that its length stays bounded."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: OrderedDict[int, Event] = OrderedDict()
        self._by_key: dict[Hashable, int] = {}
        self._last = 0
        self._closed = False

    def post(self, event: Event) -> None:
        """Add an event; callable from any thread, never blocks. After :meth:`close` nothing is taken."""
        with self._changed:
            if self._closed:
                return
            key = coalescing_key(event)
            number = self._by_key.get(key) if key is not None else None
            if number is not None and (both := coalesce(self._waiting[number], event)) is not None:
                self._waiting[number] = both
                return
            self._last += 1
            number = self._last
            self._waiting[number] = event
            if key is not None:
                self._by_key[key] = number
            self._changed.notify()

    @property
    def last(self) -> int:
        """Number of the last event that was posted; events are handled in the order of their numbers."""
        return self._last

    def get(self, timeout: float | None) -> tuple[int, Event] | None:
        """Return the next event and its number; None when ``timeout`` seconds pass first."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._waiting, timeout):
                return None
            number, event = self._waiting.popitem(last=False)
            key = coalescing_key(event)
            if key is not None and self._by_key.get(key) == number:
                del self._by_key[key]
            return number, event

    def close(self) -> None:
        """Take no more events."""
        with self._changed:
            self._closed = True

    def __len__(self) -> int:
        """Return how many events wait."""
        return len(self._waiting)


class IndexingLoop:
    """Runs until :class:`~dowse.indexing.events.Stop`. What it publishes may be read on any thread."""

    def __init__(
        self,
        state: IndexerState,
        events: EventQueue,
        start: Callable[[Effect], None],
        publish: Callable[[WorkspaceSnapshot], None],
    ) -> None:
        """``start`` has another thread carry out an effect; ``publish`` takes each snapshot. Neither blocks."""
        self._state = state
        self._events = events
        self._start = start
        self._publish = publish
        self._thread = Thread(target=self._run, name="dowse-indexing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended."""
        self._thread.join(timeout)

    def _run(self) -> None:
        event: Event = Tick()
        while not isinstance(event, Stop):
            self._handle(event)
            due = self._next_due()
            found = self._events.get(None if due is None else max(0.0, due - time.monotonic()))
            if found is None:
                event = Tick()
            else:
                self._state.handled, event = found
        self._handle(event)

    def _handle(self, event: Event) -> None:
        from dowse.indexing.plan import plan
        from dowse.indexing.snapshot import snapshot_of
        from dowse.indexing.transitions.record import record

        now = time.monotonic()
        try:
            record(self._state, event, now)
            if not isinstance(event, Stop):
                plan(self._state, now)
        except Exception as error:  # one event's trouble must not end the thread that serves all
            log.exception("an event could not be handled")
            name = type(error).__name__
            self._state.tell("error", f"Indexing met an unexpected error ({name}); the log has the details.")
        effects, self._state.outbox = self._state.outbox, []
        self._publish(snapshot_of(self._state))
        for effect in effects:
            self._start(effect)

    def _next_due(self) -> float | None:
        from dowse.indexing.plan import next_due

        return next_due(self._state, time.monotonic())
