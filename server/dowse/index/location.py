"""Where a folder's index is kept, and who may write it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from dowse.index.database import FILE_NAME, make_private
from dowse.index.errors import IndexUnavailable
from dowse.system import SYSTEM

_LOCK = "writer.lock"
FOLDER_FILE = "folder"
"""Holds the path of the folder that an index is of, as the system's bytes; written whenever the index is opened."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory that can be written, and the lock that makes one process its writer."""

    directory: Path
    lock: BaseFileLock
    temporary: tempfile.TemporaryDirectory[str] | None = None
    """Set where the directory goes when the index is closed."""
    warning: str | None = None

    def acquire(self) -> bool:
        """Become the writer, unless another process is; the system takes the lock back from a process that dies."""
        try:
            self.lock.acquire(blocking=False)
        except (Timeout, OSError):
            return False
        return True

    def release(self) -> None:
        """Let the next process write."""
        self.lock.release(force=True)

    def close(self) -> None:
        """Let the next process write, and remove what is temporary."""
        self.release()
        if self.temporary is not None:
            with contextlib.suppress(OSError):
                self.temporary.cleanup()


def directory_name(root: Path) -> str:
    """Return a name for the folder's directory that says what it is to a person and is one folder's only."""
    real = os.path.normcase(os.path.realpath(root))
    digest = hashlib.blake2b(real.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(real).name)[:40].strip("-.")
    return f"{readable or 'root'}-{digest}"


def place(root: Path, cache_dir: Path) -> Place:
    """Make the folder's directory, private to the user."""
    directory = cache_dir / directory_name(root)
    cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # other folders may be opened at this moment
    directory.mkdir(mode=0o700, exist_ok=True)
    SYSTEM.make_private(directory)
    make_private(directory / _LOCK)
    make_private(directory / FILE_NAME)
    _note_folder(directory / FOLDER_FILE, os.fsencode(os.path.realpath(root)))
    probe = directory / f"probe-{os.getpid()}"
    probe.touch(0o600)
    probe.unlink()
    return Place(directory, lock_of(directory))


def _note_folder(note: Path, folder: bytes) -> None:
    """Write down whose the index is, and that it is used now. On a full disk it is used all the same."""
    with contextlib.suppress(OSError):
        make_private(note)
        if note.read_bytes() == folder:
            os.utime(note)
        else:
            note.write_bytes(folder)


def disk_bytes(directory: Path) -> int:
    """Return what all files below a directory take, in bytes."""
    total = 0
    for path in all_below(directory):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total


def all_below(directory: Path) -> Iterator[Path]:
    """Yield all files and directories below one; not by ``rglob``, which raises where a directory goes meanwhile."""
    for folder, directories, files in os.walk(directory):
        yield from (Path(folder, name) for name in (*directories, *files))


def temporary_place(root: Path, why: str) -> Place:
    """Make a directory that lasts as long as the process: an index that cannot be kept can still be searched."""
    try:
        directory = tempfile.TemporaryDirectory(prefix="dowse-", ignore_cleanup_errors=True)
    except OSError as error:
        raise IndexUnavailable(f"{why} Nor can a temporary one: {error.strerror}.") from error
    path = Path(directory.name) / directory_name(root)
    path.mkdir(mode=0o700)
    warning = f"{why} The index is kept in a temporary folder and made anew at every start."
    return Place(path, lock_of(path), directory, warning)


def lock_of(directory: Path) -> BaseFileLock:
    """Return the lock of the process that writes the index in a directory."""
    return FileLock(directory / _LOCK, mode=0o600, thread_local=False)
