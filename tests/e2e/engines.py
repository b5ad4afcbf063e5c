"""A small engine for tests of the protocol's side: it finds lines that hold all words, and waits when told to."""

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from dowse.chunking.chunk import Kind, SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.search.query import (
    AnswerLine,
    Cancelled,
    Clusters,
    Completeness,
    DuplicatesAnswer,
    DuplicatesRequest,
    Hit,
    HoverAnswer,
    IndexState,
    NearCopy,
    NoteLink,
    PartialResults,
    Reason,
    SearchAnswer,
    SearchRequest,
    Signal,
    SimilarAnswer,
    SimilarRequest,
    SimilarSource,
)
from dowse.settings import Settings
from dowse.status import EngineStatus, FolderStatus, Message, ModelStatus
from dowse.workspace.documents import Documents
from dowse.workspace.lines import split_lines, without_end
from dowse.workspace.text import Edit, Span

READY = Completeness(IndexState.READY, 1, 1, 7)


class LineEngine:
    """Each line that begins with ``def`` is a definition of one line."""

    def __init__(
        self,
        settings: Settings,
        *,
        on_status: Callable[[EngineStatus], None],
        on_message: Callable[[Message], None],
        on_project_file: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.on_status = on_status
        self.on_message = on_message
        self.documents = Documents()
        self.calls: list[tuple[str, Any]] = []
        self.folders: list[Path] = []
        self.released = threading.Event()
        self.released.set()
        self.reports_released = threading.Event()
        self.reports_released.set()
        """For what is not a search: similar code, near copies, duplicates."""
        self.asked = threading.Semaphore(0)
        self.cancelled = threading.Semaphore(0)
        self.deaf = False
        """Does not notice that it is cancelled."""
        self.running = 0
        self.failure: Exception | None = None
        self.stopped = threading.Event()

    def start(self, folders: Sequence[Path], *, watch: bool = True) -> None:
        self.folders = list(folders)

    def change_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        self.calls.append(("change_folders", (list(added), list(removed))))
        self.folders = [folder for folder in [*self.folders, *added] if folder not in removed]

    def change_settings(self, settings: Settings) -> None:
        self.calls.append(("change_settings", settings))
        self.settings = settings

    def open_document(self, document: str, language: str, text: str) -> None:
        self.documents.open(document, language, text)

    def change_document(self, document: str, edits: Sequence[Edit], unit: Any = "utf-32") -> None:
        self.documents.change(document, edits, unit)

    def close_document(self, document: str) -> None:
        self.documents.close(document)

    def document_text(self, document: str) -> str | None:
        return self.documents.text(document)

    def files_changed(self, paths: Iterable[str]) -> None:
        self.calls.append(("files_changed", list(paths)))

    def rebuild(self) -> None:
        self.calls.append(("rebuild", None))

    def pause(self) -> None:
        self.calls.append(("pause", None))

    def resume(self) -> None:
        self.calls.append(("resume", None))

    def skipped_files(self, limit: int) -> list[tuple[str, str]]:
        return [(f"{folder}/logo.png", "binary") for folder in self.folders][:limit]

    def search(
        self, request: SearchRequest, cancel: threading.Event | None = None, partial: PartialResults | None = None
    ) -> SearchAnswer:
        self.calls.append(("search", request))
        hits = [hit for hit in self._hits() if all(word in hit.text for word in request.query.split())]
        hits = hits[: request.limit]
        self._wait(cancel, partial, hits)
        return SearchAnswer(tuple(hits), READY, 1.5)

    def similar(
        self, request: SimilarRequest, cancel: threading.Event | None = None, partial: PartialResults | None = None
    ) -> SimilarAnswer:
        self.calls.append(("similar", request))
        text = self.documents.text(request.document)
        if text is None:
            try:
                text = Path(request.document).read_text("utf-8")
            except OSError:
                raise LookupError(f"{request.document} cannot be read") from None
        hits = [
            h for h in self._hits() if (h.document, h.span.start_line) != (request.document, request.span.start_line)
        ]
        self._wait(cancel, partial, hits, self.reports_released)
        return SimilarAnswer(SimilarSource(request.span, "source", Kind.FUNCTION), tuple(hits), READY, 1.5)

    def similar_in_memory(
        self, document: str, line: int, limit: int, cancel: threading.Event | None = None
    ) -> SimilarAnswer | None:
        self._wait(cancel, None, [])
        hits = self._hits()
        own = [hit for hit in hits if hit.document == document and hit.span.start_line == line]
        if not own:
            return None
        others = tuple(hit for hit in hits if hit not in own)[:limit]
        return SimilarAnswer(
            SimilarSource(own[0].span, own[0].name, Kind.FUNCTION, own[0].selection), others, READY, 0.1
        )

    def hover(self, document: str, line: int, limit: int, cancel: threading.Event | None = None) -> HoverAnswer | None:
        self.calls.append(("hover", line))
        found, text = self.similar_in_memory(document, line, limit, cancel), self.documents.text(document)
        if found is None or text is None or found.source.selection is None:
            return None
        return HoverAnswer(text, found.source.selection, found.source, found.hits, ())

    def near_copies(self, document: str, cancel: threading.Event | None = None) -> list[NearCopy]:
        self.calls.append(("near_copies", document))
        self._wait(cancel, None, [], self.reports_released)
        return []

    def duplicates(
        self, request: DuplicatesRequest, cancel: threading.Event | None = None, progress: Any = None
    ) -> DuplicatesAnswer:
        self.calls.append(("duplicates", request))
        self._wait(cancel, None, [], self.reports_released)
        return DuplicatesAnswer(Clusters((), 0, 0, {}, 0), READY, 1.5)

    def note_links(self, document: str, cancel: threading.Event | None = None) -> tuple[NoteLink, ...]:
        return ()

    def definition_lines(self, document: str, cancel: threading.Event | None = None) -> list[int]:
        chunks = chunk_text(document, self.documents.text(document) or "", self.documents.language(document))
        return [chunk.name_line for chunk in chunks if chunk.name_length]

    def status(self) -> EngineStatus:
        return status(IndexState.READY, [str(folder) for folder in self.folders])

    def stop(self, timeout: float = 1.5) -> None:
        self.stopped.set()

    def _wait(
        self,
        cancel: threading.Event | None,
        partial: PartialResults | None,
        hits: list[Hit],
        also: threading.Event | None = None,
    ) -> None:
        if self.failure is not None:
            raise self.failure
        if partial is not None and hits:
            partial(tuple(hits[:1]))
        self.asked.release()
        self.running += 1
        while not (self.released.wait(0.005) and (also is None or also.wait(0.005))):
            if cancel is not None and cancel.is_set() and not self.deaf:
                self.running -= 1
                self.cancelled.release()
                raise Cancelled
        self.running -= 1

    def _hits(self) -> list[Hit]:
        return [
            _hit(opened.document, number, without_end(line))
            for opened in self.documents.snapshot()
            for number, line in enumerate(split_lines(opened.text))
            if line.startswith("def ")
        ]


def _hit(document: str, number: int, line: str) -> Hit:
    name = line[4:].partition("(")[0]
    return Hit(
        document=document,
        folder=None,
        path=document,
        span=Span(number, 0, number, len(line)),
        selection=Span(number, 4, number, 4 + len(name)),
        name=name,
        container=None,
        kind=Kind.FUNCTION,
        language="python",
        space=SpaceName.CODE,
        score=0.5,
        text=line,
        reasons=(Reason(Signal.KEYWORDS, 1.0),),
        answer=AnswerLine(Span(number, 0, number, len(line)), line, ((4, 4 + len(name)),)),
        name_marks=((0, len(name)),),
    )


def status(state: IndexState, folders: Sequence[str] = (), done: int = 1, total: int = 1) -> EngineStatus:
    return EngineStatus(
        state=state,
        folders=tuple(
            FolderStatus(
                folder=folder,
                writable=True,
                files_total=total,
                files_indexed=done,
                chunks_total=done,
                chunks_embedded=done,
                skipped={"binary": 2},
                watching="native",
                generation=3,
                disk_bytes=100,
            )
            for folder in folders
        ),
        queue=total - done,
        models=(ModelStatus("code", "hash", 256, "cpu", "ready", "exact"),),
        last_error=None,
        memory_bytes=1000,
        generation=3,
    )
