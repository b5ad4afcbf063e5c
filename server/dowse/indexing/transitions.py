"""How an event changes the state: facts are recorded here, and ``plan`` decides what follows from them.

Nothing here waits, touches the disk, or asks what time it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from heapq import heapify, heappush
from pathlib import Path

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.opening import shown
from dowse.index.records import MissingVector, ModelChange
from dowse.indexing.effects import CloseFolder, OpenFolder, StopModels
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
    Reporter,
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
from dowse.indexing.models import ModelSet, model_lists
from dowse.indexing.operations import (
    Clear,
    CompleteScan,
    FindFilesWithoutVectors,
    Follow,
    FollowResult,
    Maintain,
    Operation,
    Priority,
    StoreVectors,
    UseModel,
    WriteFiles,
)
from dowse.indexing.state import (
    DocumentState,
    FolderPhase,
    FolderState,
    IndexerState,
    Reading,
    ReadingPurpose,
)
from dowse.settings import Restart, Settings, restarts
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
                add_operation(state.folders[root], WriteFiles(updates, number, begins_index))
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


# Folders.


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
        add_operation(folder, Clear())
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
        add_operation(folder, CompleteScan(event.missing, reading.number))
    close_reading(state, folder, reading)


def close_reading(state: IndexerState, folder: FolderState, reading: Reading) -> None:
    """Forget a scan or reading once all that it has read is written."""
    if not reading.ended or reading.unwritten:
        return
    if reading.stopped:
        folder.want_scan(afresh=reading.afresh)  # whoever stopped it decides when
    if folder.scan is reading:
        folder.scan = None
        # What was reported meanwhile may have been read by the scan before it changed, or after it was read again.
        folder.reported.add(reading.overtaken, 0.0, at_once=True)
    else:
        folder.update = None
    folder.maintain = True


# Operations on an index.


def priority_of(folder: FolderState, operation: Operation) -> Priority:
    """Return how urgent an operation is."""
    match operation:
        case Follow():
            return Priority.FOLLOW
        case Clear() | UseModel():
            return Priority.CHANGE_INDEX
        case WriteFiles(_, number) if folder.update is not None and folder.update.number == number:
            saved = folder.update.purpose is ReadingPurpose.REPORTED
            return Priority.SAVED_FILE if saved else Priority.READ_FOR_VECTORS
        case WriteFiles() | CompleteScan():
            return Priority.SCAN
        case StoreVectors(fingerprint):
            building = folder.index is not None and any(
                model is not None and model[1].fingerprint == fingerprint
                for model in map(folder.index.snapshot.building, SpaceName)
            )
            return Priority.BUILT_VECTORS if building else Priority.SAVED_VECTORS
        case FindFilesWithoutVectors():
            return Priority.READ_FOR_VECTORS
        case Maintain():
            return Priority.MAINTAIN


def add_operation(folder: FolderState, operation: Operation) -> None:
    """Have an operation carried out when its turn comes."""
    folder.operations += 1
    heappush(folder.waiting, (priority_of(folder, operation), folder.operations, operation))


def finish_operation(state: IndexerState, folder: FolderState, event: OperationDone, now: float) -> None:
    """Take note of what an operation returned."""
    folder.running = None
    if event.recovered is not None:
        state.tell("warning", event.recovered)
        folder.models.clear()
        folder.want_scan()
    match event.operation, event.result:
        case Follow(), FollowResult() as result:
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
    folder.follow_at = now + state.tuning.follow_seconds
    folder.followed = folder.following
    if result.trouble is not None:
        state.begin_trouble(folder.root, result.trouble)
    elif folder.phase is FolderPhase.FOLLOWING:
        state.end_trouble(folder.root)
    if result.changed:  # the model that serves may be a new one, and what was unsaved may be in the index by now
        mark_documents(state, state.opened, now)
        state.overlay_changed = True
    if result.writable and folder.phase is FolderPhase.FOLLOWING:
        folder.phase = FolderPhase.WRITING
        folder.want_scan()
    if result.deleted and folder.scan is None:
        state.tell("warning", f"The index of {folder.root} was deleted and is being made again.")
        change_folders(state, [folder.root], [folder.root], now)


# Open documents.


def change_document(state: IndexerState, event: DocumentChanged, now: float) -> None:
    """Take note that an open document was opened, edited or closed."""
    state.documents_version = max(state.documents_version, event.version)
    if event.open:
        state.opened.setdefault(event.document)
    else:
        state.opened.pop(event.document, None)
        state.slow_documents.discard(event.document)
    if event.typed:
        state.typing_until = now + state.tuning.quiet_after_typing
    mark_document(state, event.document, event.version, now)


def mark_documents(state: IndexerState, documents: Iterable[str], now: float) -> None:
    """Have open documents compared with the index again, whose texts have not changed."""
    version = state.documents_version
    for document in list(documents):
        state.documents.setdefault(document, DocumentState(version, version + 1, now))


def mark_document(state: IndexerState, document: str, version: int, now: float) -> None:
    """Have a changed document compared with the index when nothing has been typed in it for a moment."""
    known = state.documents.setdefault(document, DocumentState(version, version, now))
    known.version = max(known.version, version)
    known.first_version = min(known.first_version, version)
    known.due = now + state.tuning.typing_seconds


def take_chunked_document(state: IndexerState, event: DocumentChunked, now: float) -> None:
    """Put an open document into the overlay, or take it out."""
    state.chunking = None
    if now - state.chunking_since > state.tuning.slow_document:
        state.slow_documents.add(event.document)
    else:
        state.slow_documents.discard(event.document)
    if event.entry is not None:
        state.overlay = state.overlay.with_document(event.entry)
    else:
        state.overlay = state.overlay.without(event.document)
    state.overlay_changed = True
    known = state.documents.get(event.document)
    if known is None:
        return
    if known.version <= event.version:
        del state.documents[event.document]
    else:
        known.first_version = event.version + 1
    if not state.documents:
        state.documents_wanted = False


def take_document_vectors(state: IndexerState, event: DocumentVectorsReady) -> None:
    """Put vectors of open documents into the overlay."""
    state.overlay_requests -= 1
    if event.vectors is not None:
        state.overlay = state.overlay.with_vectors(
            event.space, event.fingerprint, dict(zip(event.digests, event.vectors, strict=True))
        )


def ask_again_for_document_vectors(state: IndexerState) -> None:
    """Ask models once more for vectors of open documents that they have not given."""
    state.overlay_asked.clear()
    state.overlay_changed = True


def in_folder(state: IndexerState, folder: FolderState, paths: Iterable[str]) -> list[str]:
    """Return the open documents among files of a folder."""
    if not state.opened:
        return []
    documents = (str(folder.root / path) for path in paths)
    return [document for document in documents if document in state.opened]


# Vectors and models.


def queue_texts(
    state: IndexerState, folder: FolderState, missing: Sequence[MissingVector], *, for_vectors: bool
) -> None:
    """Have texts embedded, but for those that were embedded while they were unsaved.

    What a model that is being built lacks is left for the reading of files for vectors, which knows what comes first.
    """
    assert folder.index is not None
    snapshot = folder.index.snapshot
    for space in SpaceName:
        for model, queue in ((snapshot.serving(space), state.serving), (snapshot.building(space), state.building)):
            if model is None:
                continue  # the files are read again when there is one
            fingerprint = model[1].fingerprint
            texts = {each.digest: each for each in missing if (each.space, each.model) == (space, fingerprint)}
            known = state.overlay.vectors_for(space, fingerprint, tuple(texts))
            if known:
                add_operation(folder, StoreVectors(fingerprint, tuple(known), np.stack(list(known.values()))))
            rest = [each for digest, each in texts.items() if digest not in known]
            postponed = queue is state.building and not for_vectors
            if rest and (postponed or not queue.add(folder.root, rest, state.tuning.waiting_characters)):
                folder.seek_unembedded = True


def take_vectors(state: IndexerState, number: int, vectors: np.ndarray | None) -> None:
    """Store the vectors of a batch; where the model gave none, its files are read again when it can be used."""
    for queue in (state.serving, state.building):
        batch = queue.batches.get(number)
        if batch is None:
            continue
        folder = state.folders[batch.root]
        if vectors is None:
            del queue.batches[number]
            folder.seek_unembedded = True
        else:
            batch.storing = True
            digests = tuple(each.digest for each in batch.missing)
            add_operation(folder, StoreVectors(batch.fingerprint, digests, vectors, number))


def seek_unembedded(folders: Iterable[FolderState]) -> None:
    """Have folders searched for files whose texts have no vector."""
    for folder in folders:
        folder.seek_unembedded, folder.last_unembedded, folder.unembedded = True, (), ()


# Settings and pauses.


def change_settings(state: IndexerState, settings: Settings, now: float) -> None:
    """Put new settings in force; each declares what a change of it restarts."""
    wanted = restarts(state.settings, settings)
    state.settings = settings
    if Restart.MODELS in wanted:
        for spec in state.models.failures:
            state.end_trouble(spec)
        state.start(StopModels(state.models.worker))
        number = state.models.number + 1
        state.models = ModelSet(number, state.open_worker(number, settings.models), model_lists(settings.models), now)
        for queue in (state.serving, state.building):
            queue.clear()
        for folder in state.folders.values():
            folder.models.clear()
        seek_unembedded(state.folders.values())
        ask_again_for_document_vectors(state)
    if Restart.SCAN in wanted:
        for folder in state.folders.values():
            folder.restart_watcher = True
            folder.want_scan(afresh=True)
            if folder.scan is not None:
                folder.scan.stop.set()
    if Restart.BATTERY in wanted:
        state.battery_read_at = now
        if not settings.indexing.pause_on_battery:
            resume(state, [PauseReason.BATTERY])


def pause(state: IndexerState, reason: PauseReason) -> None:
    """Read and embed nothing more."""
    if not state.paused:
        for folder in state.folders.values():
            stop_reading(folder)
    if reason not in state.paused and reason is PauseReason.BATTERY:
        state.tell("info", "Indexing rests while the machine runs on its battery (indexing.pauseOnBattery).")
    state.paused.add(reason)


def resume(state: IndexerState, reasons: Iterable[PauseReason]) -> None:
    """Go on, unless another reason for the pause is left."""
    was_paused = bool(state.paused)
    state.paused.difference_update(reasons)
    if was_paused and not state.paused:
        seek_unembedded(state.folders.values())


def resume_by_hand(state: IndexerState) -> None:
    """Go on whatever the reason for the pause; the battery is no reason again until the machine was plugged in."""
    state.battery_overridden = True
    resume(state, PauseReason)


def read_battery(state: IndexerState, *, on_battery: bool, now: float) -> None:
    """Pause on battery, unless the user has resumed by hand since the machine was last plugged in."""
    state.battery_read_at = now + state.tuning.follow_seconds
    if not on_battery:
        state.battery_overridden = False
    wanted = state.settings.indexing.pause_on_battery
    if wanted and on_battery and not state.battery_overridden:
        pause(state, PauseReason.BATTERY)
    else:
        resume(state, [PauseReason.BATTERY])
