"""Watching a tree on Linux, one inotify watch for each directory that is not ignored.

Of watchdog this uses the inotify descriptor and its reading thread, not the ``Observer`` above them: that one watches
ignored directories as well, keeps it to itself when the system's watch limit stops it half-way, and when the kernel
drops events rebuilds its watches without a word, so that what was missed stays missed.
"""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

from watchdog.observers.inotify_c import CallbackId, InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor

from dowse.system import SYSTEM
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.mounts import INSTANCES, WATCHES, WatchLimitReached

_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_DONT_FOLLOW
    | InotifyConstants.IN_ONLYDIR
)
"""Not IN_MODIFY: a file is read when its writer closes it, and a log that is being written says nothing."""

_INFO = ".git/info"
"""Watched although it is ignored: its ``exclude`` is one of the rules."""

_SHARE = 0.5
"""The part of the user's watches that one folder may take; the editor needs some as well."""


@dataclass(slots=True)
class _Directory:
    """The watch of one directory; watchdog calls it back on its reading thread."""

    tree: "InotifyTree"
    path: str
    descriptor: WatchDescriptor | None = None

    def on_event(self, event: InotifyEvent) -> None:
        self.tree._take(self, event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self.tree._drop(self)

    def on_queue_overflow(self) -> None:
        if not self.path:
            self.tree._overflow()


class InotifyTree:
    """The watches of one workspace folder.

    ``on_change`` gets a path relative to the root, ignored ones included, and whether it is or was a directory; one
    that was made or moved in is reported once it is watched. ``on_lost`` is called at most once, when the root is gone
    (None) or the limit is reached. All three are called on the reading thread, where :meth:`stop` must not be.
    """

    def __init__(
        self,
        root: Path,
        rules: IgnoreRules,
        skip: frozenset[str],
        on_change: Callable[[str, bool], None],
        on_overflow: Callable[[], None],
        on_lost: Callable[["InotifyTree", WatchLimitReached | None], None],
    ) -> None:
        self._root = str(root)
        self._rules = rules
        self._skip = skip
        self._on_change = on_change
        self._on_overflow = on_overflow
        self._on_lost = on_lost
        self._lock = RLock()
        self._watched: dict[str, _Directory] = {}
        limits = SYSTEM.watch_limits()
        self._limit = None if limits is None else int(limits.directories * _SHARE)
        self._lost = False

    def start(self) -> None:
        """Watch every directory; raises :class:`WatchLimitReached`, or ``OSError`` when the root cannot be watched."""
        try:
            self._inotify = InotifyFD()
        except OSError as error:
            if error.errno == errno.EMFILE:
                raise WatchLimitReached(INSTANCES) from error
            raise
        self._inotify.start()
        try:
            self._add("")
            self._watch(_INFO)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all watches and the thread."""
        with self._lock:
            self._lost = True
        self._inotify.stop()
        self._inotify.join()

    def __len__(self) -> int:
        """The number of directories that are watched."""
        return len(self._watched)

    def _take(self, directory: _Directory, event: InotifyEvent) -> None:
        with self._lock:
            if self._lost or self._watched.get(directory.path) is not directory:
                return
            if event.is_delete_self or event.is_move_self:
                if not directory.path:
                    self._lose(None)
                return
            if not event.name:
                return
            name = os.fsdecode(event.name)
            path = f"{directory.path}/{name}" if directory.path else name
            if event.is_directory:
                if event.is_moved_from or event.is_delete:
                    self._forget(path)
                elif event.is_create or event.is_moved_to:
                    self._rules.forget(path)
                    try:
                        self._add(path)
                    except WatchLimitReached as error:
                        self._lose(error)
                else:
                    return  # its own attributes
        self._on_change(path, event.is_directory)

    def _drop(self, directory: _Directory) -> None:
        with self._lock:
            if self._watched.get(directory.path) is directory:
                del self._watched[directory.path]

    def _overflow(self) -> None:
        """Watch what was made while the kernel dropped events, then say that changes were missed."""
        with self._lock:
            if self._lost:
                return
            try:
                self._add("")
            except (WatchLimitReached, OSError) as error:
                self._lose(error if isinstance(error, WatchLimitReached) else None)
        self._on_overflow()

    def _add(self, top: str) -> None:
        """Watch ``top`` and each directory below it that is not ignored, and not yet watched.

        A directory is watched before it is listed: what is made in it from then on is an event.
        """
        pending = [top]
        while pending:
            path = pending.pop()
            if path in self._skip or self._rules.ignored(path, is_directory=True):
                continue
            if not self._watch(path):
                continue
            try:
                with os.scandir(self._full(path)) as entries:
                    inner = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            except OSError:
                continue  # gone or unreadable, as the scan will report
            pending.extend(f"{path}/{name}" if path else name for name in inner)

    def _watch(self, path: str) -> bool:
        with self._lock:
            if self._lost:
                return False
            if path in self._watched:
                return True
            if self._limit is not None and len(self._watched) >= self._limit:
                raise WatchLimitReached(WATCHES)
            directory = _Directory(self, path)
            try:
                found = self._inotify.add_callback(
                    os.fsencode(self._full(path)), _MASK, directory, CallbackId(id(directory))
                )
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.ENOMEM):
                    raise WatchLimitReached(WATCHES) from error
                if not path:
                    raise
                return False  # gone again, or no directory any more
            if found < 0:  # watchdog's answer to a directory that may not be read
                return False
            directory.descriptor = found
            self._watched[path] = directory
            return True

    def _forget(self, top: str) -> None:
        """End the watches of a directory that was moved away or deleted; inotify would follow it to its new place."""
        below = top + "/"
        paths = [at for at in self._watched if at == top or at.startswith(below)]
        gone = [self._watched.pop(at) for at in paths]
        self._inotify.remove_callbacks(
            [(ended.descriptor, CallbackId(id(ended))) for ended in gone if ended.descriptor is not None]
        )

    def _lose(self, error: WatchLimitReached | None) -> None:
        if not self._lost:
            self._lost = True
            self._on_lost(self, error)

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root
