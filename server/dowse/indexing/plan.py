"""What is to be done now, seen from the state alone: the one place that decides what begins, and in which order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from heapq import heappop
from threading import BoundedSemaphore
from threading import Event as Flag

from dowse.chunking.chunk import SpaceName
from dowse.indexing.effects import (
    ChunkDocument,
    EmbedDocumentTexts,
    EmbedTexts,
    OpenModel,
    ReadBattery,
    ReadFiles,
    RunOperation,
    ScanFolder,
)
from dowse.indexing.operations import (
    Clear,
    CompleteScan,
    FindFilesWithoutVectors,
    Follow,
    Maintain,
    Operation,
    UseModel,
    WriteFiles,
)
from dowse.indexing.state import (
    EmbedBatch,
    FolderPhase,
    FolderState,
    IndexerState,
    Reading,
    ReadingPurpose,
    VectorQueue,
)


def plan(state: IndexerState, now: float) -> None:
    """Start everything that can begin now."""
    open_models(state, now)
    look_at_battery(state, now)
    for folder in state.indexes:
        if folder.retry_at is not None and now >= folder.retry_at:
            folder.retry_at = None
        if folder.phase is FolderPhase.WRITING:
            choose_models(state, folder)
            start_scan(state, folder, now)
            start_update(state, folder, now)
            find_unembedded(state, folder)
            maintain(state, folder, now)
        look_at_other_processes(state, folder, now)
        run_next_operation(state, folder)
    chunk_next_document(state, now)
    embed_documents(state, now)
    embed_next_batch(state, state.serving, now)
    embed_next_batch(state, state.building, now)


def next_due(state: IndexerState, now: float) -> float | None:
    """Return when something is due although nothing happens; None where there is nothing.

    What is due already waits for an event, since ``plan`` has not begun it.
    """
    times: list[float | None] = [state.battery_read_at, state.models.next_retry()]
    if state.models.loading:
        times.append(state.models.patience_until)
    for folder in state.indexes:
        times += [folder.follow_at, folder.reported.due, folder.retry_at]
        if folder.maintain:
            times.append(state.typing_until)
    times += [document.due for document in state.documents.values()]
    return min((time for time in times if time is not None and time > now), default=None)


# Models.


def open_models(state: IndexerState, now: float) -> None:
    """Open the models that are needed, and those again whose failure may have passed."""
    models = state.models
    for spec in models.to_retry(now):
        state.start(OpenModel(models.worker, models.number, spec, again=True))
    for spec in models.to_open():
        state.start(OpenModel(models.worker, models.number, spec))


def choose_models(state: IndexerState, folder: FolderState) -> None:
    """Give an index the best models that can be used by now; a new one begins with one that is there at once."""
    assert folder.index is not None
    for space in SpaceName:
        wanted = [state.models.best(space)]
        if folder.index.snapshot.serving(space) is None and space not in folder.models:
            wanted.insert(0, state.models.instant(space))
            if wanted[0] is None:
                continue  # it is being opened, and better begun with than one that may take hours
        for model in wanted:
            if model is not None and folder.models.get(space) != (model.spec, model.info):
                folder.models[space] = model.spec, model.info
                folder.add_operation(UseModel(space, model.spec, model.info))


def serving_models(state: IndexerState, space: SpaceName) -> dict[str, str]:
    """Return the models whose vectors answer in a space, fingerprint → spec; without folders, the wanted one."""
    served = [folder.index.snapshot.serving(space) for folder in state.indexes if folder.index is not None]
    models = {
        info.fingerprint: spec for spec, info in filter(None, served) if state.models.allows(spec, info.fingerprint)
    }
    if not served and (best := state.models.best(space) or state.models.instant(space)) is not None:
        models[best.info.fingerprint] = best.spec
    return models


# Folders.


def start_scan(state: IndexerState, folder: FolderState, now: float) -> None:
    """Compare a folder with the disk, once the models are there or have been waited for."""
    waits = state.models.loading and now < state.models.patience_until
    waits = waits or any(isinstance(each, Clear) for each in folder.pending_operations)  # it compares with what is left
    if not folder.scan_wanted or folder.scan or waits or state.paused or folder.retry_at is not None:
        return
    folder.scan_wanted = False
    folder.scan = new_reading(state, ReadingPurpose.SCAN)
    restart, folder.restart_watcher = folder.restart_watcher, False
    state.start(
        ScanFolder(
            folder.view,
            folder.scan.number,
            state.settings.files,
            folder.watcher if state.watch else None,
            restart,
            folder.scan.permits,
            folder.scan.stop,
        )
    )


def start_update(state: IndexerState, folder: FolderState, now: float) -> None:
    """Read files that were reported, or else files whose texts have no vector."""
    if folder.update or state.paused or folder.retry_at is not None:
        return
    if folder.reported.due is not None and now >= folder.reported.due:
        paths, distrusted = folder.reported.take()
        purpose = ReadingPurpose.REPORTED
    elif folder.unembedded and not folder.scan and not folder.scan_wanted:
        paths = distrusted = frozenset(folder.unembedded)
        folder.unembedded = ()
        purpose = ReadingPurpose.VECTORS
    else:
        return
    folder.update = new_reading(state, purpose)
    if folder.scan is not None:
        folder.scan.overtaken |= paths
    state.start(
        ReadFiles(
            folder.view,
            folder.update.number,
            paths,
            distrusted,
            state.settings.files,
            folder.update.permits,
            folder.update.stop,
        )
    )


def new_reading(state: IndexerState, purpose: ReadingPurpose) -> Reading:
    """Return a scan or reading that begins now."""
    permits = BoundedSemaphore(state.tuning.batches_ahead)
    return Reading(next(state.numbers), purpose, Flag(), permits, state.settings.files)


def find_unembedded(state: IndexerState, folder: FolderState) -> None:
    """Look for files whose texts have no vector, once nothing of the folder waits to be read or embedded."""
    looking = any(isinstance(each, FindFilesWithoutVectors) for each in folder.pending_operations)
    busy = folder.scan or folder.scan_wanted or folder.update or folder.unembedded or folder.reported.paths
    embedding = state.serving.has(folder.root) or state.building.has(folder.root)
    if not folder.seek_unembedded or looking or busy or embedding or state.paused or folder.retry_at is not None:
        return
    assert folder.index is not None
    snapshot = folder.index.snapshot
    roles = [role(space) for space in SpaceName for role in (snapshot.serving, snapshot.building)]
    usable = {
        info.fingerprint: spec for spec, info in filter(None, roles) if state.models.can_use(spec, info.fingerprint)
    }
    folder.seek_unembedded = False  # until somebody asks for it again
    inside = [path for path in map(folder.relative, state.opened) if path]
    folder.add_operation(FindFilesWithoutVectors(state.tuning.files_for_vectors, usable, tuple(inside)))


def maintain(state: IndexerState, folder: FolderState, now: float) -> None:
    """Make an index fast and small while nothing else is to be done with it and nobody types."""
    if not folder.maintain or folder.waiting or folder.running or state.paused or state.is_typing(now):
        return
    if not state.serving.has(folder.root) and not state.building.embedding:
        folder.maintain = False
        folder.add_operation(Maintain())


def look_at_other_processes(state: IndexerState, folder: FolderState, now: float) -> None:
    """Look at what other processes did now and then, and when a request waits for it."""
    if any(isinstance(each, Follow) for each in folder.pending_operations):
        return
    wanted = folder.phase is FolderPhase.FOLLOWING and folder.followed < state.follow_wanted
    if wanted or now >= folder.follow_at:
        folder.following = state.follow_wanted
        folder.add_operation(Follow(take_over=now >= folder.follow_at))


def run_next_operation(state: IndexerState, folder: FolderState) -> None:
    """Carry out the most urgent operation, one at a time."""
    if folder.running is None and folder.waiting:
        folder.running = without_overtaken(folder, heappop(folder.waiting)[-1])
        state.start(RunOperation(folder.root, folder.running))


def without_overtaken(folder: FolderState, operation: Operation) -> Operation:
    """Leave out of a scan's batch what was reported, and perhaps read again, since the scan has begun."""
    if folder.scan is None or not folder.scan.overtaken:
        return operation
    overtaken = folder.scan.overtaken
    match operation:
        case WriteFiles(updates, reading=number) if number == folder.scan.number:
            return replace(operation, updates=tuple(each for each in updates if not is_among(each.path, overtaken)))
        case CompleteScan(missing):
            return replace(operation, missing=tuple(path for path in missing if not is_among(path, overtaken)))
    return operation


