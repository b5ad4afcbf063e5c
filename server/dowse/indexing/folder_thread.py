"""The thread that owns one folder's index: it opens it, carries out one operation after another, and closes it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from dowse.chunking.prepared_file import MissingFile
from dowse.index.errors import IndexUnavailable
from dowse.index.writer import IndexWriter
from dowse.indexing.events import Event, FolderOpened, FolderUnavailable, OperationDone, OperationFailed
from dowse.indexing.operations import (
    Clear,
    CompleteScan,
    FindFilesWithoutVectors,
    Follow,
    FollowResult,
    Maintain,
    Operation,
    StoreVectors,
    UseModel,
    WriteFiles,
)
from dowse.settings import PROJECT_FILE
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp, stamp_at
from dowse.workspace.watcher import Watcher

if TYPE_CHECKING:
    from dowse.index.tuning import IndexTuning
    from dowse.indexing.effects import OpenFolder
    from dowse.throttle import BackgroundThrottle

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What bears on a folder and is looked at now and then, since no scan or not every watcher meets it."""

    rules: tuple[tuple[str, FileStamp | None], ...]
    project_file: FileStamp | None


class FolderThread:
    """Works until :meth:`close`; results are posted as events."""

    def __init__(
        self,
        wanted: OpenFolder,
        cache_dir: Path,
        tuning: IndexTuning,
        throttle: BackgroundThrottle,
        post: Callable[[Event], None],
        make_watcher: Callable[[IgnoreRules], Watcher],
        after: FolderThread | None,
    ) -> None:
        """``after`` is the thread of an earlier opening of the folder, which has to let the index go first."""
        self._root = wanted.root
        self._wanted = wanted
        self._cache_dir = cache_dir
        self._tuning = tuning
        self._throttle = throttle
        self._post = post
        self._make_watcher = make_watcher
        self._after = after
        self._operations: SimpleQueue[Operation | None] = SimpleQueue()
        """At most one operation, and the end: the loop starts the next one when it has the result."""
        self._thread = Thread(target=self._run, name="dowse-index", daemon=True)
        self._thread.start()

    def carry_out(self, operation: Operation) -> None:
        """Have an operation carried out."""
        self._operations.put(operation)

    def close(self) -> None:
        """Close the index after the operation under way."""
        self._operations.put(None)

    def join(self, timeout: float) -> None:
        """Wait until the index is closed."""
        self._thread.join(timeout)

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(5.0)
            self._after = None
        root, number = self._root, self._wanted.number
        try:
            index = IndexWriter.open(root, self._cache_dir, self._tuning)
        except IndexUnavailable as error:
            self._post(FolderUnavailable(root, number, str(error)))
            return
        watcher: Watcher | None = None
        try:
            rules = IgnoreRules(root, self._wanted.exclude)
            watcher = self._make_watcher(rules)
            self._beside = self._look_beside(rules)
            self._post(FolderOpened(root, number, index, rules, watcher))
            while (operation := self._operations.get()) is not None:
                self._carry_out(index, rules, operation)
        except Exception as error:
            log.exception("a folder's thread has ended")
            self._post(FolderUnavailable(root, number, f"{root} cannot be indexed ({type(error).__name__})."))
        finally:
            if watcher is not None:
                watcher.stop()
            index.close()

    def _carry_out(self, index: IndexWriter, rules: IgnoreRules, operation: Operation) -> None:
        try:
            result = self._result(index, rules, operation)
        except IndexUnavailable as error:
            self._post(OperationFailed(self._root, operation, str(error), unwritten=not isinstance(operation, Follow)))
        except Exception as error:
            log.exception("an operation on an index failed")
            message = f"Indexing met an unexpected error ({type(error).__name__}); the log has the details."
            self._post(OperationFailed(self._root, operation, message, unwritten=False))
        else:
            self._post(OperationDone(self._root, operation, result, index.take_recovery()))

    def _look_beside(self, rules: IgnoreRules) -> _Beside:
        return _Beside(rules.outside(), stamp_at(str(self._root / PROJECT_FILE)))

    def _result(self, index: IndexWriter, rules: IgnoreRules, operation: Operation) -> object:
        match operation:
            case Follow(take_over):
                result = follow(index, take_over=take_over)
                if not take_over:
                    return result
                before, self._beside = self._beside, self._look_beside(rules)
                return replace(
                    result,
                    rules_changed=before.rules != self._beside.rules,
                    project_file_changed=before.project_file != self._beside.project_file,
                )
            case Clear():
                index.clear()
            case UseModel(space, spec, info):
                return index.use_model(space, spec, info)
            case WriteFiles(updates, _, files, begins_index):
                if begins_index:
                    index.mark_incomplete()
                index.note_settings(files)
                with self._throttle.acquire_at_once():  # what was saved must not wait
                    return index.borrow_vectors(index.apply(updates))
            case CompleteScan(missing, _, files):
                index.apply([MissingFile(path) for path in missing])
                index.settle_settings(files)
                index.mark_complete()
            case StoreVectors(fingerprint, digests, vectors):
                index.add_vectors(fingerprint, digests, vectors)
            case FindFilesWithoutVectors(limit, usable, first):
                can_use = lambda spec, fingerprint: usable.get(fingerprint) == spec  # noqa: E731 - with its one use
                return tuple(index.snapshot.paths_without_vectors(limit, can_use, first))
            case Maintain():
                with self._throttle.acquire_at_once():
                    return index.maintain()
        return None


def follow(index: IndexWriter, *, take_over: bool) -> FollowResult:
    """Take in what other processes committed, recover what is damaged, and with ``take_over`` become the writer."""
    trouble, changed = None, False
    try:
        if not index.writable:
            changed = index.refresh()
        if index.damaged:
            index.recover()
    except IndexUnavailable as error:
        trouble = str(error)
    if take_over:
        index.try_to_write()
    return FollowResult(index.writable, changed, index.deleted, trouble)
