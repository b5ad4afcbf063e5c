"""Workspace folders are opened and closed, their files reported and read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from heapq import heapify
from pathlib import Path

from dowse.indexing.effects import CloseFolder, OpenFolder
from dowse.indexing.events import FolderOpened, ReadingDone, Reporter
from dowse.indexing.operations import Clear, CompleteScan, WriteFiles
from dowse.indexing.state import FolderPhase, FolderState, IndexerState, Reading, ReadingPurpose
from dowse.indexing.transitions.documents import mark_documents


def change_folders(state: IndexerState, added: Sequence[Path], removed: Sequence[Path], now: float) -> None:
    """Close and open folders; one inside another owns its files."""
    for root in removed:
        folder = state.folders.pop(root, None)
        if folder is not None:
            state.end_trouble(root)
            stop_reading(folder)
            for queue in (state.serving, state.building):
                queue.forget(root)
            state.start(CloseFolder(root))
    for root in added:
        if root not in state.folders:
            state.folders[root] = FolderState(root, next(state.numbers))
            state.start(OpenFolder(root, state.folders[root].number, state.settings.files.exclude))
    for folder in state.folders.values():
        inside = tuple(root for root in state.folders if root != folder.root and root.is_relative_to(folder.root))
        if inside != folder.nested:
            folder.nested = inside
            folder.want_scan()
    mark_documents(state, state.opened, now)  # some may belong to another folder now, or to none


def open_folder(state: IndexerState, event: FolderOpened, now: float) -> None:
    """Begin to keep a folder whose index is open."""
    folder = state.folders.get(event.root)
    if folder is None or folder.number != event.number:
        return  # it was closed meanwhile
    folder.index, folder.rules, folder.watcher = event.index, event.rules, event.watcher
    folder.phase = FolderPhase.WRITING if event.index.writable else FolderPhase.FOLLOWING
    folder.follow_at = now + state.tuning.follow_seconds
    folder.want_scan()
    if event.index.warning is not None:
        state.tell("warning", event.index.warning)
    mark_documents(state, state.opened, now)


def report_files(state: IndexerState, paths: Collection[str], reporter: Reporter, now: float) -> None:
    """Have reported files read. A change of the folder itself, or of its rules, needs a scan."""
    at_once = reporter is not Reporter.WATCHER and len(paths) <= state.tuning.direct_paths
    for folder in state.folders.values():
        inside = {path for path in map(folder.relative, paths) if path is not None}
        if folder.rules is not None and any(not path or folder.rules.is_rules_file(path) for path in inside):
            folder.want_scan()
        elif inside and folder.phase is not FolderPhase.FOLLOWING:
            folder.reported.add(inside, now, at_once=at_once, distrusted=reporter is Reporter.SEARCH)
    mark_documents(state, [path for path in paths if path in state.opened], now)


def rebuild(folder: FolderState) -> None:
    """Index a folder anew; what was read for the old index is dropped."""
    if folder.phase is FolderPhase.WRITING:
        stop_reading(folder)
        folder.waiting = [each for each in folder.waiting if not isinstance(each[2], WriteFiles | CompleteScan)]
        heapify(folder.waiting)
        folder.scan = folder.update = None
        folder.add_operation(Clear())
    folder.want_scan()


def stop_reading(folder: FolderState) -> None:
    """End the scan and the reading of reported files that are under way."""
    for reading in (folder.scan, folder.update):
        if reading is not None:
            reading.stop.set()


def reading_of(state: IndexerState, root: Path, number: int) -> Reading | None:
    """Return a scan or reading that is under way; None for one that nobody waits for any more."""
    folder = state.folders.get(root)
    readings = (folder.scan, folder.update) if folder is not None else ()
    return next((each for each in readings if each is not None and each.number == number), None)


def end_reading(state: IndexerState, event: ReadingDone) -> None:
    """Take note that a scan, or the reading of reported files, has read all that it wanted to."""
    reading = reading_of(state, event.root, event.reading)
    if reading is None:
        return
    folder = state.folders[event.root]
    reading.ended = True
    reading.stopped = reading.stopped or event.stopped
    if event.error is not None:
        state.begin_trouble(folder.root, event.error)
    elif reading.purpose is ReadingPurpose.SCAN and not reading.stopped:
        reading.unwritten += 1
        folder.add_operation(CompleteScan(event.missing, reading.number, reading.files))
    close_reading(state, folder, reading)


def close_reading(state: IndexerState, folder: FolderState, reading: Reading) -> None:
    """Forget a scan or reading once all that it has read is written."""
    if not reading.ended or reading.unwritten:
        return
    if reading.stopped:
        folder.want_scan()  # whoever stopped it decides when
    if folder.scan is reading:
        folder.scan = None
        # What was reported meanwhile may have been read by the scan before it changed, or after it was read again.
        folder.reported.add(reading.overtaken, 0.0, at_once=True)
    else:
        folder.update = None
    folder.maintain = True