def is_among(path: str, paths: Collection[str]) -> bool:
    """Return whether ``path``, or a directory above it, is one of ``paths``."""
    while path:
        if path in paths:
            return True
        path = path.rpartition("/")[0]
    return False


# Open documents.


def chunk_next_document(state: IndexerState, now: float) -> None:
    """Compare the document that waits longest with the index, once nothing is typed in it or a request waits for it."""
    if state.chunking is not None:
        return
    due = (name for name, each in state.documents.items() if state.documents_wanted or now >= each.due)
    document = next(due, None)
    if document is not None:
        state.chunking, state.chunking_since = document, now
        folders = tuple(folder.view for folder in state.indexes)
        state.start(ChunkDocument(document, state.documents[document].version, folders, state.settings.files.max_size))


def embed_documents(state: IndexerState, now: float) -> None:
    """Ask the models that answer for vectors of open documents; each text once."""
    serving = {space: serving_models(state, space) for space in SpaceName}
    if not state.overlay_changed and serving == state.overlay_models:
        return
    state.overlay_changed, state.overlay_models = False, serving
    for space, models in serving.items():
        for fingerprint, spec in models.items():
            missing = [
                each
                for each in state.overlay.missing(space, fingerprint)
                if (space, fingerprint, each.digest) not in state.overlay_asked
            ]
            if not missing or not state.models.can_use(spec, fingerprint):
                continue
            digests = tuple(each.digest for each in missing)
            state.overlay_asked.update((space, fingerprint, digest) for digest in digests)
            state.overlay_requests += 1
            state.overlay_requested_at = now
            texts = tuple(each.text for each in missing)
            state.start(EmbedDocumentTexts(state.models.worker, space, fingerprint, spec, digests, texts))


