"""Where a note's link leads now: to its symbol, else to the text it stood on, else to its line.

Lines move, functions move to other files and files are renamed; notes are never rewritten for that. What a link says
is compared with the present text whenever somebody asks.
"""

from __future__ import annotations

import posixpath
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.index.names import EXACT, lookups, same_container
from dowse.notes.links import Anchor, said
from dowse.search.view import absolute

if TYPE_CHECKING:
    from dowse.index.folder import FolderIndex
    from dowse.index.records import StoredChunk
    from dowse.search.presence import Text
    from dowse.search.view import SearchView

_TEXTS_KEPT = 32
"""Texts whose chunks are remembered: an answer's hits lie in a few files, and typing a query asks again and again."""

_ELSEWHERE = 50
"""Definitions of a name in other files that are looked at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link leads now."""

    document: str
    path: str
    line: int
    """From 0."""
    whole_file: bool = False
    """The link names neither a symbol nor a line."""


class Resolver:
    """Finds the places of anchors. Thread-safe; keeps nothing but chunks of the texts that it was asked about last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._chunks: OrderedDict[str, tuple[str, list[Chunk]]] = OrderedDict()

    def place(self, view: SearchView, folder: FolderIndex, anchor: Anchor) -> Place | None:
        """Return where ``anchor`` leads in its workspace folder, None when what it led to is not found."""
        document = absolute(folder.root, anchor.path)
        present = _text(view, folder, document, anchor.path)
        if present is not None:
            line = self._line(present, anchor)
            if line is not None:
                return Place(document, anchor.path, line, anchor.line is None and anchor.symbol is None)
        return None if anchor.symbol is None else self._moved(view, folder, anchor)

    def definition_on(self, path: str, present: Text, line: int) -> Chunk | None:
        """Return the definition whose name stands on ``line`` of a text."""
        for chunk in self._chunks_of(path, present):
            if chunk.name_line == line and chunk.name_length and not chunk.part:
                return chunk
        return None

    def _line(self, present: Text, anchor: Anchor) -> int | None:
        """Return the line in the text of the file that the anchor names."""
        if anchor.symbol is not None:
            named = [chunk for chunk in self._chunks_of(anchor.path, present) if is_named(chunk, anchor.symbol)]
            if named:
                return _best(named, present.lines, anchor)
        if anchor.text is not None:
            rows = _rows_with(present.lines, anchor.text)
            if rows:
                return _nearest(rows, anchor.line)
        if anchor.symbol is not None or anchor.text is not None:
            return None  # what it was about is gone; another line in its place would mislead
        line = anchor.line or 0
        return line if line < max(1, len(present.lines)) else None

    def _moved(self, view: SearchView, folder: FolderIndex, anchor: Anchor) -> Place | None:
        """Return where the anchor's symbol stands in another file, if only one can be meant."""
        assert anchor.symbol is not None
        found: list[tuple[Place, bool]] = []
        for document, path in _files_with(view, folder, anchor.symbol):
            present = _text(view, folder, document, path)
            if present is None:
                continue
            for chunk in self._chunks_of(path, present):
                if is_named(chunk, anchor.symbol):
                    rows = _rows_in(chunk, present.lines, anchor.text)
                    line = _nearest(rows, anchor.line) if rows else chunk.name_line
                    found.append((Place(document, path, line), bool(rows)))
        same_name = posixpath.basename(anchor.path)
        for fitting in (
            [place for place, has_text in found if has_text],  # the very text
            [place for place, _ in found if posixpath.basename(place.path) == same_name],  # a file that was moved
            [place for place, _ in found],
        ):
            if len(fitting) == 1:
                return fitting[0]
        return None

    def _chunks_of(self, path: str, present: Text) -> list[Chunk]:
        with self._lock:
            known = self._chunks.get(path)
            if known is not None and known[0] == present.text:
                self._chunks.move_to_end(path)
                return known[1]
        chunks = chunk_text(path, present.text, present.language)
        with self._lock:
            self._chunks[path] = (present.text, chunks)
            while len(self._chunks) > _TEXTS_KEPT:
                self._chunks.popitem(last=False)
        return chunks


def is_named(chunk: Chunk | StoredChunk, symbol: str) -> bool:
    """Whether ``symbol``, with or without enclosing names, names the definition that begins with this chunk."""
    if chunk.part:
        return False
    return any(
        chunk.name == name and (container is None or same_container(chunk.container, container, exactly=True))
        for name, container in lookups(symbol)
    )


def _text(view: SearchView, folder: FolderIndex, document: str, path: str) -> Text | None:
    """Return a file's present text if the index has the file or an editor does: a link leads nowhere else."""
    if document not in view.overlay.documents():
        record = folder.file(path)
        if record is None or record.left_out is not None:
            return None
    return view.presence.text(document)


def _files_with(view: SearchView, folder: FolderIndex, symbol: str) -> Iterator[tuple[str, str]]:
    """Yield document and path of the folder's files that may define ``symbol``, each once."""
    root = str(folder.root)
    edited = view.overlay.documents()
    paths: dict[str, str] = {}
    for space in SpaceName:
        ids = [each.chunk_id for each in folder.spaces[space].named(symbol, _ELSEWHERE) if each.score == EXACT]
        for chunk in folder.chunks(ids).values():
            document = absolute(root, chunk.path)
            if document not in edited:
                paths[document] = chunk.path
        for each in view.overlay.named(space, symbol, _ELSEWHERE, lambda document, _: edited[document][0] == root):
            if each.score == EXACT:
                paths[each.document] = edited[each.document][1]
    yield from paths.items()


def _best(named: Sequence[Chunk], lines: Sequence[str], anchor: Anchor) -> int:
    """Return the line in one of several definitions of a name: of those that hold the text, the nearest."""
    holding = [(chunk, rows) for chunk in named if (rows := _rows_in(chunk, lines, anchor.text))]
    if holding:
        return _nearest([row for _, rows in holding for row in rows], anchor.line)
    return _nearest([chunk.name_line for chunk in named], anchor.line)


def _rows_in(chunk: Chunk, lines: Sequence[str], text: str | None) -> list[int]:
    if text is None:
        return []
    return [chunk.start_line + row for row in _rows_with(lines[chunk.start_line : chunk.end_line], text)]


def _rows_with(lines: Sequence[str], text: str) -> list[int]:
    """Return the lines that say ``text``, whatever their indentation."""
    return [row for row, line in enumerate(lines) if said(line) == text]


def _nearest(rows: Sequence[int], line: int | None) -> int:
    return rows[0] if line is None else min(rows, key=lambda row: (abs(row - line), row))
