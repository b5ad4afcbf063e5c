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

from dowse.chunking.preparing import MissingFile, Prepared, PreparedFile, prepare
from dowse.index.records import FileRecord, FileUpdate, IndexedFile, LeftOutFile, RemovedFile
from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp

if TYPE_CHECKING:
    from dowse.chunking.preparing import ChunkerPool
    from dowse.index.folder import FolderIndex
    from dowse.index.records import MissingVector
    from dowse.settings import FileSettings

log = logging.getLogger(__name__)

FLUSH_SECONDS = 0.3
"""Prepared files are committed this often, so that the first of a large tree are found while the rest is read."""

FLUSH_CHUNKS = 2_000
"""Chunks in one transaction: large enough that its fixed cost vanishes, small enough to keep saved files waiting little."""


@dataclass(slots=True)
class Progress:
    """How far the present reconciliation is. ``total`` grows while the scan goes on."""

    total: int = 0
    done: int = 0


class FolderUpkeep:
    """Compares one folder with its index and takes in what differs. Not thread-safe: the engine's index thread owns it."""

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

    def reconcile(self, stop: Event, breathe: Callable[[], None], *, afresh: bool = False) -> None:
        """Scan the folder, take in new and changed files, drop what is gone.

        ``breathe`` is called between commits, for work that must not wait until a large tree is done. ``afresh``
        also looks again at unchanged files that were left out. Raises ``FileNotFoundError`` where the folder itself
        is gone, rather than take every file for deleted.
        """
        if not self.index.root.is_dir():
            raise FileNotFoundError(f"the folder {self.index.root} is gone; its index is kept")
        self.rules.reload()
        known = self.index.files()
        stale = frozenset(self.index.stale_paths())
        self.progress = progress = Progress()
        seen: set[str] = set()

        def changed() -> Iterator[str]:
            for path, stamp in _ahead(scan(self.index.root, self.rules, nested=self.nested), progress, stop):
                seen.add(path)
                record = known.get(path)
                unchanged = record is not None and record.stamp == stamp and path not in stale
                if unchanged and not (afresh and record is not None and record.left_out):
                    progress.done += 1
                else:
                    yield path

        for update in _batched(self._prepared(changed(), stop), progress):
            self._apply(update)
            breathe()
        if not stop.is_set():
            self._apply([RemovedFile(path) for path in known.keys() - seen])

    def update(self, paths: Collection[str], stop: Event) -> bool:
        """Take in these absolute paths of files and directories; False where only a reconciliation will do."""
        relative = [path for path in map(self._relative, paths) if path is not None]
        if any(self.rules.is_rules_file(path) for path in relative):
            return False
        files: set[str] = set()
        removed: set[str] = set()
        for path in relative:
            absolute = self.index.root / path
            if absolute.is_dir() and not absolute.is_symlink():
                if not self.rules.ignored(path, is_directory=True):
                    return False
            elif self.index.file(path) is not None or absolute.is_file():
                files.add(path)
            else:
                removed.update(known for known in self.index.files() if known.startswith(path + "/"))
        self.take(sorted(files), stop)
        self._apply([RemovedFile(path) for path in sorted(removed)])
        return True

    def take(self, paths: Iterable[str], stop: Event) -> None:
        """Read these relative paths anew, whatever their stamps say."""
        wanted, gone = [], []
        for path in paths:
            (gone if self.rules.ignored(path, is_directory=False) else wanted).append(path)
        self._apply([RemovedFile(path) for path in gone if self.index.file(path) is not None])
        for updates in _batched(self._prepared(wanted, stop), Progress()):
            self._apply(updates)

    def _prepared(self, paths: Iterable[str], stop: Event) -> Iterator[Prepared]:
        return self._pool.prepare_all(self.index.root, paths, stop)

    def _apply(self, updates: list[FileUpdate]) -> None:
        if updates and (missing := self.index.apply(updates)):
            self._on_missing(self.index, missing)

    def _relative(self, path: str) -> str | None:
        """Return an absolute path relative to the folder; None where it is outside or a nested folder's."""
        root = str(self.index.root)
        if not path.startswith(root + os.sep):
            return None
        if any(path == str(nested) or path.startswith(f"{nested}{os.sep}") for nested in self.nested):
            return None
        return path[len(root) + 1 :].replace(os.sep, "/")


def _as_update(prepared: Prepared) -> FileUpdate:
    if isinstance(prepared, PreparedFile):
        return IndexedFile(prepared.path, prepared.stamp, prepared.digest, prepared.language, prepared.chunks)
    if isinstance(prepared, MissingFile):
        return RemovedFile(prepared.path)
    return LeftOutFile(prepared.path, prepared.stamp, prepared.reason)


def _batched(prepared: Iterable[Prepared], progress: Progress) -> Iterator[list[FileUpdate]]:
    """Group prepared files into commits of :data:`FLUSH_CHUNKS` or :data:`FLUSH_SECONDS`."""
    batch: list[FileUpdate] = []
    chunks, started = 0, time.monotonic()
    for each in prepared:
        batch.append(_as_update(each))
        chunks += len(each.chunks) if isinstance(each, PreparedFile) else 0
        if chunks >= FLUSH_CHUNKS or time.monotonic() - started >= FLUSH_SECONDS:
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