# Vectors.


def embed_next_batch(state: IndexerState, queue: VectorQueue, now: float) -> None:
    """Embed the next texts, while those before them are stored."""
    while queue.waiting and not queue.embedding and len(queue.batches) < 2 and not state.paused:
        most = state.tuning.embed_batch_while_typing if state.is_typing(now) else state.tuning.embed_batch
        taken = queue.take(most)
        root, missing = taken[0][0], tuple(each for _, each in taken)
        folder = state.folders[root]
        spec = spec_of(folder, missing[0].space, missing[0].model)
        if spec is None or missing[0].model is None or not state.models.can_use(spec, missing[0].model):
            folder.seek_unembedded = True
            continue
        number = next(state.numbers)
        queue.batches[number] = EmbedBatch(number, root, missing[0].space, spec, missing[0].model, missing)
        state.start(
            EmbedTexts(state.models.worker, state.models.number, number, spec, tuple(each.text for each in missing))
        )


def spec_of(folder: FolderState, space: SpaceName, fingerprint: str | None) -> str | None:
    """Return the model of an index that has this fingerprint; None where it has another one by now."""
    assert folder.index is not None
    snapshot = folder.index.snapshot
    roles = filter(None, (snapshot.serving(space), snapshot.building(space)))
    return next((spec for spec, info in roles if info.fingerprint == fingerprint), None)


def look_at_battery(state: IndexerState, now: float) -> None:
    """See whether the machine runs on its battery, where the settings ask for that."""
    if state.settings.indexing.pause_on_battery and state.battery_read_at is not None and now >= state.battery_read_at:
        state.battery_read_at = None
        state.start(ReadBattery())


# What the state amounts to.


def is_folder_busy(folder: FolderState) -> bool:
    """Return whether something is left to do in a folder until something changes."""
    match folder.phase:
        case FolderPhase.OPENING:
            return True
        case FolderPhase.UNAVAILABLE:
            return False
        case FolderPhase.FOLLOWING:
            assert folder.index is not None
            snapshot = folder.index.snapshot
            return not snapshot.complete or snapshot.vectors_missing > 0
    under_way = any(not isinstance(each, Follow | Maintain) for each in folder.pending_operations)
    waits = folder.scan_wanted or folder.reported.paths or folder.unembedded or folder.seek_unembedded
    return bool((waits and folder.retry_at is None) or folder.scan or folder.update or under_way)


def is_idle(state: IndexerState) -> bool:
    """Return whether nothing is left to do until something changes."""
    vectors = len(state.serving) + len(state.building)
    busy = any(map(is_folder_busy, state.folders.values()))
    return not (busy or vectors or state.documents or state.models.loading)


def queue_length(state: IndexerState) -> int:
    """Return how many files wait to be read and texts to be embedded."""
    files = sum(
        len(folder.reported.paths) + (max(0, folder.scan.total - folder.scan.done) if folder.scan is not None else 0)
        for folder in state.folders.values()
    )
    return files + len(state.serving) + len(state.building)
