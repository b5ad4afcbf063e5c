"""The paths that are reported to have changed, until the index thread takes them in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Event, Lock, Thread

from dowse.workspace.changes import ChangeQueue

DIRECT_PATHS = 16
"""A client that reports no more paths than this has saved a file: it is read at once. More are a branch switch."""

_LOOK_SECONDS = 1.0


class ReportedPaths:
    """Absolute paths, each once. May be used from any thread."""

    def __init__(self, on_arrival: Callable[[], None]) -> None:
        """``on_arrival`` is called, on any thread, when there is something to take."""
        self._on_arrival = on_arrival
        self._lock = Lock()
        self._paths: set[str] = set()
        self._suspect: set[str] = set()
        self._stream = ChangeQueue()
        self._closed = Event()
        Thread(target=self._collect, name="dowse-changes", daemon=True).start()

    def seen(self, paths: Collection[str]) -> None:
        """Add what a watcher saw, once it has fallen quiet."""
        self._stream.put(paths)

    def told(self, paths: Collection[str]) -> None:
        """Add what a client reports: at once, but for long lists."""
        add = self._stream.put if len(paths) > DIRECT_PATHS else self._add
        add(paths)

    def suspect(self, path: str) -> None:
        """Add a file that is to be read whatever its stamp says."""
        with self._lock:
            self._suspect.add(path)
        self._add([path])

    def take(self) -> tuple[set[str], set[str]]:
        """Return all paths, and those of them that are suspect; they are forgotten here."""
        with self._lock:
            taken = self._paths, self._suspect
            self._paths, self._suspect = set(), set()
        return taken

    def __len__(self) -> int:
        """The number of paths that can be taken."""
        return len(self._paths)

    def close(self) -> None:
        """End the thread; what comes later is not taken in."""
        self._closed.set()
        self._stream.close()

    def _add(self, paths: Collection[str]) -> None:
        with self._lock:
            self._paths.update(paths)
        self._on_arrival()

    def _collect(self) -> None:
        while not self._closed.is_set():
            if paths := self._stream.get(timeout=_LOOK_SECONDS):
                self._add(paths)
