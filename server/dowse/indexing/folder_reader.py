"""Reading what differs between a folder on the disk and its index, on threads of its own, which only post events."""

from __future__ import annotations

import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from threading import BoundedSemaphore, Condition, Thread
from threading import Event as Flag
from typing import TYPE_CHECKING

from dowse.chunking.prepared_file import MissingFile, Prepared, PreparedFile
from dowse.indexing.events import Event, FilesRead, ReadingDone, ScanProgress
from dowse.workspace.discovery import has_digest, judged_alike, scan
from dowse.workspace.source import FileStamp, stamp_of

if TYPE_CHECKING:
    from dowse.chunking.chunker_pool import ChunkerPool
    from dowse.index.records import FileRecord
    from dowse.indexing.effects import FolderView, ReadFiles, ScanFolder
    from dowse.indexing.tuning import IndexingTuning
    from dowse.settings import FileSettings

log = logging.getLogger(__name__)

PERMIT_SECONDS = 0.1
"""Between two looks at whether a scan that waits for its batches to be written shall end."""

Post = Callable[[Event], None]


class _Walk:
    """A scan of the disk that runs ahead of the reading on a thread, so that the total is known early.

    Iterating gives the paths that differ from the index. ``met`` and ``unreadable`` are complete when it has ended.
    """

    def __init__(
        self, folder: FolderView, known: dict[str, FileRecord], under: str, stop: Flag, files: FileSettings
    ) -> None:
        self.met: set[str] = set()
        self.unreadable: set[str] = set()
        self.unchanged = 0
        self._folder = folder
        self._known = known
        self._stale = frozenset(folder.index.stale_paths())
        self._files = files
        self._read_under = folder.index.read_under()
        self._under = under
        self._stop = stop
        self._abandoned = False
        self._changed = Condition()
        self._differing: deque[str] = deque()
        self._ended = False
        self._error: BaseException | None = None
        Thread(target=self._run, name="dowse-scan", daemon=True).start()

    def __iter__(self) -> Iterator[str]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._differing or self._ended)
                if not self._differing:
                    break
                path = self._differing.popleft()
            yield path
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """End the scan: nobody takes its paths any more."""
        self._abandoned = True

    def missing(self) -> list[str]:
        """Return known files that are gone; what lies in a directory that cannot be listed is not known to be."""
        unseen = self._known.keys() - self.met
        return sorted(path for path in unseen if not any(_lies_in(path, each) for each in self.unreadable))

    def _run(self) -> None:
        folder = self._folder
        try:
            for path, stamp in scan(
                folder.root, folder.rules, nested=folder.nested, under=self._under, on_unreadable=self._note_unreadable
            ):
                if self._stop.is_set() or self._abandoned:
                    break
                self.met.add(path)
                if self._differs(path, stamp):
                    with self._changed:
                        self._differing.append(path)
                        self._changed.notify()
                else:
                    self.unchanged += 1
        except BaseException as error:  # raised again by whoever iterates
            self._error = error
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _differs(self, path: str, stamp: FileStamp) -> bool:
        record = self._known.get(path)
        if record is None or record.stamp != stamp or path in self._stale:
            return True
        if self._stale and record.skipped is not None:  # another chunker may know what the last one skipped
            return True
        return self._read_under is None or not all(
            judged_alike(stamp.size, before, self._files) for before in self._read_under
        )

    def _note_unreadable(self, path: str, error: OSError) -> None:
        self.unreadable.add(path)
        log.warning("a directory cannot be listed: %s", error.strerror)


def scan_folder(wanted: ScanFolder, pool: ChunkerPool, post: Post, tuning: IndexingTuning) -> None:
    """Compare a whole folder with the disk: post batches of what differs, and at the end what is gone."""
    folder = wanted.folder
    root, number, stop = folder.root, wanted.reading, wanted.stop
    try:
        if not root.is_dir():
            raise FileNotFoundError(2, "the folder is gone", str(root))
        folder.rules.reload(wanted.files.exclude)
        if wanted.watcher is not None:
            if wanted.restart_watcher:
                wanted.watcher.stop()
            wanted.watcher.start(folder.nested)
        known = folder.index.files()
        walk = _Walk(folder, known, "", stop, wanted.files)
        written = 0
        try:
            for batch in _batches(pool.prepare_all(root, walk, stop, wanted.files), tuning):
                if batch and not _post_batch(
                    post, FilesRead(root, number, tuple(batch), not known), wanted.permits, stop
                ):
                    break
                written += len(batch)
                post(ScanProgress(root, number, len(walk.met), walk.unchanged + written))
        finally:
            walk.abandon()
        post(ReadingDone(root, number, tuple(walk.missing()) if not stop.is_set() else (), stopped=stop.is_set()))
    except OSError as error:
        message = f"A folder cannot be read and its index is kept as it was: {error}"
        post(ReadingDone(root, number, stopped=stop.is_set(), error=message))
    except Exception as error:
        log.exception("a folder could not be compared with the disk")
        message = f"Indexing met an unexpected error ({type(error).__name__}); the log has the details."
        post(ReadingDone(root, number, stopped=stop.is_set(), error=message))


