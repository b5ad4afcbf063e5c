"""The one object that owns a workspace. The language server and the command line are two faces of it.

Nothing heavy is imported before :meth:`Engine.start`, and nothing heavy happens on the caller's thread but in the
methods that answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

import platformdirs

from dowse.index.errors import IndexUnavailable
from dowse.indexing.events import (
    DocumentChanged,
    DocumentsWanted,
    FilesChanged,
    FoldersChanged,
    FollowWanted,
    PauseWanted,
    RebuildWanted,
    Reporter,
    ResumeWanted,
    ScanWanted,
    SettingsChanged,
)
from dowse.indexing.folder_counter import FolderCounter
from dowse.indexing.loop import EventQueue
from dowse.indexing.tuning import IndexingTuning
from dowse.search.query import (
    DuplicatesAnswer,
    DuplicatesRequest,
    HoverAnswer,
    NearCopy,
    NoteLink,
    NoteReference,
    OnProgress,
    PartialResults,
    SearchAnswer,
    SearchRequest,
    SimilarAnswer,
    SimilarRequest,
)
from dowse.settings import Restart, Settings, restarts
from dowse.status import EngineFailed, EngineStatus, FolderStatus, IndexState, Message, ModelStatus, resident_bytes
from dowse.throttle import BackgroundThrottle
from dowse.workspace.documents import Documents
from dowse.workspace.lines import ColumnUnit
from dowse.workspace.text import Edit, Span

if TYPE_CHECKING:
    from dowse.indexing.indexer import Indexer
    from dowse.indexing.snapshot import WorkspaceSnapshot
    from dowse.notes.new_note import NewNote
    from dowse.search.features import FeatureTable
    from dowse.search.view import SearchView

__all__ = [
    "Edit",
    "Engine",
    "EngineFailed",
    "EngineStatus",
    "FolderStatus",
    "Message",
    "ModelStatus",
    "Span",
    "default_cache_dir",
]

log = logging.getLogger(__name__)

STATUS_SECONDS = 0.2
"""Least time between two calls of ``on_status``, so that an editor can show each."""


def default_cache_dir() -> Path:
    """Return the platform's place for caches of this user."""
    return platformdirs.user_cache_path("dowse", appauthor=False)


