"""What an operation on a folder's index returned, or why it failed."""

from __future__ import annotations

from dowse.index.errors import deletion_message
from dowse.index.records import ModelChange
from dowse.indexing.effects import ReportProjectFile
from dowse.indexing.events import OperationDone, OperationFailed
from dowse.indexing.operations import (
    Clear,
    CompleteScan,
    FindFilesWithoutVectors,
    Follow,
    FollowResult,
    Maintain,
    StoreVectors,
    UseModel,
    WriteFiles,
)
from dowse.indexing.state import FolderPhase, FolderState, IndexerState, ReadingPurpose
from dowse.indexing.transitions.documents import in_folder, mark_documents
from dowse.indexing.transitions.folders import change_folders, close_reading, reading_of, stop_reading
from dowse.indexing.transitions.vectors import queue_texts, seek_unembedded


def finish_operation(  # noqa: C901 - one case an operation
    state: IndexerState, folder: FolderState, event: OperationDone, now: float
) -> None:
    """Take note of what an operation returned."""
    folder.running = None
    if event.recovered is not None:
        state.tell("warning", event.recovered)
        folder.models.clear()
        folder.want_scan()
    match event.operation, event.result:
        case Follow(take_over), FollowResult() as result:
            if take_over:
                folder.follow_at = now + state.tuning.follow_seconds
            follow(state, folder, result, now)
        case UseModel(space, _, info), change:
            if change is ModelChange.BUILDING:
                serving = folder.index.snapshot.serving(space) if folder.index is not None else None
                state.tell(
                    "info",
                    f"The {space} index of {folder.root} is being made anew with the model {info.name}; "
                    f"{serving[1].name if serving else 'the one before'} answers until it is complete.",
                )
            seek_unembedded([folder])
            folder.maintain = True
        case WriteFiles(updates, number), list(missing):
            state.end_trouble(folder.root)
            queue_texts(state, folder, missing, for_vectors=is_for_vectors(folder, number))
            finish_write(state, folder, number, releases=True)
            mark_documents(state, in_folder(state, folder, (update.path for update in updates)), now)
        case CompleteScan(missing, number), _:
            state.end_trouble(folder.root)
            finish_write(state, folder, number, releases=False)
            mark_documents(state, in_folder(state, folder, missing), now)
        case StoreVectors(batch=number), _:
            for queue in (state.serving, state.building):
                queue.batches.pop(number, None)
            folder.maintain = True
        case FindFilesWithoutVectors(), tuple(paths):
            if paths and paths != folder.last_unembedded:  # found twice, the model gives nothing for them
                folder.unembedded = folder.last_unembedded = paths
                folder.seek_unembedded = True
        case Maintain(), more:
            folder.maintain = folder.maintain or bool(more)


def is_for_vectors(folder: FolderState, number: int) -> bool:
    """Return whether files were read because texts in them have no vector."""
    update = folder.update
    return update is not None and update.number == number and update.purpose is ReadingPurpose.VECTORS


def finish_write(state: IndexerState, folder: FolderState, number: int, *, releases: bool) -> None:
    """Take note that something of a scan or reading is written; ``releases`` where it may read the next batch."""
    reading = reading_of(state, folder.root, number)
    if reading is not None:
        reading.unwritten -= 1
        if releases:
            reading.permits.release()
        close_reading(state, folder, reading)


def fail_operation(state: IndexerState, folder: FolderState, event: OperationFailed, now: float) -> None:
    """Tell why an operation failed. Where nothing can be written, wait and compare the folder with the disk again."""
    folder.running = None
    state.begin_trouble(folder.root, event.message)
    match event.operation:
        case WriteFiles(reading=number) | CompleteScan(reading=number):
            if (reading := reading_of(state, folder.root, number)) is not None:
                reading.stopped = True  # a part of what was read is not in the index
            finish_write(state, folder, number, releases=isinstance(event.operation, WriteFiles))
        case StoreVectors(batch=number):
            for queue in (state.serving, state.building):
                queue.batches.pop(number, None)
            seek_unembedded([folder])
        case UseModel(space):
            folder.models.pop(space, None)
        case FindFilesWithoutVectors():
            pass
        case Follow():
            folder.follow_at = now + state.tuning.follow_seconds
            folder.followed = folder.following
        case Maintain() | Clear():
            pass
    if event.unwritten:
        stop_reading(folder)
        for queue in (state.serving, state.building):
            queue.forget(folder.root)
        seek_unembedded([folder])
        folder.want_scan()
        folder.retry_at = now + state.tuning.retry_seconds


def follow(state: IndexerState, folder: FolderState, result: FollowResult, now: float) -> None:
    """Take note of what other processes did to an index."""
    folder.followed = folder.following
    if result.trouble is not None:
        state.begin_trouble(folder.root, result.trouble)
    elif folder.phase is FolderPhase.FOLLOWING:
        state.end_trouble(folder.root)
    if result.changed:  # the model that serves may be a new one, and what was unsaved may be in the index by now
        mark_documents(state, state.opened, now)
        state.overlay_changed = True
    if result.rules_changed:
        folder.want_scan()
    if result.project_file_changed:
        state.start(ReportProjectFile())
    if result.writable and folder.phase is FolderPhase.FOLLOWING:
        folder.phase = FolderPhase.WRITING
        folder.want_scan()
    if result.deleted and folder.scan is None:
        state.tell("warning", deletion_message(folder.root))
        change_folders(state, [folder.root], [folder.root], now)
