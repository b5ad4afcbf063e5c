"""One queue for all that says a file changed: watchers and the editor."""

import os
import time
from collections.abc import Iterable
from threading import Condition

QUIET = 0.1
"""Seconds without a change after which a batch is complete: a save is a few events within milliseconds, a checkout a
stream of them, and whoever has saved a file looks for it at once."""
LONGEST = 2.0
"""Seconds after which a batch is handed out even while changes keep coming."""
LIMIT = 5_000
"""Paths above which a batch names the directories they lie in instead."""


class ChangeQueue:
    """Collects absolute paths and hands them out in batches, each path once. Safe to use from any thread.

    A path stands for a file that was made, changed or deleted, or for a directory with all that lies or lay in it.
    So a burst of more than ``limit`` paths, as of a branch switch, becomes their directories, the deepest first and
    as far up as need be, without losing one of them.
    """

    def __init__(self, *, quiet: float = QUIET, longest: float = LONGEST, limit: int = LIMIT) -> None:
        self._quiet = quiet
        self._longest = longest
        self._limit = limit
        self._changed = Condition()
        self._paths: set[str] = set()
        self._first = 0.0
        self._last = 0.0
        self._closed = False

    def put(self, paths: Iterable[str]) -> None:
        """Add absolute paths; a closed queue takes none."""
        with self._changed:
            if self._closed:
                return
            now = time.monotonic()
            if not self._paths:
                self._first = now
            before = len(self._paths)
            self._paths.update(paths)
            if not self._paths:
                return
            self._last = now
            if len(self._paths) > self._limit:
                self._paths = _folded(self._paths, self._limit // 2)
            if before == 0:
                self._changed.notify_all()

    def get(self, timeout: float | None = None) -> set[str] | None:
        """Wait for a batch; None when ``timeout`` seconds pass first, or once the queue is closed."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._paths:
                    due = min(self._last + self._quiet, self._first + self._longest)
                    if now >= due:
                        batch, self._paths = self._paths, set()
                        return batch
                else:
                    due = None
                if deadline is not None and now >= deadline:
                    return None
                waits = [moment - now for moment in (due, deadline) if moment is not None]
                self._changed.wait(min(waits, default=None))
            return None

    def close(self) -> None:
        """Let go of all who wait, and of what was not handed out."""
        with self._changed:
            self._closed = True
            self._paths = set()
            self._changed.notify_all()

    def __len__(self) -> int:
        """The number of paths that wait to be handed out."""
        return len(self._paths)


def _folded(paths: set[str], limit: int) -> set[str]:
    """Replace the deepest paths by their directories until at most ``limit`` are left."""
    levels: dict[int, set[str]] = {}
    for path in paths:
        levels.setdefault(path.count(os.sep), set()).add(path)
    count = len(paths)
    while count > limit and (deepest := max(levels)) > 1:
        above = levels.setdefault(deepest - 1, set())
        count -= len(above) + len(levels[deepest])
        above.update(os.path.dirname(path) for path in levels.pop(deepest))
        count += len(above)
    return set().union(*levels.values())
