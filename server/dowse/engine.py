"""The one object that owns a workspace. The language server and the command line are two faces of it.

Nothing heavy is imported before :meth:`Engine.start`, and nothing heavy happens on the caller's thread but in the
methods that answer.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import platformdirs

from dowse.chunking.chunk import SpaceName
from dowse.index.errors import IndexUnavailable
from dowse.search.query import (
    DuplicatesAnswer,
    DuplicatesRequest,
    Hit,
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
from dowse.settings import Settings
from dowse.status import EngineStatus, FolderStatus, Message, ModelStatus, resident_bytes
from dowse.upkeep.counting import FolderCounting
from dowse.upkeep.telling import Messages
from dowse.workspace.documents import Documents
from dowse.workspace.lines import ColumnUnit
from dowse.workspace.text import Edit, Span

if TYPE_CHECKING:
    from dowse.notes.new_note import NewNote
    from dowse.search.features import FeatureTable
    from dowse.search.view import SearchView
    from dowse.upkeep.keeper import Keeper

__all__ = ["Edit", "Engine", "EngineStatus", "FolderStatus", "Message", "ModelStatus", "Span", "default_cache_dir"]

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
    threads. ``on_status`` and ``on_message`` are called on engine threads and must not block.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cache_dir: Path | None = None,
        on_status: Callable[[EngineStatus], None] = lambda status: None,
        on_message: Callable[[Message], None] = lambda message: None,
        on_battery: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._cache_dir = cache_dir or default_cache_dir()
        self._on_status = on_status
        self._on_battery = on_battery
        self._messages = Messages(on_message)
        self._documents = Documents()
        self._keeper: Keeper | None = None
        self._ready = Event()
        self._stopped = Event()
        self._report_due = Event()
        self._building = Lock()
        self._waiting_calls: list[Callable[[Keeper], None]] = []
        self._counting = FolderCounting()

    def start(self, folders: Sequence[Path], *, watch: bool = True) -> None:
        """Open the folders' indexes, reconcile them with the disk and, with ``watch``, follow changes."""
        Thread(target=self._build, args=(_real(folders), watch), name="dowse-start", daemon=True).start()
        Thread(target=self._report_status, name="dowse-status", daemon=True).start()

    def change_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Add and remove workspace folders; a folder inside another owns its files."""
        self._when_built(lambda keeper: keeper.open(_real(added), _real(removed)))

    def change_settings(self, settings: Settings) -> None:
        """Put new settings in force; what they leave unchanged is not done again."""
        self._settings = settings
        self._when_built(lambda keeper: self._apply(keeper, settings))

    def open_document(self, document: str, language: str, text: str) -> None:
        """Search this text instead of what the disk holds under ``document``, until it is closed.

        ``document`` is the absolute path of a file, or any other string for text that has no file (the URI of an
        untitled document or of a notebook's cell).
        """
        self._documents.open(document, language, text)
        self._when_built(lambda keeper: keeper.edited(document))

    def change_document(self, document: str, edits: Sequence[Edit], unit: ColumnUnit = "utf-32") -> None:
        """Apply edits in order; each span is of the text after the edits before it, its columns counted in ``unit``.

        Raises ``KeyError`` for a document that is not open.
        """
        self._documents.change(document, edits, unit)
        self._when_built(lambda keeper: keeper.typed(document))

    def close_document(self, document: str) -> None:
        """Search the disk again."""
        self._documents.close(document)
        self._when_built(lambda keeper: keeper.edited(document))

    def document_text(self, document: str) -> str | None:
        """Return the text of an open document, or None."""
        return self._documents.text(document)

    def files_changed(self, paths: Iterable[str]) -> None:
        """Say that these absolute paths (files or whole directories) were made, changed, renamed or deleted."""
        changed = list(paths)
        self._when_built(lambda keeper: keeper.files_changed(changed))

    def reconcile(self) -> None:
        """Compare every folder with its index and take in what differs."""
        self._when_built(lambda keeper: keeper.reconcile())

    def rebuild(self) -> None:
        """Index every folder anew; vectors of unchanged texts are kept."""
        self._when_built(lambda keeper: keeper.rebuild())

    def pause(self) -> None:
        """Read and embed nothing more until :meth:`resume` or :meth:`rebuild`; searches are answered as before."""
        self._when_built(lambda keeper: keeper.pause())

    def resume(self) -> None:
        """End a pause and take in what changed meanwhile."""
        self._when_built(lambda keeper: keeper.resume())

    def search(
        self, request: SearchRequest, cancel: Event | None = None, partial: PartialResults | None = None
    ) -> SearchAnswer:
        """Answer a question. Raises ``Cancelled`` soon after ``cancel`` is set, ``ValueError`` for a bad request."""
        from dowse.search.text_search import search

        started = time.perf_counter()
        hits: tuple[Hit, ...] = ()
        answering: tuple[object, ...] = ()
        while not hits:
            view = self._view(cancel)
            # A model that gives way during a search takes its vectors along: that nothing is found then says nothing.
            if (now := self._answering(view)) == answering:
                break
            hits, answering = search(view, request, cancel, self._with_notes(view, partial)), now
        hits = self._notes.with_notes(view, hits)
        return SearchAnswer(hits, self._counting.completeness(self._built()), _milliseconds_since(started))

    def candidates(self, request: SearchRequest, cancel: Event | None = None) -> FeatureTable:
        """Return what a search would rank, and what it knows of each: what the ranking is learned from."""
        from dowse.search.text_search import collect_candidates

        return collect_candidates(self._view(cancel), request, cancel)

    def similar(
        self, request: SimilarRequest, cancel: Event | None = None, partial: PartialResults | None = None
    ) -> SimilarAnswer:
        """Find what resembles a place in a document; ``LookupError`` when there is nothing to compare there."""
        from dowse.search.similar import similar

        started = time.perf_counter()
        view = self._view(cancel)
        source, found = similar(view, request, cancel, self._with_notes(view, partial))
        hits = self._notes.with_notes(view, found)
        return SimilarAnswer(source, hits, self._counting.completeness(self._built()), _milliseconds_since(started))

    def similar_in_memory(self, document: str, line: int, limit: int) -> SimilarAnswer | None:
        """Like ``similar`` for the definition whose name stands on ``line``, but from vectors that are at hand.

        None when the line names no function, method or class, or nothing is known of it yet: for hovers and lenses,
        which are absent rather than late.
        """
        from dowse.search.similar import similar_definition

        if not self._ready.is_set():
            return None
        started = time.perf_counter()
        answer = similar_definition(self._view(None), document, line, limit)
        if answer is None:
            return None
        return SimilarAnswer(*answer, self._counting.completeness(self._built()), _milliseconds_since(started))

    def duplicates(
        self, request: DuplicatesRequest, cancel: Event | None = None, progress: OnProgress = lambda share: None
    ) -> DuplicatesAnswer:
        """Find functions that do nearly the same; takes seconds, in large trees a minute. Raises as ``search``."""
        from dowse.search.duplicates import duplicates

        started = time.perf_counter()
        clusters = duplicates(self._view(cancel), request, cancel, progress)
        return DuplicatesAnswer(clusters, self._counting.completeness(self._built()), _milliseconds_since(started))

    def near_copies(self, document: str, cancel: Event | None = None) -> list[NearCopy]:
        """Return the functions of a document that nearly repeat another one; no model is asked."""
        from dowse.search.near_copies import near_copies

        return near_copies(self._view(cancel), document, cancel) if self._ready.is_set() else []

    def add_note(self, text: str, place: tuple[str, int] | None = None) -> NewNote:
        """Write a note, about a line (from 0) of a document where ``place`` names one; it is searched at once.

        Blocks as ``search`` does. Raises ``ValueError``, ``LookupError`` and ``OSError``, as ``notes.new_note`` says.
        """
        from dowse.notes.new_note import add_note

        note = add_note(self._view(None), self._settings, text, place)
        self.files_changed([note.document])
        return note

    def notes_about(self, document: str, line: int) -> tuple[Span, tuple[NoteReference, ...]] | None:
        """Return the notes that point at the definition whose name stands on ``line`` (from 0), and where."""
        return self._notes.on_line(self._view(None), document, line) if self._ready.is_set() else None

    def note_links(self, document: str) -> tuple[NoteLink, ...]:
        """Return where the links of a note lead now; none of a document that is no note."""
        return self._notes.links(self._view(None), document) if self._ready.is_set() else ()

    def definition_lines(self, document: str) -> list[int] | None:
        """Return where names of definitions stand in an open document; None where that is not known yet."""
        from dowse.search.known_chunks import definition_lines

        return definition_lines(self._view(None), document) if self._ready.is_set() else None

    def status(self) -> EngineStatus:
        """Return the present state; never waits for work in progress."""
        keeper = self._keeper
        state = self._counting.state(keeper)
        folders = tuple(self._counting.status(folder, state) for folder in keeper.folders) if keeper else ()
        return EngineStatus(
            state=state,
            folders=folders,
            queue=keeper.queue if keeper else 0,
            models=keeper.model_states() if keeper else (),
            last_error=self._messages.last_error,
            memory_bytes=resident_bytes(),
            generation=sum(folder.generation for folder in folders),
            paused=keeper.paused if keeper else None,
        )

    def skipped_files(self, limit: int) -> list[tuple[str, str]]:
        """Return files that are left out though no rule ignores them: absolute path and reason; at most ``limit``."""
        keeper = self._keeper
        found: list[tuple[str, str]] = []
        for folder in keeper.folders if keeper else ():
            left_out = folder.index.left_out(limit - len(found))
            found += [(str(folder.index.root / path), str(reason)) for path, reason in left_out]
        return found

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until nothing is left to do and figures are exact; False when ``timeout`` seconds pass first."""
        started = time.monotonic()
        if not self._ready.wait(timeout):
            return False
        left = None if timeout is None else timeout - (time.monotonic() - started)
        ready = self._built().wait_until_idle(left)
        if ready:
            self.status()  # which takes the figures anew
        return ready

    def stop(self, timeout: float = 1.5) -> None:
        """End all threads and commit what is complete, within ``timeout`` seconds. Safe to call twice."""
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._report_due.set()
        if self._keeper is not None:
            self._keeper.stop(timeout)

    def _build(self, folders: list[Path], watch: bool) -> None:
        try:
            self._build_parts(folders, watch)
        except Exception as error:  # without this, whoever waits for the engine would wait for ever
            log.exception("the engine could not be built")
            self._messages.tell("error", f"Dowse cannot start: {type(error).__name__}: {error}")
        finally:
            self._ready.set()
        with suppress(IndexUnavailable):  # stopped meanwhile
            if self._keeper is not None and self._keeper.wait_until_idle(None) and self._keeper.folders:
                self._notes.read(self._view(None))

    def _build_parts(self, folders: list[Path], watch: bool) -> None:
        from dowse.upkeep.keeper import Keeper

        keeper = Keeper(
            self._settings,
            self._cache_dir,
            self._documents,
            watch=watch,
            on_change=self._report_due.set,
            tell=self._messages.tell,
            on_battery=self._on_battery,
        )
        self._use(self._settings, keeper)
        with self._building:
            self._keeper = keeper
            keeper.open(folders)
            for call in self._waiting_calls:
                call(keeper)
            self._waiting_calls.clear()
        if self._stopped.is_set():  # stopped while this thread was still importing
            keeper.stop(timeout=0.5)

    def _use(self, settings: Settings, keeper: Keeper) -> None:
        from dowse.notes.note_index import NoteIndex
        from dowse.search.verification import HitVerifier

        self._verifier = HitVerifier(self._documents, settings.files, keeper.read_again, keeper.chunk)
        self._notes = NoteIndex(settings.notes.folder)

    def _apply(self, keeper: Keeper, settings: Settings) -> None:
        self._use(settings, keeper)
        keeper.change_settings(settings)

    def _when_built(self, call: Callable[[Keeper], None]) -> None:
        """Call now, or in the same order once the engine has been built."""
        with self._building:
            if self._keeper is None:
                self._waiting_calls.append(call)
                return
        call(self._keeper)

    def _built(self) -> Keeper:
        """Return what :meth:`_build` made; ``RuntimeError`` where it failed."""
        if self._keeper is None:
            raise RuntimeError(self._messages.last_error or "the engine was not started")
        return self._keeper

    def _view(self, cancel: Event | None) -> SearchView:
        """Return the workspace as it is at this moment, what was typed until now included."""
        from dowse.search.view import SearchView, raise_if_cancelled

        while not self._ready.wait(0.02):
            raise_if_cancelled(cancel)
        keeper = self._built()
        with suppress(IndexUnavailable):  # whoever follows the index tells of it; what was taken in before answers
            keeper.refresh()
        keeper.sync_open_texts()
        return SearchView(
            folders=tuple(folder.index for folder in keeper.folders),
            overlay=keeper.overlay,
            verifier=self._verifier,
            embed_query=keeper.worker.embed_query,
            embed_texts=keeper.worker.embed_interactive,
            models=keeper.serving_models,
        )

    def _with_notes(self, view: SearchView, partial: PartialResults | None) -> PartialResults | None:
        return None if partial is None else lambda hits: partial(self._notes.with_notes(view, hits))

    def _answering(self, view: SearchView) -> tuple[object, ...]:
        """Return what changes when other models answer than before."""
        return (view.embed_query, *(view.models(space) for space in SpaceName))

    def _report_status(self) -> None:
        while not self._stopped.is_set():
            self._report_due.wait()
            self._report_due.clear()
            try:
                status = self.status()
            except IndexUnavailable:  # stopped, or a folder closed, while its figures were taken
                continue
            if not self._stopped.is_set():
                self._on_status(status)
            self._stopped.wait(STATUS_SECONDS)


def _real(folders: Iterable[Path]) -> list[Path]:
    """Return folders by their real paths: the name under which documents and files are known."""
    return [Path(os.path.realpath(folder)) for folder in folders]


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
