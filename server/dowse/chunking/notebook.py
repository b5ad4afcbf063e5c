"""Chunks of Jupyter notebooks: each cell by itself, each range true in the notebook's own JSON text.

The JSON is read token by token with the place of every token kept, without recursion: a notebook on one line, one with
a merge conflict in it or one that nests ten thousand brackets deep is read as far as it can be. Outputs are left out.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate

from dowse.chunking.chunk import Chunk
from dowse.chunking.code import chunk_code
from dowse.chunking.languages import language_called
from dowse.chunking.prose import SEPARATOR, chunk_prose
from dowse.workspace.lines import split_lines

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_CELL_MAGIC = re.compile(r"%%(\w+)")
_LINE_MAGIC = re.compile(r"^[ \t]*[%!?]", re.MULTILINE)
_DEFAULT = "python"


@dataclass(slots=True)
class _Cell:
    kind: str = "code"
    pieces: list[tuple[int, str]] = field(default_factory=list)
    """Start of each JSON string of the source in the notebook's text, and its decoded content."""


@dataclass(slots=True)
class _Notebook:
    cells: list[_Cell] = field(default_factory=list)
    language: str = _DEFAULT


def chunk_notebook(path: str, text: str, *, parse: bool = True) -> list[Chunk]:
    """Cut a notebook's cells into chunks: code by the kernel's language, Markdown as prose. Bad JSON gives fewer.

    Without ``parse`` code is cut at blank lines.
    """
    notebook = _read(text)
    starts = list(accumulate(map(len, split_lines(text)), initial=0))
    chunks: list[Chunk] = []
    heading: tuple[str, ...] = ()
    for cell in notebook.cells:
        source = "".join(content for _, content in cell.pieces)
        if cell.kind == "markdown":
            found = chunk_prose(path, source, "markdown")
            titled = [chunk for chunk in found if chunk.name_length]
            if titled:
                last = titled[-1]
                heading = (*(last.container.split(SEPARATOR) if last.container else ()), last.name)
        elif cell.kind == "code":
            found = _code(path, source, notebook.language, heading, parse=parse)
        else:
            continue
        place = _Place(text, starts, cell, source)
        chunks += map(place.chunk, found)
    return chunks


def _code(path: str, source: str, kernel: str, heading: tuple[str, ...], *, parse: bool) -> list[Chunk]:
    magic = _CELL_MAGIC.match(source)
    named = language_called(magic[1]) if magic else None
    language = named or language_called(kernel) or language_called(_DEFAULT)
    assert language is not None
    if not parse:
        language = replace(language, grammar=None)
    # A magic is no code of the kernel's language; as a comment it leaves the lines around it intact.
    readable = _LINE_MAGIC.sub("#", source) if language.id == _DEFAULT else source
    lines = split_lines(source)
    under = SEPARATOR.join(heading)
    result: list[Chunk] = []
    for chunk in chunk_code(path, readable, language) if len(readable) == len(source) else ():
        context, _, rest = chunk.embedded_text.partition("\n")
        result.append(
            replace(
                chunk,
                text="".join(lines[chunk.start_line : chunk.end_line]),
                container=chunk.container or under or None,
                embedded_text=f"{context} {under}\n{rest}" if under else chunk.embedded_text,
            )
        )
    return result


class _Place:
    """Translates lines of a cell into lines of the notebook's text."""

    def __init__(self, text: str, starts: list[int], cell: _Cell, source: str) -> None:
        self._text = text
        self._starts = starts
        self._cell = cell
        self._lines = list(accumulate(map(len, split_lines(source)), initial=0))
        self._pieces = list(accumulate((len(content) for _, content in cell.pieces), initial=0))
        self._escapes: dict[int, tuple[list[int], list[int]]] = {}

    def chunk(self, chunk: Chunk) -> Chunk:
        """Return a chunk of the cell as one of the notebook; its text stays the cell's."""
        lines = self._lines
        first, _ = self._at(lines[chunk.start_line])
        last, _ = self._at(max(lines[chunk.end_line] - 1, lines[chunk.start_line]))
        name_line, name_column = self._at(lines[chunk.name_line] + chunk.name_column)
        offset = self._starts[name_line] + name_column
        there = chunk.name_length and self._text[offset : offset + chunk.name_length] == chunk.name
        return replace(
            chunk,
            start_line=first,
            end_line=last + 1,
            name_line=name_line if there else first,
            name_column=name_column if there else 0,
            name_length=chunk.name_length if there else 0,
        )

    def _at(self, offset: int) -> tuple[int, int]:
        """Return line and column in the notebook of a character of the cell's source."""
        piece = min(bisect_right(self._pieces, offset), len(self._cell.pieces)) - 1
        start = self._cell.pieces[piece][0] + 1
        inside = offset - self._pieces[piece]
        places, growth = self._escapes_of(piece)
        before = bisect_left(places, inside)
        at = start + inside + growth[before]
        line = bisect_right(self._starts, at) - 1
        return line, at - self._starts[line]

    def _escapes_of(self, piece: int) -> tuple[list[int], list[int]]:
        """Return where a JSON string has escapes, in its decoded content, and by how much they lengthen it so far."""
        known = self._escapes.get(piece)
        if known is None:
            start = self._cell.pieces[piece][0]
            token = _TOKEN.match(self._text, start)
            places: list[int] = []
            growth = [0]
            for escape in _ESCAPE.finditer(token[0] if token else "", 1):
                places.append(escape.start() - 1 - growth[-1])
                growth.append(growth[-1] + len(escape[0]) - 1)
            known = self._escapes[piece] = (places, growth)
        return known


def _read(text: str) -> _Notebook:
    notebook = _Notebook()
    cell = _Cell()
    for path, start, value in _strings(text):
        where = path[2:] if path[:1] == ("worksheets",) else path  # nbformat 3
        if where[:1] == ("cells",) and len(where) >= 3:
            index = where[1]
            while isinstance(index, int) and len(notebook.cells) <= index and len(notebook.cells) < 100_000:
                cell = _Cell()
                notebook.cells.append(cell)
            if where[2:] == ("cell_type",):
                cell.kind = value
            elif where[2] in ("source", "input") and len(where) <= 4:
                cell.pieces.append((start, value))
        elif path in (("metadata", "kernelspec", "language"), ("metadata", "language_info", "name")):
            notebook.language = value
    return notebook


def _strings(text: str) -> Iterator[tuple[tuple[str | int, ...], int, str]]:
    """Yield every string value of at most five levels with its path and its place in the text."""
    stack: list[str | int] = []
    objects: list[bool] = []
    expects_key = False
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "{[":
            objects.append(sign == "{")
            stack.append("" if sign == "{" else 0)
            expects_key = sign == "{"
        elif sign in "}]":
            if objects:
                objects.pop()
                stack.pop()
            expects_key = False
        elif sign == ",":
            if objects and not objects[-1]:
                last = stack[-1]
                stack[-1] = last + 1 if isinstance(last, int) else 0
            expects_key = bool(objects) and objects[-1]
        elif sign == ":":
            expects_key = False
        elif sign[0] == '"' and len(stack) <= 6:
            if expects_key:
                stack[-1] = sign[1:-1]
            else:
                yield tuple(stack), token.start(), _decoded(sign)


def _decoded(token: str) -> str:
    try:
        text = str(json.loads(token, strict=False))
    except ValueError:
        text = token[1:-1]
    # JSON can spell half a character (a lone surrogate), which no encoding can write.
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