class Engine:
    """Indexes and searches a workspace of any number of folders, none included.

    Every method may be called from any thread. Those that answer (from ``search`` to ``definition_lines``),
    ``wait_until_ready`` and ``stop`` block and belong on a worker thread; all others leave the work to the engine's own
    threads. ``on_status``, ``on_message`` and ``on_project_file`` are called on engine threads and must not block; the
    last says that a folder's ``.dowse.toml`` has changed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cache_dir: Path | None = None,
        on_status: Callable[[EngineStatus], None] = lambda status: None,
        on_message: Callable[[Message], None] = lambda message: None,
        on_battery: Callable[[], bool] = lambda: False,
        on_project_file: Callable[[], None] = lambda: None,
        tuning: IndexingTuning | None = None,
    ) -> None:
        self._settings = settings
        self._cache_dir = cache_dir or default_cache_dir()
        self._on_status = on_status
        self._on_message = on_message
        self._on_battery = on_battery
        self._on_project_file = on_project_file
        self._tuning = tuning or IndexingTuning()
        self._throttle = BackgroundThrottle(
            one_core_while_typing=settings.indexing.one_core_while_typing, quiet_seconds=self._tuning.quiet_after_typing
        )
        self._documents = Documents()
        self._events = EventQueue()
        self._indexer: Indexer | None = None
        self._failure = "the engine was not started"
        self._built = Flag()
        self._stopped = Flag()
        self._status_due = Flag()
        self._counter = FolderCounter()
        self._follow_numbers = count(1)
        self._folders_changed = 0
        """Number of the last event that changed them: no answer is of a folder that was closed before the question."""

    def start(self, folders: Sequence[Path], *, watch: bool = True) -> None:
        """Open the folders' indexes, compare them with the disk and, with ``watch``, follow changes.

        Folders are given by their real paths (``Path.resolve``), the names under which documents and files are known.
        """
        self._events.post(FoldersChanged(tuple(folders)))
        Thread(target=self._build, args=(watch,), name="dowse-start", daemon=True).start()
        Thread(target=self._report_status, name="dowse-status", daemon=True).start()

    def change_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Add and remove workspace folders, by their real paths; a folder inside another owns its files."""
        self._events.post(FoldersChanged(tuple(added), tuple(removed)))
        self._folders_changed = self._events.last

    def change_settings(self, settings: Settings) -> None:
        """Put new settings in force; what they leave unchanged is not done again."""
        before, self._settings = self._settings, settings
        self._throttle.change(one_core_while_typing=settings.indexing.one_core_while_typing)
        if self._indexer is not None:
            self._use_settings(self._indexer, restarts(before, settings))
        self._events.post(SettingsChanged(settings))

    def open_document(self, document: str, language: str, text: str) -> None:
        """Search this text instead of what the disk holds under ``document``, until it is closed.

        ``document`` is the absolute path of a file, or any other string for text that has no file (the URI of an
        untitled document or of a notebook's cell).
        """
        self._events.post(DocumentChanged(document, self._documents.open(document, language, text)))

    def change_document(self, document: str, edits: Sequence[Edit], unit: ColumnUnit = "utf-32") -> None:
        """Apply edits in order; each span is of the text after the edits before it, its columns counted in ``unit``.

        Raises ``KeyError`` for a document that is not open.
        """
        version = self._documents.change(document, edits, unit)
        self._throttle.note_keystroke()
        self._events.post(DocumentChanged(document, version, typed=True))

    def close_document(self, document: str) -> None:
        """Search the disk again."""
        self._events.post(DocumentChanged(document, self._documents.close(document), open=False))

    def document_text(self, document: str) -> str | None:
        """Return the text of an open document, or None."""
        return self._documents.text(document)

    def document_language(self, document: str) -> str | None:
        """Return the editor's name for the language of an open document, or None."""
        return self._documents.language(document)

    def files_changed(self, paths: Iterable[str]) -> None:
        """Say that these absolute paths (files or whole directories) were made, changed, renamed or deleted."""
        self._events.post(FilesChanged(frozenset(paths), Reporter.CLIENT))

    def reconcile(self) -> None:
        """Compare every folder with its index and take in what differs."""
        self._events.post(ScanWanted())

    def rebuild(self) -> None:
        """Index every folder anew; vectors of unchanged texts are kept. Ends a pause."""
        self._events.post(RebuildWanted())

    def pause(self) -> None:
        """Read and embed nothing more until :meth:`resume` or :meth:`rebuild`; searches are answered as before."""
        self._events.post(PauseWanted())

    def resume(self) -> None:
        """End a pause and take in what changed meanwhile."""
        self._events.post(ResumeWanted())

    def search(
        self, request: SearchRequest, cancel: Flag | None = None, partial: PartialResults | None = None
    ) -> SearchAnswer:
        """Answer a question. Raises ``Cancelled`` soon after ``cancel`` is set, ``ValueError`` for a bad request."""
        from dowse.search.text_search import search

        started = time.perf_counter()
        snapshot = self._snapshot(cancel)
        hits = search(self._view(snapshot), request, cancel, self._with_notes(snapshot, partial))
        # The settings may have put other models in the place of those that the search asked.
        while not hits and (now := self._snapshot(cancel)).worker is not snapshot.worker:
            snapshot = now
            hits = search(self._view(snapshot), request, cancel, self._with_notes(snapshot, partial))
        hits = self._notes.with_notes(self._view(snapshot), hits)
        return SearchAnswer(hits, self._counter.completeness(snapshot), _milliseconds_since(started))

    def candidates(self, request: SearchRequest, cancel: Flag | None = None) -> FeatureTable:
        """Return what a search would rank, and what it knows of each: what the ranking is learned from."""
        from dowse.search.text_search import collect_candidates

        return collect_candidates(self._view(self._snapshot(cancel)), request, cancel)

    def similar(
        self, request: SimilarRequest, cancel: Flag | None = None, partial: PartialResults | None = None
    ) -> SimilarAnswer:
        """Find what resembles a place in a document; ``LookupError`` when there is nothing to compare there."""
        from dowse.search.similar import similar

        started = time.perf_counter()
        snapshot = self._snapshot(cancel)
        view = self._view(snapshot)
        source, found = similar(view, request, cancel, self._with_notes(snapshot, partial))
        hits = self._notes.with_notes(view, found)
        return SimilarAnswer(source, hits, self._counter.completeness(snapshot), _milliseconds_since(started))

    def similar_in_memory(
        self, document: str, line: int, limit: int, cancel: Flag | None = None
    ) -> SimilarAnswer | None:
        """Like ``similar`` for the definition whose name stands on ``line``, but from vectors that are at hand.

        None when the line names no function, method or class, or nothing is known of it yet: for hovers and lenses,
        which are absent rather than late.
        """
        from dowse.search.similar import similar_definition

        if not self._built.is_set():
            return None
        started = time.perf_counter()
        snapshot = self._snapshot(cancel)
        answer = similar_definition(self._view(snapshot), document, line, limit)
        if answer is None:
            return None
        return SimilarAnswer(*answer, self._counter.completeness(snapshot), _milliseconds_since(started))

    def hover(self, document: str, line: int, limit: int, cancel: Flag | None = None) -> HoverAnswer | None:
        """Return what is known at once of the definition whose name stands on ``line`` (from 0) of an open document.

        None where the line names no definition, or neither notes nor neighbours of it are known.
        """
        from dowse.search.similar import similar_definition

        if not self._built.is_set():
            return None
        view = self._view(self._snapshot(cancel))
        text = self._documents.text(document)
        if text is None:
            return None
        found = similar_definition(view, document, line, limit)
        noted = self._notes.on_line(view, document, line)
        source, hits = found if found is not None else (None, ())
        selection = noted[0] if noted is not None else source.selection if source is not None else None
        if selection is None:
            return None
        return HoverAnswer(text, selection, source, hits, noted[1] if noted is not None else ())

    def duplicates(
        self, request: DuplicatesRequest, cancel: Flag | None = None, progress: OnProgress = lambda share: None
    ) -> DuplicatesAnswer:
        """Find functions that do nearly the same; takes seconds, in large trees a minute. Raises as ``search``."""
        from dowse.search.duplicates import duplicates

        started = time.perf_counter()
        snapshot = self._snapshot(cancel)
        clusters = duplicates(self._view(snapshot), request, cancel, progress)
        return DuplicatesAnswer(clusters, self._counter.completeness(snapshot), _milliseconds_since(started))

    def near_copies(self, document: str, cancel: Flag | None = None) -> list[NearCopy]:
        """Return the functions of a document that nearly repeat another one; no model is asked."""
        from dowse.search.near_copies import near_copies

        if not self._built.is_set():
            return []
        return near_copies(self._view(self._snapshot(cancel)), document, cancel)

    def add_note(self, text: str, place: tuple[str, int] | None = None) -> NewNote:
        """Write a note, about a line (from 0) of a document where ``place`` names one; it is searched at once.

        Blocks as ``search`` does. Raises ``ValueError``, ``LookupError`` and ``OSError``, as ``notes.new_note`` says.
        """
        from dowse.notes.new_note import add_note

        note = add_note(self._view(self._snapshot(None)), self._settings, text, place)
        self.files_changed([note.document])
        return note

    def notes_about(self, document: str, line: int) -> tuple[Span, tuple[NoteReference, ...]] | None:
        """Return the notes that point at the definition whose name stands on ``line`` (from 0), and where."""
        if not self._built.is_set():
            return None
        view = self._view(self._snapshot(None))
        return self._notes.on_line(view, document, line)

    def note_links(self, document: str, cancel: Flag | None = None) -> tuple[NoteLink, ...]:
        """Return where the links of a note lead now; none of a document that is no note."""
        if not self._built.is_set():
            return ()
        view = self._view(self._snapshot(cancel))
        return self._notes.links(view, document)

    def definition_lines(self, document: str, cancel: Flag | None = None) -> list[int] | None:
        """Return where names of definitions stand in an open document; None where that is not known yet."""
        from dowse.search.known_chunks import definition_lines

        if not self._built.is_set():
            return None
        return definition_lines(self._view(self._snapshot(cancel)), document)

    def status(self) -> EngineStatus:
        """Return the present state; never waits for work in progress."""
        if self._indexer is None:
            return EngineStatus(
                state=IndexState.INDEXING,
                folders=(),
                queue=0,
                models=(),
                last_error=self._failure if self._built.is_set() else None,
                memory_bytes=resident_bytes(),
                generation=0,
            )
        from dowse.indexing.snapshot import model_statuses

        snapshot = self._indexer.snapshot
        state = self._counter.state(snapshot)
        folders = tuple(self._counter.status(folder, state) for folder in snapshot.folders)
        return EngineStatus(
            state=state,
            folders=folders,
            queue=snapshot.queue,
            models=model_statuses(snapshot),
            last_error=snapshot.last_error,
            memory_bytes=resident_bytes(),
            generation=sum(folder.generation for folder in folders),
            paused=snapshot.paused,
        )

    def skipped_files(self, limit: int) -> list[tuple[str, str]]:
        """Return files that are left out though no rule ignores them: absolute path and reason; at most ``limit``."""
        found: list[tuple[str, str]] = []
        for folder in self._indexer.snapshot.folders if self._indexer is not None else ():
            skipped = folder.index.skipped(limit - len(found))
            found += [(str(folder.root / path), str(reason)) for path, reason in skipped]
        return found

    def follows_other_settings(self) -> bool:
        """Return whether another process keeps some folder's index, under settings that choose other files."""
        snapshot = self._require_indexer().snapshot
        kept_elsewhere = [folder.index for folder in snapshot.folders if not folder.writable]
        return any(
            Restart.SCAN in restarts(Settings(files=theirs), Settings(files=snapshot.settings.files))
            for index in kept_elsewhere
            for theirs in index.read_under() or ()
        )

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to do of what was told before; False when ``timeout`` seconds pass first."""
        started = time.monotonic()
        if not self._built.wait(timeout):
            return False
        indexer, told = self._require_indexer(), self._events.last
        left = None if timeout is None else timeout - (time.monotonic() - started)

        def is_done(now: WorkspaceSnapshot) -> bool:
            return now.handled >= told and now.idle and now.vectors_requested_at is None

        return indexer.wait_for(is_done, left, self._stopped)

    def wait_until_open(self, timeout: float | None = None) -> bool:
        """Wait until what the folders' indexes hold can be searched; False after ``timeout`` seconds."""
        if not self._built.wait(timeout):
            return False
        told = self._events.last
        return self._require_indexer().wait_for(lambda now: now.handled >= told and now.open, timeout, self._stopped)

    def stop(self, timeout: float = 1.5) -> None:
        """End all threads and commit what is complete, within ``timeout`` seconds. Safe to call twice."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._status_due.set()
        self._throttle.change(one_core_while_typing=False)
        if self._indexer is not None:
            self._indexer.stop(timeout)

    def _build(self, watch: bool) -> None:
        try:
            self._build_indexer(watch)
        except Exception as error:  # without this, whoever waits for the engine would wait for ever
            log.exception("the engine could not be built")
            self._failure = f"Dowse cannot start: {type(error).__name__}: {error}"
            self._on_message(Message("error", self._failure))
        finally:
            self._built.set()
        if self._indexer is None or not self.wait_until_ready() or not self._indexer.snapshot.folders:
            return
        try:
            self._notes.read(self._view(self._indexer.snapshot))
        except IndexUnavailable:
            log.info("the engine was stopped while it read the links of notes")

    def _build_indexer(self, watch: bool) -> None:
        from dowse.indexing.indexer import Indexer

        indexer = Indexer(
            self._settings,
            self._cache_dir,
            self._events,
            self._documents,
            self._throttle,
            self._tuning,
            watch=watch,
            on_publish=self._status_due.set,
            on_message=self._on_message,
            on_battery=self._on_battery,
            on_project_file=self._on_project_file,
        )
        self._use_settings(indexer, frozenset(Restart))
        self._indexer = indexer
        if self._stopped.is_set():  # stopped while this thread was still importing
            indexer.stop(timeout=0.5)

    def _use_settings(self, indexer: Indexer, changed: frozenset[Restart]) -> None:
        from dowse.notes.note_index import NoteIndex
        from dowse.search.hit_verifier import HitVerifier

        def report_stale(path: str) -> None:
            self._events.post(FilesChanged(frozenset([path]), Reporter.SEARCH))

        if Restart.SCAN in changed:
            self._verifier = HitVerifier(self._documents, self._settings.files, report_stale, indexer.pool.chunk)
        if Restart.NOTES in changed:
            self._notes = NoteIndex(self._settings.notes.folder)

    def _require_indexer(self) -> Indexer:
        """Return what :meth:`_build` made; :class:`EngineFailed` where it failed."""
        if self._indexer is None:
            raise EngineFailed(self._failure)
        return self._indexer

    def _snapshot(self, cancel: Flag | None) -> WorkspaceSnapshot:
        """Return the workspace at this moment; waits for what was edited before, but not for long."""
        from dowse.search.view import raise_if_cancelled

        while not self._built.wait(0.02):
            raise_if_cancelled(cancel)
        indexer, edited = self._require_indexer(), self._documents.version
        if indexer.snapshot.documents_version < edited:
            self._events.post(DocumentsWanted())
            indexer.wait_for(lambda now: now.documents_version >= edited, self._tuning.wait_for_edit, cancel)
        changed = self._folders_changed
        indexer.wait_for(lambda now: now.handled >= changed, self._tuning.wait_for_edit, cancel)
        if not all(folder.writable for folder in indexer.snapshot.folders):
            number = next(self._follow_numbers)
            self._events.post(FollowWanted(number))
            indexer.wait_for(lambda now: now.followed >= number, self._tuning.wait_for_commits, cancel)
        if (asked := indexer.snapshot.vectors_requested_at) is not None:
            left = asked + self._tuning.wait_for_vectors - time.monotonic()
            indexer.wait_for(lambda now: now.vectors_requested_at is None, left, cancel)
        raise_if_cancelled(cancel)
        return indexer.snapshot

    def _view(self, snapshot: WorkspaceSnapshot) -> SearchView:
        """Return what a search sees of the workspace."""
        from dowse.search.view import SearchView

        return SearchView(
            folders=tuple(folder.index for folder in snapshot.folders),
            overlay=snapshot.overlay,
            verifier=self._verifier,
            embed_query=snapshot.worker.embed_query,
            embed_texts=snapshot.worker.embed_interactive,
            models=lambda space: snapshot.serving[space],
        )

    def _with_notes(self, snapshot: WorkspaceSnapshot, partial: PartialResults | None) -> PartialResults | None:
        if partial is None:
            return None
        view, notes = self._view(snapshot), self._notes
        return lambda hits: partial(notes.with_notes(view, hits))

    def _report_status(self) -> None:
        while not self._stopped.is_set():
            self._status_due.wait()
            self._status_due.clear()
            try:
                status = self.status()
            except IndexUnavailable:  # stopped, or a folder closed, while its figures were taken
                continue
            if not self._stopped.is_set():
                self._on_status(status)
            self._stopped.wait(STATUS_SECONDS)


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
