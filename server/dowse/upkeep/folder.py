"""Keeps the index of one workspace folder true to the disk."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from dowse.chunking.prepared import MissingFile, Prepared, PreparedFile
from dowse.workspace.discovery import scan, stamp_of
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp
from dowse.workspace.watching import Watcher

if TYPE_CHECKING:
    from dowse.chunking.preparing import ChunkerPool
    from dowse.index.folder import FolderIndex
    from dowse.index.records import MissingVector
    from dowse.settings import FileSettings

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.3
"""Prepared files are committed this often, so that the first of a large tree are found while the rest is read."""

FLUSH_CHUNKS = 2_000
"""Chunks in one transaction: enough to make its fixed cost small, few enough that a saved file waits little."""


@dataclass(slots=True)
class Progress:
    """How far the present reconciliation is. ``total`` grows while the scan goes on."""

    total: int = 0
    done: int = 0


class FolderUpkeep:
    """Compares one folder with its index and takes in what differs. The index thread owns it."""

    def __init__(
        self,
        index: FolderIndex,
        settings: FileSettings,
        pool: ChunkerPool,
        on_missing: Callable[[FolderIndex, list[MissingVector]], None],
    ) -> None:
        """``on_missing`` takes the texts that need vectors, after each commit."""
        self.index = index
        self.rules = IgnoreRules(index.root, settings.exclude)
        self.nested: tuple[Path, ...] = ()
        """Workspace folders inside this one; their files are theirs."""
        self.progress = Progress()
        self._settings = settings
        self._pool = pool
        self._on_missing = on_missing
        self._meanwhile: set[str] | None = None
        """While a reconciliation breathes, what is taken in: paths of files and of directories."""

    def reconcile(self, stop: Event, breathe: Callable[[], None], *, under: str = "", afresh: bool = False) -> None:
        """Scan the folder, or what lies in its directory ``under``; take in what differs and drop what is gone.

        ``breathe`` is called between commits, for work that must not wait until a large tree is done. ``afresh``
        also looks again at unchanged files that were left out. Raises ``OSError`` where the folder itself cannot be
        listed, rather than take every file for deleted.
        """
        known = {path: record for path, record in self.index.files().items() if _lies_in(path, under)}
        stale = frozenset(self.index.stale_paths())
        look_again = afresh or bool(stale)  # another chunker may know what the last one left out
        progress = Progress()
        if not under:  # which may be taken in in the middle of the whole folder
            self.progress = progress
        seen: set[str] = set()
        unknown: set[str] = set()
        overtaken: set[str] = set()  # what is known here of these may be older than what the index has

        def unreadable(path: str, error: OSError) -> None:
            unknown.add(path)
            log.warning("a directory cannot be listed: %s", error.strerror)

        def changed() -> Iterator[str]:
            found = scan(self.index.root, self.rules, nested=self.nested, under=under, on_unreadable=unreadable)
            for path, stamp in _ahead(found, progress, stop):
                seen.add(path)
                record = known.get(path)
                unchanged = record is not None and record.stamp == stamp and path not in stale
                if unchanged and not (look_again and record is not None and record.left_out):
                    progress.done += 1
                else:
                    yield path

        if not under:
            self.rules.reload()
        for updates in _batched(self._prepared(changed(), stop), progress):
            if updates and not known:
                self.index.filled = False
            self._apply([update for update in updates if not _is_among(update.path, overtaken)])
            overtaken |= self._taken_in_by(breathe)
        if not stop.is_set():
            unseen = [path for path in known.keys() - seen if not _is_among(path, overtaken)]
            gone = [path for path in unseen if not any(_lies_in(path, each) for each in unknown)]
            self._apply([MissingFile(path) for path in sorted(gone)])
            self._take_in(overtaken, frozenset(), stop, lambda: None)
            if not under:
                self.index.filled = True

    def update(
        self, paths: Collection[str], suspect: Collection[str], stop: Event, breathe: Callable[[], None]
    ) -> bool:
        """Take in these absolute paths of files and directories; False where only a reconciliation will do.

        Those that are ``suspect`` too are read even where their stamps say that nothing has changed.
        """
        relative = {path for path in map(self._relative, paths) if path is not None}
        if any(not path or self.rules.is_rules_file(path) for path in relative):
            return False
        distrusted = {path for path in map(self._relative, suspect) if path is not None}
        self._take_in(relative, distrusted, stop, breathe)
        return True

    def _take_in(
        self, paths: Collection[str], distrusted: Collection[str], stop: Event, breathe: Callable[[], None]
    ) -> None:
        """Like :meth:`update`, for relative paths."""
        self._note(paths)
        # Not by ``Path``, which raises for a name that the system refuses: anything may be reported.
        files = {path for path in paths if not os.path.isdir(f"{self.index.root}/{path}")}  # noqa: PTH112
        for directory in sorted(set(paths) - files):
            self.reconcile(stop, breathe, under=directory)
        # Where a file and a directory have taken each other's name, nothing need have been said of what was there.
        gone = [path for path in set(paths) - files if self.index.file(path) is not None]
        gone += [inside for path in files if self.index.file(path) is None for inside in self.index.paths_below(path)]
        self._apply([MissingFile(path) for path in sorted(gone)])
        self.take(sorted(path for path in files if path in distrusted or self._differs(path)), stop)

    def _note(self, paths: Iterable[str]) -> None:
        if self._meanwhile is not None:
            self._meanwhile.update(paths)

    def _taken_in_by(self, breathe: Callable[[], None]) -> set[str]:
        before, self._meanwhile = self._meanwhile, set()
        try:
            breathe()
            return self._meanwhile
        finally:
            self._meanwhile = before

    def _differs(self, path: str) -> bool:
        """Whether a file is not as it was when it was last read: an editor and a watcher both report each save."""
        record = self.index.file(path)
        try:
            status = (self.index.root / path).lstat()
        except (OSError, ValueError):  # ValueError: no file has this name
            return record is not None
        return record is None or record.stamp != stamp_of(status)

    def take(self, paths: Collection[str], stop: Event) -> None:
        """Read these relative paths anew, whatever their stamps say."""
        self._note(paths)
        ignored = {path for path in paths if self.rules.ignored(path, is_directory=False)}
        self._apply([MissingFile(path) for path in sorted(ignored) if self.index.file(path) is not None])
        for updates in _batched(self._prepared([path for path in paths if path not in ignored], stop), Progress()):
            self._apply(updates)

    def _prepared(self, paths: Iterable[str], stop: Event) -> Iterator[Prepared | None]:
        return self._pool.prepare_all(self.index.root, paths, stop)

    def _apply(self, updates: list[Prepared]) -> None:
        if not updates:
            return
        with self._pool.courtesy.turn_at_once():  # what was saved must not wait
            missing = self.index.apply(updates)
        if missing:
            self._on_missing(self.index, missing)

    def _relative(self, path: str) -> str | None:
        """Return an absolute path relative to the folder; None where it is outside or a nested folder's."""
        root = str(self.index.root)
        if path == root:
            return ""
        inside = os.path.join(root, "")  # which adds nothing to the root of a file system  # noqa: PTH118
        if not path.startswith(inside):
            return None
        if any(path == str(nested) or path.startswith(f"{nested}{os.sep}") for nested in self.nested):
            return None
        return path[len(inside) :].replace(os.sep, "/")


