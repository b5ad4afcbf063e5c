"""What a process and its children use: memory at its highest, and time on processors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psutil

_EVERY = 0.05
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Usage:
    """As of one moment."""

    memory_mb: float
    """Resident, of all processes together; what they share counts in each."""
    peak_mb: float
    cpu_seconds: float
    """Of user and system, children that have ended included as far as their parent waited for them."""


class Meter:
    """Looks at a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seconds: dict[int, float] = {}
        self._memory = self._peak = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dowse-meter", daemon=True)
        self._thread.start()

    def usage(self) -> Usage:
        """Return what has been used until now."""
        self._look()
        with self._lock:
            return Usage(self._memory, self._peak, sum(self._seconds.values()))

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        memory = 0.0
        seconds = {}
        for process in self._processes():
            with suppress(psutil.NoSuchProcess), process.oneshot():
                memory += process.memory_info().rss / 1e6
                times = process.cpu_times()
                seconds[process.pid] = times.user + times.system
        with self._lock:
            self._seconds |= seconds
            self._memory, self._peak = memory, max(self._peak, memory)

    def _processes(self) -> Iterator[psutil.Process]:
        yield self._root
        with suppress(psutil.NoSuchProcess):
            yield from self._root.children(recursive=True)
