"""Carries effects out on other threads. Everything here ends in events."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from dowse.embedding.model import ModelError, ModelUnavailable
from dowse.embedding.providers import is_remote
from dowse.indexing.documents import overlay_document
from dowse.indexing.effects import (
    ChunkDocument,
    CloseFolder,
    Effect,
    EmbedDocumentTexts,
    EmbedTexts,
    OpenFolder,
    OpenModel,
    ReadBattery,
    ReadFiles,
    ReportProjectFile,
    RunOperation,
    ScanFolder,
    StopModels,
    Tell,
)
from dowse.indexing.events import (
    BatteryRead,
    DocumentChunked,
    DocumentVectorsReady,
    FilesChanged,
    ModelFailed,
    ModelReady,
    Reporter,
    TextsEmbedded,
    WatchDegraded,
    WatchOverflow,
)
from dowse.indexing.folder_reader import read_files, scan_folder
from dowse.indexing.folder_thread import FolderThread
from dowse.workspace.watcher import Watcher

if TYPE_CHECKING:
    from dowse.chunking.chunker_pool import ChunkerPool
    from dowse.embedding.model import ModelInfo, Vectors
    from dowse.indexing.loop import EventQueue
    from dowse.indexing.tuning import IndexingTuning
    from dowse.status import Message
    from dowse.throttle import BackgroundThrottle
    from dowse.workspace.documents import Documents
    from dowse.workspace.ignore import IgnoreRules

log = logging.getLogger(__name__)


class EffectsRunner:
    """Owns the folders' threads. :meth:`start` is called by the loop alone, and never blocks."""

    def __init__(
        self,
        events: EventQueue,
        documents: Documents,
        pool: ChunkerPool,
        throttle: BackgroundThrottle,
        cache_dir: Path,
        tuning: IndexingTuning,
        on_message: Callable[[Message], None],
        on_battery: Callable[[], bool],
        on_project_file: Callable[[], None],
    ) -> None:
        """``on_message`` and ``on_project_file`` must not block; ``on_battery`` says whether the machine runs on it."""
        self._events = events
        self._documents = documents
        self._pool = pool
        self._throttle = throttle
        self._cache_dir = cache_dir
        self._tuning = tuning
        self._on_message = on_message
        self._on_battery = on_battery
        self._on_project_file = on_project_file
        self._folders: dict[Path, FolderThread] = {}
        self._closing: dict[Path, FolderThread] = {}

    def start(self, effect: Effect) -> None:  # noqa: C901 - one case an effect
        """Have an effect carried out."""
        post = self._events.post
        match effect:
            case OpenFolder(root):
                make_watcher = partial(self._watcher, root)
                after = self._closing.pop(root, None)
                self._folders[root] = FolderThread(
                    effect, self._cache_dir, self._tuning.index, self._throttle, post, make_watcher, after
                )
            case CloseFolder(root):
                self._closing[root] = self._folders.pop(root)
                self._closing[root].close()
            case RunOperation(root, operation):
                self._folders[root].carry_out(operation)
            case ScanFolder():
                _run("dowse-reading", scan_folder, effect, self._pool, post, self._tuning)
            case ReadFiles():
                _run("dowse-reading", read_files, effect, self._pool, post, self._tuning)
            case ChunkDocument():
                _run("dowse-document", self._chunk_document, effect)
            case EmbedDocumentTexts(worker, _, _, spec, _, texts):
                future = worker.embed_interactive(spec, texts)
                future.add_done_callback(partial(self._post_document_vectors, effect))
            case EmbedTexts():
                _run("dowse-vectors", self._embed, effect)
            case OpenModel(worker, models, spec, again):
                if again:
                    worker.forget_failure(spec)
                worker.info(spec).add_done_callback(partial(self._post_model, models, spec))
            case StopModels(worker):
                _run("dowse-stop", worker.stop, 1.0)
            case ReadBattery():
                _run("dowse-battery", self._read_battery)
            case ReportProjectFile():
                self._on_project_file()
            case Tell(message):
                severe = logging.ERROR if message.severity == "error" else logging.INFO
                log.log(severe, "%s", message.text)
                self._on_message(message)

    def close(self) -> list[FolderThread]:
        """Have all folders closed; returns their threads, to be waited for."""
        for thread in self._folders.values():
            thread.close()
        return [*self._folders.values(), *self._closing.values()]

    def _watcher(self, root: Path, rules: IgnoreRules) -> Watcher:
        post = self._events.post
        return Watcher(
            root,
            rules,
            on_paths=lambda paths: post(FilesChanged(frozenset(paths), Reporter.WATCHER)),
            on_overflow=lambda: post(WatchOverflow(root)),
            on_message=lambda text: post(WatchDegraded(root, text)),
        )

    def _chunk_document(self, effect: ChunkDocument) -> None:
        entry = None
        try:
            entry = overlay_document(effect, self._documents, self._pool)
        except Exception:  # one document must not end the searches of all others
            log.exception("an open document cannot be searched as it stands")
        self._events.post(DocumentChunked(effect.document, effect.version, entry))

    def _post_document_vectors(self, effect: EmbedDocumentTexts, future: Future[Vectors]) -> None:
        vectors = None if future.cancelled() or future.exception() is not None else future.result()
        self._events.post(DocumentVectorsReady(effect.space, effect.fingerprint, effect.digests, vectors))

    def _embed(self, effect: EmbedTexts) -> None:
        vectors = None
        try:
            # An endpoint uses nothing of this machine.
            with nullcontext() if is_remote(effect.spec) else self._throttle.acquire():
                vectors = effect.worker.embed_documents(effect.spec, effect.texts).result()
        except CancelledError:
            pass
        except ModelError as error:
            self._events.post(ModelFailed(effect.models, effect.spec, error))
        finally:
            self._events.post(TextsEmbedded(effect.batch, vectors))

    def _post_model(self, models: int, spec: str, future: Future[ModelInfo]) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._events.post(ModelReady(models, spec, future.result()))
        elif not isinstance(error, ModelUnavailable):  # which the worker reports, whatever met it
            failure = error if isinstance(error, ModelError) else ModelError(type(error).__name__)
            self._events.post(ModelFailed(models, spec, failure))

    def _read_battery(self) -> None:
        self._events.post(BatteryRead(self._on_battery()))


def _run(name: str, work: Callable[..., object], *arguments: object) -> None:
    Thread(target=work, args=arguments, name=name, daemon=True).start()
