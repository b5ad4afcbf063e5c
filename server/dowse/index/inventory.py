"""Which indexes a cache holds, of which folders, and deleting them. Opens none of their databases."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from dowse.index import location
from dowse.index.database import FILE_NAME
from dowse.index.errors import IndexUnavailable


@dataclass(frozen=True, slots=True)
class KeptIndex:
    """One index in a cache."""

    directory: Path
    folder: Path | None
    """What it is of; None where only an older Dowse has opened it, which did not say."""
    is_orphaned: bool
    """Whether the folder is gone: deleted, moved, or on a disk that is not there now."""
    disk_bytes: int
    used_at: float
    """When it was last opened, as a Unix time."""


def kept_indexes(cache_dir: Path) -> list[KeptIndex]:
    """Return all indexes, the one that was used last first."""
    found = [_kept(path.parent) for path in cache_dir.glob(f"*/{FILE_NAME}")]
    return sorted(found, key=lambda each: (-each.used_at, each.directory))


def kept_index(root: Path, cache_dir: Path) -> KeptIndex | None:
    """Return the index of a folder, which need not be there any more; None where there is none."""
    directory = cache_dir / location.directory_name(root)
    return _kept(directory) if (directory / FILE_NAME).is_file() else None


def delete(index: KeptIndex) -> None:
    """Delete an index with its vectors; :class:`IndexUnavailable` where a process writes it or it cannot be deleted."""
    lock = location.lock_of(index.directory)
    if not location.Place(index.directory, lock).acquire():
        raise IndexUnavailable(f"Another process uses the index of {index.folder or index.directory}.")
    try:
        for path in index.directory.iterdir():
            if path != Path(lock.lock_file):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    except OSError as error:
        raise IndexUnavailable(f"{index.directory} cannot be deleted: {error.strerror}.") from error
    finally:
        lock.release()
    shutil.rmtree(index.directory, ignore_errors=True)  # the lock, which Windows does not delete while it is held


def _kept(directory: Path) -> KeptIndex:
    note, database = directory / location.FOLDER_FILE, directory / FILE_NAME
    try:
        name, used_at = os.fsdecode(note.read_bytes()), note.stat().st_mtime
    except OSError:
        name, used_at = "", database.stat().st_mtime
    folder = Path(name) if name else None
    is_orphaned = folder is not None and _is_gone(folder)
    return KeptIndex(directory, folder, is_orphaned, location.disk_bytes(directory), used_at)


def _is_gone(folder: Path) -> bool:
    """Say whether there is no such folder; not where that cannot be told."""
    try:
        return not stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
