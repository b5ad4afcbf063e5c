"""What the workspace hands on: a file's text, or the reason why there is none."""

import os
from dataclasses import dataclass
from enum import StrEnum

from dowse.system import SYSTEM


class SkipReason(StrEnum):
    """Why a file that no ignore rule excludes is still left out of the index; counted in the status."""

    BINARY = "binary"
    TOO_LARGE = "too-large"
    MINIFIED = "minified"
    GENERATED = "generated"
    UNREADABLE = "unreadable"
    UNKNOWN_LANGUAGE = "unknown-language"
    PARSER_FAILED = "parser-failed"


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What ``stat`` tells of a file: while it is unchanged, the bytes are taken to be unchanged.

    ``mtime_ns`` and ``size`` as in :class:`os.stat_result`; ``inode`` catches an atomic save that keeps both, and
    ``changed_ns``, which no program can set, a save whose time was set back. It tells nothing on Windows.
    """

    mtime_ns: int
    size: int
    inode: int
    changed_ns: int


def stamp_of(found: os.stat_result) -> FileStamp:
    """Return what is kept of a file's ``stat``."""
    return FileStamp(found.st_mtime_ns, found.st_size, found.st_ino, found.st_ctime_ns)


def stamp_at(path: str) -> FileStamp | None:
    """Return the stamp of what stands under an absolute path, links followed; None where nothing does."""
    try:
        return stamp_of(os.stat(SYSTEM.openable(path)))
    except (OSError, ValueError):  # ValueError: no file has this name
        return None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A text file of a workspace folder as it was read.

    ``path`` is relative to the folder, with ``/`` between its parts; bytes of a name that are no UTF-8 stand
    in it as lone surrogates (PEP 383). ``digest`` is BLAKE2b-128 of the file's bytes. ``text`` keeps its own
    line ends; undecodable bytes became U+FFFD.
    """

    path: str
    text: str
    digest: bytes
    stamp: FileStamp


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was looked at and left out."""

    path: str
    reason: SkipReason
    stamp: FileStamp
