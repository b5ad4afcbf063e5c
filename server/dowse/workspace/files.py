"""Opening files that a workspace names without trusting what stands behind the name."""

import os
import stat
from os import stat_result
from pathlib import Path

from dowse.system import SYSTEM

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class NotAFile(OSError):
    """Something else than a regular file stands under the name: a directory, a link, a FIFO, a device."""


def read_regular(path: str | Path, limit: int, *, follow: bool = False) -> tuple[bytes | None, stat_result]:
    """Read a regular file; None for its bytes when there are more than ``limit`` of them.

    The ``stat`` is of the file that was opened, before it was read. Never waits for a FIFO, never reads past
    ``limit`` whatever the file's size says, and follows a link only with ``follow``. Raises :class:`NotAFile`,
    another :class:`OSError`, or ``ValueError`` for a name that no file can have.
    """
    path = SYSTEM.openable(os.fspath(path))
    _check(os.stat(path, follow_symlinks=follow))  # before opening: that alone can have effects on a device
    descriptor = os.open(path, _FLAGS if follow else _FLAGS | _NO_FOLLOW)
    try:
        found = os.fstat(descriptor)
        _check(found)
        if found.st_size > limit:
            return None, found
        content = os.read(descriptor, found.st_size + 1)
        # Not of the size that was said: it is being written, or has no size, as files in /proc have none.
        if not content or len(content) != found.st_size:
            content += _rest(descriptor, limit + 1 - len(content))
        return (content if len(content) <= limit else None), found
    finally:
        os.close(descriptor)


def _rest(descriptor: int, most: int) -> bytes:
    """Read to the end, or ``most`` bytes."""
    parts: list[bytes] = []
    while most > 0 and (part := os.read(descriptor, min(most, 1 << 20))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _check(found: stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotAFile("not a regular file")
