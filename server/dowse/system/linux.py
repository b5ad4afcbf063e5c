"""Linux: inotify and its limits, ``/proc``, glibc."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from dowse.system.base import WatchLimits
from dowse.system.posix import Posix

_ARENAS, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""Parameters of glibc's ``mallopt``, from ``malloc.h``."""

_LARGE = 1 << 20


class Linux(Posix):
    """Linux, with glibc or another C library."""

    has_inotify = True

    def __init__(self, proc: Path = Path("/proc")) -> None:
        """``proc`` is where the kernel's own file system is mounted."""
        self._proc = proc

    def processors(self) -> int:
        """Return how many processors the scheduler lets this process use, which a container may have fewer of."""
        if sys.platform != "linux":
            return super().processors()
        return len(os.sched_getaffinity(0))

    def return_freed_memory(self) -> None:
        """Set glibc's thresholds; musl has none.

        By default each thread gets a pool of its own, and the word index starts threads at each commit, which leave 15
        MB in each pool; and once a large block was freed, blocks up to that size are no longer returned. With this, 374
        MB instead of 605 are in use once 29,374 chunks have been indexed, workers included (``dowse-dev bench``).
        """
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_ARENAS, 2)
            mallopt(_MMAP_THRESHOLD, _LARGE)
            mallopt(_TRIM_THRESHOLD, _LARGE)

    def mount_table(self) -> str | None:
        """Return what is mounted where, as this process sees it."""
        try:
            return (self._proc / "self" / "mountinfo").read_text("utf-8", "surrogateescape")
        except OSError:
            return None

    def watch_limits(self) -> WatchLimits | None:
        """Return inotify's limits."""
        limits = self._proc / "sys" / "fs" / "inotify"
        try:
            directories, instances = (
                int((limits / name).read_text("ascii")) for name in ("max_user_watches", "max_user_instances")
            )
        except (OSError, ValueError):
            return None
        return WatchLimits(directories, instances)
