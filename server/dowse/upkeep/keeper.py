"""Owns the indexes of all workspace folders and the one thread that writes them."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial as bind
from pathlib import Path
from threading import Event

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.preparing import ChunkerPool
from dowse.courtesy import Courtesy
from dowse.embedding.worker import EmbeddingWorker
from dowse.index.errors import IndexUnavailable
from dowse.index.folder import FolderIndex
from dowse.index.overlay import SharedOverlay
from dowse.settings import Settings
from dowse.status import ModelStatus, PauseReason
from dowse.upkeep.folder import FolderUpkeep, OpenFolder, nest
from dowse.upkeep.models import SpaceModels
from dowse.upkeep.open_texts import OpenTexts
from dowse.upkeep.pause import Pause, Undone
from dowse.upkeep.reported import ReportedPaths
from dowse.upkeep.tasks import Task, TaskThread
from dowse.workspace.documents import Documents

log = logging.getLogger(__name__)

FOLLOW_SECONDS = 1.0
"""How often a process that only reads an index looks for what the writer has committed, and whether it has gone."""

TYPING_SECONDS = 0.3
"""Quiet after which an edited document is embedded, unless a search asks for it earlier."""

RETRY_SECONDS = 30.0
"""After a write that failed (a full disk), the folder is compared with the disk again this much later."""


class Keeper:
    """Opens indexes, reconciles them with the disk, follows changes, and has new texts embedded.

    All writing happens on the index thread, one task after another; ``folders`` is replaced, never changed, so that
    any thread can read it. ``tell`` takes (severity, text) of what the user should know.
    """

    def __init__(
        self,
        settings: Settings,
        cache_dir: Path,
        documents: Documents,
        *,
        watch: bool,
        on_change: Callable[[], None],
        tell: Callable[[str, str], None],
        on_battery: Callable[[], bool],
    ) -> None:
        self.folders: tuple[OpenFolder, ...] = ()
        self.overlay = SharedOverlay()
        self._settings = settings
        self._cache_dir = cache_dir
        self._watch = watch
        self._on_change = on_change
        self._tell = tell
        self._courtesy = Courtesy(one_core_while_typing=settings.indexing.one_core_while_typing)
        self._pool = ChunkerPool(settings=settings.files, courtesy=self._courtesy)
        self._open_texts = OpenTexts(documents, self.overlay, self.chunk)
        self._unavailable = False
        self._stop = Event()
        self._pause = Pause(on_battery, self._rest, self._go_on)
        self._tasks = TaskThread("dowse-index", self._attempt, on_change)
        self._reported = ReportedPaths(lambda: self._tasks.soon("paths", self._take_paths))
        self._models = self._start_models()
        self._pause.follow_battery(wanted=settings.indexing.pause_on_battery)
        self._tasks.soon("follow", self._follow, FOLLOW_SECONDS, routine=True)

    # What other threads ask for.

    def open(self, roots: Sequence[Path], without: Sequence[Path] = ()) -> None:
        """Keep these folders too, and those of ``without`` no more."""
        self._tasks.post(lambda: self._change_folders(roots, without))

    def files_changed(self, paths: Collection[str]) -> None:
        """Take in absolute paths that a client reports."""
        self._reported.told(paths)

    def read_again(self, path: str) -> None:
        """Read a file whose chunks were found not to be as the index has them, whatever its stamp says."""
        self._reported.suspect(path)

    def typed(self, document: str) -> None:
        """Note that somebody has typed in an open document."""
        self._courtesy.typed()
        self.edited(document)

    def edited(self, document: str) -> None:
        """Note that an open document has another text than before, or has been closed."""
        self._open_texts.mark([document])
        self._tasks.soon("edits", self.sync_open_texts, TYPING_SECONDS)

    def sync_open_texts(self, changed: Iterable[str] = ()) -> None:
        """Bring what was typed until now into the overlay; of ``changed``, the document or its file is another."""
        self._open_texts.mark(changed)
        self._open_texts.sync([each.upkeep for each in self.folders], self._models, self._settings.files.max_size)

    def chunk(self, path: str, text: str, language: str | None) -> Sequence[Chunk]:
        """Chunk a text that may crash its parser."""
        return self._pool.chunk(path, text, language)

    def reconcile(self, *, afresh: bool = False) -> None:
        """Compare every folder with the disk."""
        self._tasks.post(lambda: self._reconcile_all(self.folders, afresh=afresh))

    def rebuild(self) -> None:
        """Index every folder anew; vectors of unchanged texts are kept. Ends a pause."""
        self.resume()
        self._tasks.post(self._rebuild)

    def pause(self) -> None:
        """Read and embed nothing more until :meth:`resume`; open documents are searched as they stand all the same."""
        self._pause.begin()

    def resume(self) -> None:
        """Go on whatever the reason for the rest, beginning with what changed meanwhile."""
        self._pause.end()

    @property
    def paused(self) -> PauseReason | None:
        """Why indexing rests; None while it does not."""
        return self._pause.reason

    def change_settings(self, settings: Settings) -> None:
        """Put new settings in force."""
        self._tasks.post(lambda: self._apply_settings(settings))

    def serving_models(self, space: SpaceName) -> dict[str, str]:
        """Return the models whose vectors answer in ``space`` now: fingerprint → spec."""
        return self._models.serving(self.indexes, space)

    @property
    def indexes(self) -> tuple[FolderIndex, ...]:
        """The open folders' indexes."""
        return tuple(folder.index for folder in self.folders)

    @property
    def worker(self) -> EmbeddingWorker:
        """What embeds queries."""
        return self._models.worker

    def model_states(self) -> tuple[ModelStatus, ...]:
        """Return how the models of each space fare."""
        return self._models.states(self.indexes)

    @property
    def degraded(self) -> bool:
        """Whether answers are worse than the settings ask for: a model fails, or a folder cannot be indexed."""
        return self._unavailable or self._models.failing(self.indexes)

    @property
    def queue(self) -> int:
        """Files and texts that wait."""
        return sum(folder.waiting for folder in self.folders) + len(self._reported) + self._models.waiting

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do until something changes."""
        if any(index.recovered is not None or (not index.writable and not index.filled) for index in self.indexes):
            return False  # begun again, or being filled by another process
        return not self._pause.owes and self._tasks.idle and not self._models.busy

    def wait_until_idle(self, timeout: float | None) -> bool:
        """Wait until nothing is left to do; False when ``timeout`` seconds pass first."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.idle:
            if self._stop.is_set() or (deadline is not None and time.monotonic() > deadline):
                return False
            self._tasks.wait_for_change(0.05)  # the vectors thread, which is waited for too, notifies another lock
        return True

    def stop(self, timeout: float) -> None:
        """End all threads within ``timeout`` seconds; what was committed stays."""
        deadline = time.monotonic() + timeout
        self._stop.set()
        self._pause.halt.set()
        self._courtesy.change(one_core_while_typing=False)
        self._reported.close()
        self._models.stop(timeout / 2)
        self._pool.close()
        self._tasks.stop(max(0.0, deadline - time.monotonic()))
        for folder in self.folders:
            self._release(folder)

    # The index thread.

    def _attempt(self, task: Task) -> None:
        """Run a task; what goes wrong is told and ends that task alone."""
        try:
            task()
        except IndexUnavailable as error:
            self._tell("error", str(error))
        except OSError as error:
            self._tell("error", f"A folder cannot be read and its index is kept as it was: {error}")
        except Exception as error:
            log.exception("a task of the index thread failed")
            self._tell("error", f"Indexing met an unexpected error ({type(error).__name__}); the log has the details.")

    def _breathe(self) -> None:
        self._on_change()
        self._tasks.breathe()

    def _take_paths(self) -> None:
        if self._pause.halt.is_set():
            return  # they are kept for the end of the pause
        paths, suspect = self._reported.take()
        for folder in self.folders:
            self._attempt(bind(self._update, folder, paths, suspect))
        self.sync_open_texts(paths)

    def _update(self, folder: OpenFolder, paths: Collection[str], suspect: Collection[str]) -> None:
        halt, done = self._pause.halt, not folder.index.writable
        try:
            done = done or folder.upkeep.update(paths, suspect, halt, self._on_change)
        finally:
            if halt.is_set():
                self._pause.put_off(folder, afresh=False)
            elif not done:
                self._tasks.post(bind(self._reconcile, folder))

    def _rest(self, reason: PauseReason) -> None:
        if reason is PauseReason.BATTERY:
            self._tell("info", "Indexing rests while the machine runs on its battery (indexing.pauseOnBattery).")
        self._on_change()

    def _go_on(self, undone: Undone) -> None:
        for folder, afresh in undone.items():
            self._tasks.post(bind(self._reconcile, folder, afresh=afresh))
        self._models.wake()
        self._tasks.post(self._adopt_models)  # texts that were to be read for their vectors have been left
        self._tasks.soon("paths", self._take_paths)

    # Folders.

    def _change_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        gone = [folder for folder in self.folders if folder.index.root in removed]
        self.folders = kept = tuple(folder for folder in self.folders if folder not in gone)
        for folder in gone:
            self._release(folder)
        roots = [root for root in dict.fromkeys(added) if all(folder.index.root != root for folder in kept)]
        new = [opened for opened in map(self._open_folder, roots) if opened is not None]
        self.folders = (*kept, *new)
        if self._stop.is_set():  # stopped while they were opened: whoever stopped has not seen them
            for folder in new:
                self._release(folder)
            return
        changed = nest(self.folders)
        self._open_texts.mark(self._open_texts.opened)  # some may belong to another folder now, or to none
        self._models.load()
        self._reconcile_all([folder for folder in self.folders if folder in new or folder in changed])

    def _open_folder(self, root: Path) -> OpenFolder | None:
        try:
            index = FolderIndex.open(root, self._cache_dir)
        except IndexUnavailable as error:
            self._unavailable = True
            self._tell("error", str(error))
            return None
        if index.warning is not None:
            self._tell("warning", index.warning)
        return OpenFolder(self._upkeep_of(index))

    def _upkeep_of(self, index: FolderIndex) -> FolderUpkeep:
        return FolderUpkeep(index, self._settings.files, self._pool, lambda *missing: self._models.queue(*missing))

    def _release(self, folder: OpenFolder) -> None:
        folder.stop_watching()
        self._models.forget(folder.index)
        folder.index.close()

    def _reconcile_all(self, folders: Iterable[OpenFolder], *, afresh: bool = False) -> None:
        for folder in folders:
            if not self._stop.is_set():
                self._attempt(bind(self._reconcile, folder, afresh=afresh))

    def _reconcile(self, folder: OpenFolder, *, afresh: bool = False) -> None:
        if folder not in self.folders or not folder.index.try_to_write():
            return
        if not folder.index.root.is_dir():
            raise FileNotFoundError(errno.ENOENT, "the folder is gone", str(folder.index.root))
        self._models.adopt(folder.index)
        if self._watch:  # before the scan, so that no change falls between the two
            folder.watch(
                self._reported.seen,
                on_overflow=lambda: self._tasks.post(bind(self._reconcile, folder)),
                on_message=bind(self._tell, "warning"),
            )
        halt = self._pause.halt
        folder.reconciling = True
        try:
            if not halt.is_set():
                folder.upkeep.reconcile(halt, self._breathe, afresh=afresh)
        finally:
            folder.reconciling = False
            if halt.is_set():
                self._pause.put_off(folder, afresh=afresh)
            self._mend(folder)
            self._progressed()
        self._models.maintain(folder.index)
        self.sync_open_texts(self._open_texts.opened)

    def refresh(self) -> None:
        """Take in what other processes have written."""
        if [index for index in self.indexes if not index.writable and index.refresh()]:
            # The model that serves may be a new one, and what was unsaved may be in the index by now.
            self.sync_open_texts(self._open_texts.opened)
            self._on_change()

    def _follow(self) -> None:
        """Look after what may have changed by itself: indexes of other processes, damage, models that had failed."""
        self._tasks.soon("follow", self._follow, FOLLOW_SECONDS, routine=True)
        self._attempt(self.refresh)
        self._pause.follow_battery(wanted=self._settings.indexing.pause_on_battery)
        self._models.chains.retry()
        for folder in self.folders:
            self._attempt(bind(self._mend, folder))
        deleted = [folder.index.root for folder in self.folders if folder.index.deleted]
        if deleted and not any(folder.reconciling for folder in self.folders):
            self._tasks.soon("deleted", lambda: self._change_folders(deleted, deleted))
            self._tell("warning", f"The index of {', '.join(map(str, deleted))} was deleted and is being made again.")

    def _mend(self, folder: OpenFolder) -> None:
        """Fill an index that nobody writes any more, or was found damaged; later, one that could not be written."""
        if not folder.index.writable and folder.index.try_to_write():
            self._tasks.post(bind(self._reconcile, folder))
        if folder.index.unwritten is not None:
            self._tell("error", folder.index.unwritten)
            folder.index.unwritten = None
            self._tasks.soon(f"retry {folder.index.root}", bind(self._reconcile, folder), RETRY_SECONDS, routine=True)
        if folder.index.recovered is not None:
            self._tell("warning", folder.index.recovered)
            folder.index.recovered = None
            self._tasks.post(bind(self._reconcile, folder))

    def _rebuild(self) -> None:
        for folder in self.folders:
            if folder.index.writable:
                folder.index.clear()
        self._reconcile_all(self.folders)

    def _apply_settings(self, settings: Settings) -> None:
        before, self._settings = self._settings, settings
        self._courtesy.change(one_core_while_typing=settings.indexing.one_core_while_typing)
        if settings.models != before.models:
            # In this order: a question that comes meanwhile is not put to models that have stopped.
            replaced, self._models = self._models, self._start_models()
            self._models.wake()  # a rest that ended before this has woken those before
            replaced.stop(timeout=1.0)
            self._models.load()
            self._adopt_models()
        if settings.files != before.files:
            self._pool.close()
            self._pool = ChunkerPool(settings=settings.files, courtesy=self._courtesy)
            for folder in self.folders:
                folder.upkeep = self._upkeep_of(folder.index)
                folder.stop_watching()
            nest(self.folders)
            self._reconcile_all(self.folders, afresh=True)

    def _start_models(self) -> SpaceModels:
        return SpaceModels(
            self._settings.models,
            self.overlay,
            self._courtesy,
            resting=lambda: self.paused is not None,
            on_change=lambda: self._tasks.post(self._adopt_models),
            on_progress=self._progressed,
            tell=self._tell,
        )

    def _adopt_models(self) -> None:
        for folder in self.folders:
            self._models.adopt(folder.index)
        self._progressed()

    def _progressed(self) -> None:
        """Run on any thread: when nothing waits for its vector, see whether files hold texts that should."""
        self._on_change()
        if self._models.read_again and not self._models.waiting:
            self._tasks.soon("vectors", self._read_for_vectors)

    def _read_for_vectors(self) -> None:
        """Read files whose texts an earlier run, a full queue or a late model has left without vectors."""
        if self._models.waiting or self.paused:
            return  # they are on their way; what is then still missing is read next
        found = self._models.next_to_read(self.indexes, self._open_texts.opened)
        for folder in self.folders:
            if found is not None and folder.index is found[0]:
                self._models.read_for_vectors(bind(folder.upkeep.take, found[1], self._pause.halt))
        self._progressed()