@dataclass(slots=True, eq=False)
class OpenFolder:
    """A workspace folder that is being kept."""

    upkeep: FolderUpkeep
    watcher: Watcher | None = None
    reconciling: bool = False

    @property
    def index(self) -> FolderIndex:
        """The folder's index."""
        return self.upkeep.index

    @property
    def waiting(self) -> int:
        """Files that the present reconciliation has found and not looked at."""
        return max(0, self.upkeep.progress.total - self.upkeep.progress.done) if self.reconciling else 0

    def watch(
        self,
        on_paths: Callable[[Collection[str]], None],
        *,
        on_overflow: Callable[[], None],
        on_message: Callable[[str], None],
    ) -> None:
        """Follow what changes in the folder, by the rules of its upkeep; nothing where that is done already."""
        if self.watcher is not None:
            return
        rules = self.upkeep.rules
        self.watcher = Watcher(
            self.index.root, rules, on_paths=on_paths, on_overflow=on_overflow, on_message=on_message
        )
        self.watcher.start()

    def stop_watching(self) -> None:
        """Follow it no more."""
        if self.watcher is not None:
            self.watcher.stop()
            self.watcher = None


def nest(folders: Collection[OpenFolder]) -> list[OpenFolder]:
    """Give each folder the others inside it; return those for which that changed."""
    changed = []
    for folder in folders:
        root = folder.index.root
        inside = tuple(f.index.root for f in folders if f is not folder and f.index.root.is_relative_to(root))
        if inside != folder.upkeep.nested:
            folder.upkeep.nested = inside
            changed.append(folder)
    return changed


def _lies_in(path: str, directory: str) -> bool:
    return not directory or path.startswith(directory + "/")


def _is_among(path: str, paths: Collection[str]) -> bool:
    """Whether ``path``, or a directory above it, is one of ``paths``."""
    while path and paths:
        if path in paths:
            return True
        path = path.rpartition("/")[0]
    return False


def _batched(prepared: Iterable[Prepared | None], progress: Progress) -> Iterator[list[Prepared]]:
    """Group prepared files into commits of :data:`FLUSH_CHUNKS` or :data:`FLUSH_SECONDS`; empty while all are slow."""
    batch: list[Prepared] = []
    chunks, started = 0, time.monotonic()
    for each in prepared:
        if each is not None:
            batch.append(each)
            chunks += len(each.chunks) if isinstance(each, PreparedFile) else 0
        idle = each is None and not batch
        if idle or chunks >= FLUSH_CHUNKS or time.monotonic() - started >= FLUSH_SECONDS:
            yield batch
            progress.done += len(batch)
            batch, chunks, started = [], 0, time.monotonic()
    yield batch
    progress.done += len(batch)


def _ahead(found: Iterator[tuple[str, FileStamp]], progress: Progress, stop: Event) -> Iterator[tuple[str, FileStamp]]:
    """Run a scan ahead of its consumer on a thread, so that the total is known early; raises what the scan raises."""
    queue: SimpleQueue[tuple[str, FileStamp] | BaseException | None] = SimpleQueue()

    def run() -> None:
        try:
            for entry in found:
                if stop.is_set():
                    break
                progress.total += 1
                queue.put(entry)
        except BaseException as error:  # handed on to the consumer
            queue.put(error)
        queue.put(None)

    Thread(target=run, name="dowse-scan", daemon=True).start()
    while (entry := queue.get()) is not None:
        if isinstance(entry, BaseException):
            raise entry
        yield entry
