"""Windows."""

from __future__ import annotations

import os
from ntpath import normpath
from pathlib import Path

from dowse.system.base import System

_BELOW_NORMAL_PRIORITY, _NO_WINDOW = 0x4000, 0x0800_0000
"""Flags of ``CreateProcess``."""
_MOUNT_POINT = 0xA000_0003
"""The reparse tag of a junction (``IO_REPARSE_TAG_MOUNT_POINT``)."""

LONGEST = 247
"""Characters of a path that every call of the system takes as it is (MAX_PATH, less a name of twelve in a folder)."""


class Windows(System):
    """Windows 10 and newer."""

    ignores_case = True
    has_drives = True
    has_inotify = False
    counts_processor_time = False

    def lower_priority(self) -> None:
        """Do nothing: a process is made with its priority (:meth:`creation_flags`)."""

    def end_after_processor_time(self, seconds: float) -> None:
        """Do nothing: there is no such timer."""

    def creation_flags(self, *, background: bool) -> int:
        return _NO_WINDOW | (_BELOW_NORMAL_PRIORITY if background else 0)

    def make_private(self, path: Path) -> None:
        """Do nothing: what lies in the user's profile is closed to others already."""

    def listed_status(self, entry: os.DirEntry[str]) -> os.stat_result:
        # A directory is listed without inodes, by which a stamp would differ from that of the opened file.
        return os.stat(entry.path, follow_symlinks=False)

    def is_directory(self, entry: os.DirEntry[str]) -> bool:
        return entry.is_dir(follow_symlinks=False) and not self.is_junction(entry.stat(follow_symlinks=False))

    def is_junction(self, status: os.stat_result) -> bool:
        return getattr(status, "st_reparse_tag", 0) == _MOUNT_POINT

    def openable(self, path: str) -> str:
        r"""Return a long path with the prefix that lifts the limit (``\\?\``), with which only backslashes separate."""
        if len(path) <= LONGEST or path.startswith("\\\\?\\"):
            return path
        plain = normpath(path)
        return f"\\\\?\\UNC\\{plain[2:]}" if plain.startswith("\\\\") else f"\\\\?\\{plain}"

    def return_freed_memory(self) -> None:
        """Do nothing: the system's heap gives memory back by itself."""
