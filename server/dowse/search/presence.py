"""Whether a chunk still stands in its document, and where (invariant 6: a hit is true when it is shown)."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Chunk
from dowse.index.records import text_digest
from dowse.search.query import Span
from dowse.system import SYSTEM
from dowse.workspace.discovery import read_again
from dowse.workspace.lines import split_lines, without_end
from dowse.workspace.source import FileStamp

if TYPE_CHECKING:
    from dowse.index.records import StoredChunk
    from dowse.search.piece import Piece
    from dowse.settings import FileSettings
    from dowse.workspace.documents import Documents

_CACHED_CHARACTERS = 4_000_000
"""Text kept between searches: typing a query asks about the same files again and again, and to read and split the
twenty files of an answer takes as long as to find them."""

_CACHED_CHUNKINGS = 8
"""Documents whose chunks are kept: the hits of several notebooks take turns in an answer, and again in the next one."""


class Text:
    """The present text of a document. May be used from any thread."""

    def __init__(self, text: str, language: str | None) -> None:
        """``language`` is as the editor named it, for an open document."""
        self.text = text
        self.language = language

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return split_lines(self.text)

    def between(self, start: int, end: int) -> str:
        """Return the lines from ``start`` to before ``end``; what is beyond the last is empty."""
        starts = self._starts
        if starts is None:
            return "".join(self.lines[start:end])
        last = len(starts) - 1
        return self.text[starts[min(start, last)] : starts[min(end, last)]]

    @cached_property
    def _starts(self) -> NDArray[np.intp] | None:
        """Where lines begin and the text ends; None where only :attr:`lines` knows.

        Most files are plain ASCII. To find their lines is cheaper than to cut all of them out, and an answer needs few
        lines of many files.
        """
        if not self.text.isascii() or "\r" in self.text:
            return None
        after = np.flatnonzero(np.frombuffer(self.text.encode("ascii"), np.uint8) == ord("\n")) + 1
        end = np.array([len(self.text)][: self.text[-1:] != "\n"], np.intp)
        return np.concatenate(([0], after, end))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a chunk stands now."""

    span: Span
    selection: Span
    text: str


class Presence:
    """Reads documents as they are now, open ones from the editor and others from the disk."""

    def __init__(
        self,
        documents: Documents,
        settings: FileSettings,
        on_stale: Callable[[str], None],
        chunk: Callable[[str, str, str | None], Sequence[Chunk]],
    ) -> None:
        """``on_stale`` is told the absolute path of a file that the index has not caught up with.

        ``chunk`` takes a path, a text and the language that the editor names, if any.
        """
        self.chunk = chunk
        self._documents = documents
        self._settings = settings
        self._on_stale = on_stale
        self._lock = Lock()
        self._texts: OrderedDict[str, tuple[FileStamp, Text]] = OrderedDict()
        self._characters = 0
        self._chunked: OrderedDict[str, tuple[str, Sequence[Chunk]]] = OrderedDict()

    def text(self, document: str) -> Text | None:
        """Return a document's present text; None where there is none that can be indexed."""
        opened = self._documents.text(document)
        if opened is not None:
            return Text(opened, self._documents.language(document))
        return self._from_disk(document)

    def place(self, piece: Piece) -> Placed | None:
        """Find a piece in its document's present text; None where it is no longer there."""
        present = self.text(piece.document)
        if present is None:
            self._on_stale(piece.document)
            return None
        chunk, wanted = piece.chunk, piece.text_digest
        text = present.between(chunk.start_line, chunk.end_line)
        if text_digest(text) == wanted:
            return _placed(chunk, text, present)
        # Either the text has changed under the index, or the chunk is a notebook's, whose text is not its lines.
        now = self._chunks(piece, present)
        moved = _nearest(chunk, [each for each in now if text_digest(each.text) == wanted])
        if moved is None or moved.start_line != chunk.start_line:
            self._on_stale(piece.document)
            moved = moved or _nearest(chunk, [each for each in now if _identity(each) == _identity(chunk)])
        return None if moved is None else _placed(moved, moved.text, present)

    def _chunks(self, piece: Piece, present: Text) -> Sequence[Chunk]:
        """Chunk a document's present text, once for all of its pieces."""
        with self._lock:
            text, chunks = self._chunked.pop(piece.document, ("", ()))
        if text != present.text:
            chunks = self.chunk(piece.path, present.text, present.language)
        with self._lock:
            self._chunked[piece.document] = (present.text, chunks)
            while len(self._chunked) > _CACHED_CHUNKINGS:
                self._chunked.popitem(last=False)
        return chunks

    def _from_disk(self, document: str) -> Text | None:
        stamp = _stamp(document)
        if stamp is None:
            return None
        with self._lock:
            cached = self._texts.get(document)
            if cached is not None and cached[0] == stamp:
                self._texts.move_to_end(document)
                return cached[1]
        found = read_again(document, self._settings)
        if found is None:
            return None
        text = Text(found[0], None)
        with self._lock:
            self._forget(document)
            self._texts[document] = (found[1], text)
            self._characters += len(text.text)
            while self._characters > _CACHED_CHARACTERS and len(self._texts) > 1:
                self._forget(next(iter(self._texts)))
        return text

    def _forget(self, document: str) -> None:
        known = self._texts.pop(document, None)
        if known is not None:
            self._characters -= len(known[1].text)


def _stamp(document: str) -> FileStamp | None:
    try:
        status = os.stat(SYSTEM.openable(document))  # noqa: PTH116 - a document is a str
    except (OSError, ValueError):  # ValueError: a NUL in the name of an untitled document
        return None
    return FileStamp(status.st_mtime_ns, status.st_size, status.st_ino)


def _identity(chunk: StoredChunk | Chunk) -> tuple[object, ...]:
    return (chunk.kind, chunk.container, chunk.name, chunk.part)


def _nearest(chunk: StoredChunk | Chunk, candidates: list[Chunk]) -> Chunk | None:
    """Return the candidate that has moved the fewest lines."""
    return min(candidates, key=lambda candidate: abs(candidate.start_line - chunk.start_line), default=None)


def _placed(chunk: StoredChunk | Chunk, text: str, present: Text) -> Placed:
    last = chunk.end_line - 1
    span = Span(chunk.start_line, 0, last, len(without_end(present.between(last, last + 1))))
    start = (chunk.name_line, chunk.name_column) if chunk.name_length else (chunk.start_line, 0)
    return Placed(span, Span(*start, start[0], start[1] + chunk.name_length), text)