def read_files(wanted: ReadFiles, pool: ChunkerPool, post: Post, tuning: IndexingTuning) -> None:
    """Read reported files and directories as far as they differ from the index, and post batches of them."""
    root, number, stop = wanted.folder.root, wanted.reading, wanted.stop
    error: str | None = None
    try:
        for batch in _batches(_differing(wanted, pool), tuning):
            if batch and not _post_batch(post, FilesRead(root, number, tuple(batch)), wanted.permits, stop):
                break
    except OSError as failure:
        error = f"A folder cannot be read and its index is kept as it was: {failure}"
    except Exception as failure:
        log.exception("reported files could not be read")
        error = f"Indexing met an unexpected error ({type(failure).__name__}); the log has the details."
    post(ReadingDone(root, number, stopped=stop.is_set(), error=error))


def _differing(wanted: ReadFiles, pool: ChunkerPool) -> Iterator[Prepared | None]:
    folder, index = wanted.folder, wanted.folder.index
    paths = wanted.paths | wanted.distrusted
    # Not by ``Path``, which raises for a name that the system refuses: anything may be reported.
    files = {path for path in paths if not os.path.isdir(f"{folder.root}/{path}")}  # noqa: PTH112
    for directory in sorted(paths - files):
        known = {path: record for path, record in index.files().items() if _lies_in(path, directory)}
        walk = _Walk(folder, known, directory, wanted.stop, wanted.files)
        try:
            yield from pool.prepare_all(folder.root, walk, wanted.stop, wanted.files)
        finally:
            walk.abandon()
        if not wanted.stop.is_set():
            yield from map(MissingFile, walk.missing())
    # Where a file and a directory have taken each other's name, nothing need have been said of what was there.
    gone = [path for path in paths - files if index.file(path) is not None]
    gone += [inside for path in files if index.file(path) is None for inside in index.paths_below(path)]
    ignored = {path for path in files if folder.rules.ignored(path, is_directory=False)}
    gone += [path for path in ignored if index.file(path) is not None]
    yield from map(MissingFile, sorted(gone))
    read = sorted(path for path in files - ignored if path in wanted.distrusted or _differs(wanted, path))
    yield from pool.prepare_all(folder.root, read, wanted.stop, wanted.files)


def _differs(wanted: ReadFiles, path: str) -> bool:
    """Return whether a reported file is not as it was when it was last read.

    An editor and a watcher both report each save, so most are. Their bytes say so: where a system stamps coarsely, or a
    program sets times back, an equal stamp says nothing.
    """
    root, record = wanted.folder.root, wanted.folder.index.file(path)
    try:
        status = (root / path).lstat()
    except (OSError, ValueError):  # ValueError: no file has this name
        return record is not None
    if record is None or record.digest is None or record.stamp != stamp_of(status):
        return True
    return not has_digest(root, path, record.digest, wanted.files)


def _lies_in(path: str, directory: str) -> bool:
    return not directory or path.startswith(directory + "/")


def _post_batch(post: Post, batch: FilesRead, permits: BoundedSemaphore, stop: Flag) -> bool:
    """Post a batch when few others wait to be written; False where the reading is to end."""
    while not stop.is_set():
        if permits.acquire(timeout=PERMIT_SECONDS):
            post(batch)
            return True
    return False


def _batches(prepared: Iterable[Prepared | None], tuning: IndexingTuning) -> Iterator[list[Prepared]]:
    """Group prepared files into batches by the tuning; an empty one where all files are slow."""
    batch: list[Prepared] = []
    chunks, started = 0, time.monotonic()
    for each in prepared:
        if each is not None:
            batch.append(each)
            chunks += len(each.chunks) if isinstance(each, PreparedFile) else 0
        waits = each is None and not batch
        if waits or chunks >= tuning.flush_chunks or time.monotonic() - started >= tuning.flush_seconds:
            yield batch
            batch, chunks, started = [], 0, time.monotonic()
    yield batch
