"""Whether a chunk still stands in its document, and where (invariant 6: a hit is true when it is shown)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk
from dowse.index.records import text_digest
from dowse.search.present_text import Text
from dowse.search.query import Span
from dowse.workspace.discovery import read_again
from dowse.workspace.lines import without_end
from dowse.workspace.source import FileStamp, stamp_at

if TYPE_CHECKING:
    from dowse.index.records import StoredChunk
    from dowse.search.chunk_ref import ChunkRef
    from dowse.settings import FileSettings
    from dowse.workspace.documents import Documents

_CACHED_CHARACTERS = 4_000_000
"""Characters of texts that are kept between searches. Typing a query asks about the same files again and again, and
reading the twenty files of an answer takes as long as finding them."""

_Version = FileStamp | tuple[str, str | None]
"""A version of a document: a file's stamp, or an open document's text and language."""

_CACHED_CHUNKINGS = 32
"""Documents whose chunks are kept, for the hits of notebooks and for the files that notes point at."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a chunk stands now."""

    span: Span
    selection: Span
    text: str


class HitVerifier:
    """Reads documents as they are now, open ones from the editor and others from the disk."""

    def __init__(
        self,
        documents: Documents,
        settings: FileSettings,
        on_stale: Callable[[str], None],
        chunk: Callable[[str, str, str | None], Sequence[Chunk]],
    ) -> None:
        """``on_stale`` is told the absolute path of a file that the index has not caught up with.

        ``chunk`` takes a path, a text and the language that the editor names, if any. It must parse in another
        process: a grammar that crashes or never ends would take this one along.
        """
        self._chunk = chunk
        self._documents = documents
        self._settings = settings
        self._on_stale = on_stale
        self._lock = Lock()
        self._texts: OrderedDict[str, tuple[_Version, Text]] = OrderedDict()
        self._characters = 0
        self._chunked: OrderedDict[str, tuple[tuple[str, str | None], Sequence[Chunk]]] = OrderedDict()

    def text(self, document: str) -> Text | None:
        """Return a document's present text; None where there is none that can be indexed."""
        opened = self._documents.text(document)
        if opened is None:
            return self._from_disk(document)
        version = (opened, self._documents.language(document))
        return self._kept(document, version) or self._keep(document, version, Text(*version))

    def locate(self, ref: ChunkRef) -> Located | None:
        """Find a chunk in its document's present text; None if it is no longer there."""
        present = self.text(ref.document)
        if present is None:
            self._on_stale(ref.document)
            return None
        chunk, wanted = ref.chunk, ref.text_digest
        text = present.between(chunk.start_line, chunk.end_line)
        if text_digest(text) != wanted and (anew := self._read_anew(ref.document, present)) is not None:
            present = anew
            text = present.between(chunk.start_line, chunk.end_line)
        if text_digest(text) == wanted:
            return _located(chunk, text, present)
        # The text has changed since it was indexed, or the chunk is of a notebook, whose text is not its lines.
        now = self.chunks(ref.document, ref.path, present)
        moved = _nearest(chunk, [each for each in now if text_digest(each.text) == wanted])
        if moved is None or moved.start_line != chunk.start_line:
            self._on_stale(ref.document)
            moved = moved or _nearest(chunk, [each for each in now if _identity(each) == _identity(chunk)])
        return None if moved is None else _located(moved, moved.text, present)

    def chunks(self, document: str, path: str, present: Text) -> Sequence[Chunk]:
        """Return the chunks of a document's present text, which is chunked once and in another process."""
        version = (present.text, present.language)
        with self._lock:
            known = self._chunked.get(document)
            if known is not None and known[0] == version:
                self._chunked.move_to_end(document)
                return known[1]
        chunks = self._chunk(path, present.text, present.language)
        with self._lock:
            self._chunked[document] = (version, chunks)
            self._chunked.move_to_end(document)
            while len(self._chunked) > _CACHED_CHUNKINGS:
                self._chunked.popitem(last=False)
        return chunks

    def _from_disk(self, document: str) -> Text | None:
        stamp = stamp_at(document)
        if stamp is None:
            return None
        kept = self._kept(document, stamp)
        if kept is not None:
            return kept
        found = read_again(document, self._settings)
        return None if found is None else self._keep(document, found[1], Text(found[0], None))

    def _read_anew(self, document: str, kept: Text) -> Text | None:
        """Read a file whose text the index does not know, as it may be an old one under an equal stamp.

        None where it is the text that was kept.
        """
        if self._documents.text(document) is not None:
            return None
        found = read_again(document, self._settings)
        if found is None or found[0] == kept.text:
            return None
        return self._keep(document, found[1], Text(found[0], None))

    def _kept(self, document: str, version: _Version) -> Text | None:
        """Return the text of a document if this version of it is at hand."""
        with self._lock:
            kept = self._texts.get(document)
            if kept is None or kept[0] != version:
                return None
            self._texts.move_to_end(document)
            return kept[1]

    def _keep(self, document: str, version: _Version, text: Text) -> Text:
        with self._lock:
            self._forget(document)
            self._texts[document] = (version, text)
            self._characters += len(text.text)
            while self._characters > _CACHED_CHARACTERS and len(self._texts) > 1:
                self._forget(next(iter(self._texts)))
        return text

    def _forget(self, document: str) -> None:
        known = self._texts.pop(document, None)
        if known is not None:
            self._characters -= len(known[1].text)


def _identity(chunk: StoredChunk | Chunk) -> tuple[object, ...]:
    return (chunk.kind, chunk.container, chunk.name, chunk.part)


def _nearest(chunk: StoredChunk | Chunk, candidates: list[Chunk]) -> Chunk | None:
    """Return the candidate that has moved the fewest lines."""
    return min(candidates, key=lambda candidate: abs(candidate.start_line - chunk.start_line), default=None)


def _located(chunk: StoredChunk | Chunk, text: str, present: Text) -> Located:
    last = chunk.end_line - 1
    span = Span(chunk.start_line, 0, last, len(without_end(present.between(last, last + 1))))
    start = (chunk.name_line, chunk.name_column) if chunk.name_length else (chunk.start_line, 0)
    return Located(span, Span(*start, start[0], start[1] + chunk.name_length), text)
