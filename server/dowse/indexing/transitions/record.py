"""How an event changes the state: facts are recorded here, and ``plan`` decides what follows from them.

Nothing in this package waits, touches the disk, or asks what time it is.
"""

from __future__ import annotations

from dowse.embedding.providers import shown
from dowse.indexing.events import (
    BatteryRead,
    DocumentChanged,
    DocumentChunked,
    DocumentsWanted,
    DocumentVectorsReady,
    Event,
    FilesChanged,
    FilesRead,
    FolderOpened,
    FoldersChanged,
    FolderUnavailable,
    FollowWanted,
    ModelFailed,
    ModelReady,
    OperationDone,
    OperationFailed,
    PauseWanted,
    ReadingDone,
    RebuildWanted,
    ResumeWanted,
    ScanProgress,
    ScanWanted,
    SettingsChanged,
    Stop,
    TextsEmbedded,
    Tick,
    WatchDegraded,
    WatchOverflow,
)
from dowse.indexing.operations import WriteFiles
from dowse.indexing.state import FolderPhase, IndexerState
from dowse.indexing.transitions.documents import (
    ask_again_for_document_vectors,
    change_document,
    take_chunked_document,
    take_document_vectors,
)
from dowse.indexing.transitions.folders import (
    change_folders,
    end_reading,
    open_folder,
    reading_of,
    rebuild,
    report_files,
    stop_reading,
)
from dowse.indexing.transitions.operations import fail_operation, finish_operation
from dowse.indexing.transitions.settings import change_settings, pause, read_battery, resume_by_hand
from dowse.indexing.transitions.vectors import seek_unembedded, take_vectors
from dowse.status import PauseReason


def record(state: IndexerState, event: Event, now: float) -> None:  # noqa: C901 - one line an event
    """Change the state by what an event says; ``now`` is the loop's clock, in seconds."""
    match event:
        case FoldersChanged(added, removed):
            change_folders(state, added, removed, now)
        case FolderOpened():
            open_folder(state, event, now)
        case FolderUnavailable(root, number, message):
            if (folder := state.folders.get(root)) is not None and folder.number == number:
                folder.phase = FolderPhase.UNAVAILABLE
                state.begin_trouble(folder.root, message)
        case FilesChanged(paths, reporter):
            report_files(state, paths, reporter, now)
        case WatchOverflow(root):
            if (folder := state.folders.get(root)) is not None:
                folder.want_scan()
        case WatchDegraded(_, message):
            state.tell("warning", message)
        case DocumentChanged():
            change_document(state, event, now)
        case DocumentsWanted():
            state.documents_wanted = bool(state.documents)
        case FollowWanted(number):
            state.follow_wanted = max(state.follow_wanted, number)
        case DocumentChunked():
            take_chunked_document(state, event, now)
        case DocumentVectorsReady():
            take_document_vectors(state, event)
        case ScanProgress(root, number, total, done):
            if (reading := reading_of(state, root, number)) is not None:
                reading.total, reading.done = total, done
        case FilesRead(root, number, updates, begins_index):
            if (reading := reading_of(state, root, number)) is not None:
                reading.unwritten += 1
                state.folders[root].add_operation(WriteFiles(updates, number, reading.files, begins_index))
        case ReadingDone():
            end_reading(state, event)
        case OperationDone(root):
            if (folder := state.folders.get(root)) is not None and folder.running is event.operation:
                finish_operation(state, folder, event, now)
        case OperationFailed(root):
            if (folder := state.folders.get(root)) is not None and folder.running is event.operation:
                fail_operation(state, folder, event, now)
        case TextsEmbedded(number, vectors):
            take_vectors(state, number, vectors)
        case ModelReady(models, spec, info):
            if models == state.models.number:
                state.models.record_ready(spec, info, now)
                if state.end_trouble(spec):
                    state.tell("info", f"The model {shown(spec)} can be used again.")
                seek_unembedded(state.folders.values())
                ask_again_for_document_vectors(state)
        case ModelFailed(models, spec, error):
            if models == state.models.number:
                failure = state.models.record_failure(spec, error, now, state.tuning)
                again = " It is tried again from time to time." if failure.retry_at is not None else ""
                state.begin_trouble(spec, f"The model {shown(spec)} cannot be used: {failure.message}.{again}")
        case SettingsChanged(settings):
            change_settings(state, settings, now)
        case ScanWanted(root):
            for folder in state.folders.values():
                if root in (None, folder.root):
                    folder.want_scan()
        case RebuildWanted():
            resume_by_hand(state)
            for folder in state.folders.values():
                rebuild(folder)
        case PauseWanted():
            pause(state, PauseReason.USER)
        case ResumeWanted():
            resume_by_hand(state)
        case BatteryRead(on_battery):
            read_battery(state, on_battery=on_battery, now=now)
        case Tick():
            pass
        case Stop():
            for folder in state.folders.values():
                stop_reading(folder)
