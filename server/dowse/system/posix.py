"""What the Unix systems have in common."""

from __future__ import annotations

import os
import signal
import stat
import sys
from pathlib import Path

from dowse.system.base import System


class Posix(System):
    """A Unix of which no more is known."""

    ignores_case = False
    has_drives = False
    has_inotify = False
    counts_processor_time = True

    def lower_priority(self) -> None:
        if sys.platform != "win32":
            os.nice(10)

    def end_after_processor_time(self, seconds: float) -> None:
        if sys.platform != "win32":
            # The signal ends a process that handles it nowhere, also one that holds the interpreter's lock for ever.
            signal.setitimer(signal.ITIMER_PROF, seconds)

    def creation_flags(self, *, background: bool) -> int:
        return 0

    def make_private(self, path: Path) -> None:
        mode = path.stat().st_mode
        wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
        if stat.S_IMODE(mode) != wanted:
            path.chmod(wanted)

    def listed_status(self, entry: os.DirEntry[str]) -> os.stat_result:
        return entry.stat(follow_symlinks=False)

    def is_directory(self, entry: os.DirEntry[str]) -> bool:
        return entry.is_dir(follow_symlinks=False)

    def is_junction(self, status: os.stat_result) -> bool:
        return False

    def openable(self, path: str) -> str:
        return path

    def return_freed_memory(self) -> None:
        """Do nothing: no C library but glibc is known to need it."""
