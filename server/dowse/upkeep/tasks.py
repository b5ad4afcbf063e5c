"""One thread that runs tasks one after another, urgent ones first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread

Task = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Timed:
    due: float
    task: Task
    routine: bool


class TaskThread:
    """Runs what is posted in order; what is due goes first, also in the middle of a task that calls :meth:`breathe`.

    ``attempt`` runs a task and must not raise; ``on_done`` is called after each.
    """

    def __init__(self, name: str, attempt: Callable[[Task], None], on_done: Task) -> None:
        self._attempt = attempt
        self._on_done = on_done
        self._condition = Condition()
        self._posted: deque[Task] = deque()
        self._timed: dict[str, _Timed] = {}
        self._running = False
        self._stopping = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def post(self, task: Task) -> None:
        """Run a task after those posted before it."""
        with self._condition:
            self._posted.append(task)
            self._condition.notify_all()

    def soon(self, key: str, task: Task, delay: float = 0.0, *, routine: bool = False) -> None:
        """Run a task once, ``delay`` seconds from now, instead of any other that waits under the same key.

        Routine tasks come again and again: waiting for one, the thread counts as idle.
        """
        with self._condition:
            self._timed[key] = _Timed(time.monotonic() + delay, task, routine)
            self._condition.notify_all()

    def breathe(self) -> None:
        """Run what is due; called by long tasks, on the thread itself."""
        while True:
            with self._condition:
                timed = self._take_due()
            if timed is None or self._stopping:
                return
            self._attempt(timed.task)

    @property
    def idle(self) -> bool:
        """Whether no task runs and none but routine ones wait."""
        with self._condition:
            return not (self._running or self._posted or any(not timed.routine for timed in self._timed.values()))

    def wait_for_change(self, seconds: float) -> None:
        """Wait until a task ends or begins to wait, at most so long."""
        with self._condition:
            self._condition.wait(seconds)

    def stop(self, timeout: float) -> None:
        """End after the present task, waiting at most so many seconds for it; what waits is not run."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while (task := self._next()) is not None:
            self._attempt(task)
            with self._condition:
                self._running = False
                self._condition.notify_all()
            self._on_done()

    def _next(self) -> Task | None:
        with self._condition:
            while not self._stopping:
                timed = self._take_due()
                if timed is not None:
                    self._running = not timed.routine
                    return timed.task
                if self._posted:
                    self._running = True
                    return self._posted.popleft()
                due = min((timed.due for timed in self._timed.values()), default=None)
                self._condition.wait(None if due is None else max(0.001, due - time.monotonic()))
            return None

    def _take_due(self) -> _Timed | None:
        now = time.monotonic()
        due = [key for key, timed in self._timed.items() if timed.due <= now]
        return self._timed.pop(min(due, key=lambda key: self._timed[key].due)) if due else None
