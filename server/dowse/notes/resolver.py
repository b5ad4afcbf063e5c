"""Where a note's link leads now: to its symbol, else to the text it stood on, else to its line.

Lines move, functions move to other files and files are renamed; notes are never rewritten for that. What a link says
is compared with the present text whenever somebody asks.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.index.names import EXACT, lookups, same_container
from dowse.notes.links import Anchor, quoted_text
from dowse.workspace.paths import absolute_path

if TYPE_CHECKING:
    from dowse.index.records import StoredChunk
    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.present_text import Text
    from dowse.search.view import SearchView

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
    """Finds where anchors lead in a workspace folder, for one answer: it looks at nothing twice."""

    def __init__(self, view: SearchView, folder: IndexSnapshot) -> None:
        self._view = view
        self._folder = folder
        self._edited = view.overlay.documents()
        self._texts: dict[str, Text | None] = {}
        self._places: dict[Anchor, Place | None] = {}

    def resolve(self, anchor: Anchor) -> Place | None:
        """Return where ``anchor`` leads now, None when what it led to is not found."""
        if anchor not in self._places:
            self._places[anchor] = self._find(anchor)
        return self._places[anchor]

    def _find(self, anchor: Anchor) -> Place | None:
        present = self._text(anchor.path)
        if present is not None:
            line = self._line(present, anchor)
            if line is not None:
                whole_file = anchor.line is None and anchor.symbol is None
                return Place(absolute_path(str(self._folder.root), anchor.path), anchor.path, line, whole_file)
        return None if anchor.symbol is None else self._moved(anchor.symbol, anchor)

    def _text(self, path: str) -> Text | None:
        """Return a file's present text if the index has the file or an editor does: a link leads nowhere else."""
        if path not in self._texts:
            document = absolute_path(str(self._folder.root), path)
            record = None if document in self._edited else self._folder.file(path)
            indexed = document in self._edited or (record is not None and record.skipped is None)
            self._texts[path] = self._view.verifier.text(document) if indexed else None
        return self._texts[path]

    def _chunks(self, path: str, present: Text) -> Sequence[Chunk]:
        return self._view.verifier.chunks(absolute_path(str(self._folder.root), path), path, present)

    def _line(self, present: Text, anchor: Anchor) -> int | None:
        """Return the line in the text of the file that the anchor names."""
        if anchor.symbol is not None:
            named = [chunk for chunk in self._chunks(anchor.path, present) if is_named(chunk, anchor.symbol)]
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

    def _moved(self, symbol: str, anchor: Anchor) -> Place | None:
        """Return where the anchor's symbol stands in another file, if only one can be meant."""
        found: list[tuple[Place, bool]] = []
        for document, path in self._files_with(symbol).items():
            present = self._text(path)
            for chunk in self._chunks(path, present) if present is not None else ():
                if present is not None and is_named(chunk, symbol):
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

    def _files_with(self, symbol: str) -> dict[str, str]:
        """Return the folder's files that may define ``symbol``: document → path."""
        root, overlay = str(self._folder.root), self._view.overlay
        paths: dict[str, str] = {}
        for space in SpaceName:
            named = self._folder.spaces[space].named(symbol, _ELSEWHERE)
            for chunk in self._folder.chunks(each.chunk_id for each in named if each.score == EXACT).values():
                document = absolute_path(root, chunk.path)
                if document not in self._edited:
                    paths[document] = chunk.path
            for each in overlay.named(space, symbol, _ELSEWHERE):
                owner, path = self._edited.get(each.document, (None, ""))
                if each.score == EXACT and owner == root:
                    paths[each.document] = path
        return paths


def is_named(chunk: Chunk | StoredChunk, symbol: str) -> bool:
    """Whether ``symbol``, with or without enclosing names, names the definition that begins with this chunk."""
    if chunk.part or chunk.kind is Kind.FILE:  # top-level code is called as its file is
        return False
    return any(
        chunk.name == name and (container is None or same_container(chunk.container, container, exactly=True))
        for name, container in lookups(symbol)
    )


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
    return [row for row, line in enumerate(lines) if quoted_text(line) == text]


def _nearest(rows: Sequence[int], line: int | None) -> int:
    return rows[0] if line is None else min(rows, key=lambda row: (abs(row - line), row))
