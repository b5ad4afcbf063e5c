"""Finding the files of a workspace folder and reading one of them."""

import errno
import os
import stat
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from dowse.settings import FileSettings
from dowse.system import SYSTEM
from dowse.workspace.content import decoded, is_generated, is_lock_file, is_minified, is_minified_name
from dowse.workspace.files import NotAFile, read_regular
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp, SkippedFile, SkipReason, SourceFile, stamp_of

_GONE = (FileNotFoundError, NotADirectoryError, NotAFile)
_UNKNOWN = FileStamp(0, 0, 0, 0)
_COARSEST = 2_000_000_000
"""Nanoseconds between two times that FAT can tell apart; no other file system is coarser."""

_NO_NAMES = frozenset({"", ".", ".."})


def _stamp_of_read(found: os.stat_result) -> FileStamp:
    """Return the stamp to keep of a file that was just read; one that no file has where the next change may not show.

    A file system that counts whole seconds stamps a change alike that comes within the same ones.
    """
    stamp = stamp_of(found)
    counts_seconds = stamp.mtime_ns % 1_000_000_000 == 0
    is_recent = stamp.mtime_ns > time.time_ns() - _COARSEST
    return replace(stamp, changed_ns=0) if counts_seconds and is_recent else stamp


def scan(
    root: Path,
    rules: IgnoreRules,
    *,
    nested: Collection[Path] = (),
    under: str = "",
    on_unreadable: Callable[[str, OSError], None] = lambda path, error: None,
) -> Iterator[tuple[str, FileStamp]]:
    """Yield path and stamp of each regular file that ``rules`` let through, in a fixed order.

    Only what lies in the directory ``under`` (relative to ``root``) is looked at; nothing when it is ignored. The
    folders ``nested`` are left out. No link is followed, neither to a directory nor to a file: what it leads to is
    found under its own name, or lies outside the folder. Of several hard links to one file the first is taken.

    A directory that cannot be listed is told to ``on_unreadable``, with its path, and what lies in it is not known;
    for the root itself :class:`OSError` is raised. A directory that vanishes meanwhile holds nothing.
    """
    rules.forget(under)
    others = {folder.relative_to(root).as_posix() for folder in nested if folder.is_relative_to(root)} - {"."}
    linked: set[tuple[int, int]] = set()
    pending = [under]
    while pending:
        directory = pending.pop()
        here = rules.directory(directory)
        if here.everything:
            continue
        try:
            entries = _listed(f"{root}/{directory}" if directory else str(root))
        except OSError as error:
            if not directory:
                raise
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                on_unreadable(directory, error)
            continue
        prefix = f"{directory}/" if directory else ""
        inner: list[str] = []
        for entry in entries:
            path = prefix + entry.name
            is_directory = is_real_directory(entry)
            if path in others or here.ignored(entry.name, is_directory=is_directory):
                continue
            if is_directory:
                inner.append(path)
            elif (status := _file_status(entry)) is not None and _is_first_link(status, linked):
                yield path, stamp_of(status)
        pending.extend(reversed(inner))


def _listed(directory: str) -> list[os.DirEntry[str]]:
    with os.scandir(SYSTEM.openable(directory)) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _file_status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """Return the ``stat`` of a regular file, None for anything else and for what is gone since it was listed."""
    try:
        return SYSTEM.listed_status(entry) if entry.is_file(follow_symlinks=False) else None
    except OSError:
        return None


def _is_first_link(status: os.stat_result, linked: set[tuple[int, int]]) -> bool:
    if status.st_nlink == 1:
        return True
    identity = (status.st_dev, status.st_ino)
    known = identity in linked
    linked.add(identity)
    return not known


def is_real_directory(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a directory and neither a link nor a junction to one; one that is gone is none."""
    try:
        return SYSTEM.is_directory(entry)
    except OSError:
        return False


def read(root: Path, path: str, settings: FileSettings) -> SourceFile | SkippedFile | None:
    """Read the file ``path`` of the folder ``root``; None when there is no regular file under exactly this name.

    A path through a link or through ``..`` is no file's name. The stamp is that of the file that was opened, before
    it was read: if it changes meanwhile, the next scan sees another stamp. So it does where stamps may be too coarse to
    tell.
    """
    full = f"{root}/{path}"
    try:
        if not _leads_through_directories(str(root), path):
            return None
        content, status = read_regular(full, settings.max_size)
    except _GONE:
        return None
    except ValueError:  # a NUL or a lone surrogate: no file has this name
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link since it was found
            return None
        return SkippedFile(path, SkipReason.UNREADABLE, _last_known(full))
    stamp = _stamp_of_read(status)
    if content is None:
        return SkippedFile(path, SkipReason.TOO_LARGE, stamp)
    reason, text = _judged(path.rpartition("/")[2], content)
    if reason is not None:
        return SkippedFile(path, reason, stamp)
    return SourceFile(path, text, _digest(content), stamp)


def has_digest(root: Path, path: str, digest: bytes, settings: FileSettings) -> bool:
    """Say whether the bytes of an indexed file are still those of ``digest``, whatever its stamp says."""
    try:
        content, _ = read_regular(f"{root}/{path}", settings.max_size)
    except (OSError, ValueError):
        return False
    return content is not None and _digest(content) == digest


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()


def judged_alike(size: int, before: FileSettings, now: FileSettings) -> bool:
    """Say whether a file of ``size`` bytes is read, or left out, under the settings ``now`` as it was ``before``.

    What the patterns say is not asked: a scan meets only the files that they let through.
    """
    return (size > before.max_size) == (size > now.max_size)


def read_again(path: str, settings: FileSettings) -> tuple[str, FileStamp] | None:
    """Return a file's present text and stamp, without judging whether it should be indexed; None where there is none.

    ``path`` is absolute. For files that were judged when they were indexed.
    """
    try:
        content, status = read_regular(path, settings.max_size)
    except (OSError, ValueError):
        return None
    text = None if content is None else decoded(content)
    return None if text is None else (text, stamp_of(status))


def _judged(name: str, content: bytes) -> tuple[SkipReason | None, str]:
    if is_lock_file(name):
        return SkipReason.GENERATED, ""
    if is_minified_name(name):
        return SkipReason.MINIFIED, ""
    text = decoded(content)
    if text is None:
        return SkipReason.BINARY, ""
    if is_generated(text):
        return SkipReason.GENERATED, ""
    if is_minified(name, text):
        return SkipReason.MINIFIED, ""
    return None, text


def _leads_through_directories(root: str, path: str) -> bool:
    """Say whether each part of ``path`` before the last is a directory: no link, no ``..``."""
    *directories, name = path.split("/")
    if name in _NO_NAMES:
        return False
    here = root
    for directory in directories:
        here = f"{here}/{directory}"
        if directory in _NO_NAMES or not _is_directory(os.lstat(SYSTEM.openable(here))):
            return False
    return True


def _is_directory(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and not SYSTEM.is_junction(status)


def _last_known(full: str) -> FileStamp:
    try:
        return stamp_of(os.lstat(SYSTEM.openable(full)))
    except OSError:
        return _UNKNOWN
