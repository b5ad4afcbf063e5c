"""What Dowse asks of an operating system."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import NamedTuple


class WatchLimits(NamedTuple):
    """How much a user may watch, all programs together."""

    directories: int
    instances: int


class System(ABC):
    """One operating system. Every method is safe on any thread."""

    ignores_case: bool
    """Whether names that differ in case alone are one file, as the system is usually set up."""
    has_drives: bool
    """Whether a path may begin with a drive's letter, and has backslashes."""
    has_inotify: bool
    """Whether each directory of a tree is watched by itself; elsewhere watchdog's ``Observer`` watches the whole."""
    counts_processor_time: bool
    """Whether :meth:`end_after_processor_time` does anything."""

    @abstractmethod
    def lower_priority(self) -> None:
        """Leave the processor to whatever else wants it, for the rest of this process's life."""

    @abstractmethod
    def end_after_processor_time(self, seconds: float) -> None:
        """End this process when it has computed for so long, whatever its threads do; 0 takes that back."""

    @abstractmethod
    def creation_flags(self, *, background: bool) -> int:
        """Return ``subprocess``'s ``creationflags`` for a process that has no window, of low priority if need be."""

    @abstractmethod
    def make_private(self, path: Path) -> None:
        """Close a file or folder of the user's to all others. Raises ``OSError``."""

    @abstractmethod
    def listed_status(self, entry: os.DirEntry[str]) -> os.stat_result:
        """Return what ``os.lstat`` says of a directory's entry, inode included. Raises ``OSError``."""

    @abstractmethod
    def is_directory(self, entry: os.DirEntry[str]) -> bool:
        """Tell whether a directory's entry is a directory, and neither a link nor a junction. Raises ``OSError``."""

    @abstractmethod
    def is_junction(self, status: os.stat_result) -> bool:
        """Tell whether a directory, by its ``lstat``, leads elsewhere as a link does."""

    @abstractmethod
    def openable(self, path: str) -> str:
        """Return an absolute path in the form under which it can be opened however long it is."""

    @abstractmethod
    def return_freed_memory(self) -> None:
        """Have the C library give freed memory back to the system, where it can be told to."""

    def processors(self) -> int:
        """Return how many processors this process may use."""
        return os.cpu_count() or 1

    def mount_table(self) -> str | None:
        """Return the text of ``/proc/self/mountinfo``; None where there is none."""
        return None

    def watch_limits(self) -> WatchLimits | None:
        """Return how much a user may watch; None where there is no such limit."""
        return None
