"""What is said of a hit, line by line, in plain text and in colour alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dowse.chunking.chunk import SpaceName
from dowse.cli import streams
from dowse.search.query import Hit, Marks
from dowse.workspace.lines import column_to_units, split_lines, without_end

PREVIEW_LINES = 6
"""Enough for a signature and the first lines of a body; ten hits still fit in two screens."""
_AFTER_NAME = 2
PREVIEW_COLUMNS = 200
GAP = "…"
"""Stands for lines that are left out."""


def shown_path(document: str) -> str:
    """Return the path to print: from the current folder where the file lies in it, absolute elsewhere."""
    path, cwd = Path(document), Path.cwd()
    return streams.escaped(str(path.relative_to(cwd) if path.is_relative_to(cwd) else path))


def shown_place(hit: Hit) -> str:
    """Return ``path:line``, the line that of the name."""
    return f"{shown_path(hit.document)}:{hit.selection.start_line + 1}"


def note_lines(hit: Hit) -> list[str]:
    """Return a line for each note that points at a hit, and for each place that a hit in a note points at."""
    lines = [
        f"note: {streams.escaped(each.title)} ({shown_path(each.document)}:{each.span.start_line + 1})"
        for each in hit.notes
    ]
    for link in hit.links:
        place = "no longer there" if link.document is None else f"{shown_path(link.document)}:{link.line + 1}"
        lines.append(f"about: {streams.escaped(link.label)} ({place})")
    return lines


def title(hit: Hit) -> tuple[str, str]:
    """Return the enclosing names, with their separator, and the name."""
    separator = "." if hit.space is SpaceName.CODE else " > "
    return (streams.escaped(hit.container + separator) if hit.container else "", streams.escaped(hit.name))


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line of a hit as it is shown."""

    number: int
    """From 0, in the document."""
    text: str
    marks: Marks = ()
    """Where it says words of the question; of the line that answers alone."""


def preview_lines(hit: Hit) -> list[PreviewLine]:
    """Return a few lines: the hit's first, or those around its name, or the name's and those around the answer.

    A long comment above a definition must not hide it. The common indentation and blank lines at the end are cut off.
    """
    text = [without_end(line) for line in split_lines(hit.text)]
    rows = _preview_rows(hit, text)
    while rows and not text[rows[-1]].strip():
        rows.pop()
    lines = [text[row].expandtabs(4).rstrip() for row in rows]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    return [
        PreviewLine(
            hit.span.start_line + row,
            streams.escaped(line[margin : margin + PREVIEW_COLUMNS]),
            _preview_marks(hit, row, text[row], margin),
        )
        for row, line in zip(rows, lines, strict=True)
    ]


def _preview_rows(hit: Hit, text: Sequence[str]) -> list[int]:
    count = len(text)
    name = min(hit.selection.start_line - hit.span.start_line, count - 1)
    first = max(0, name - PREVIEW_LINES + _AFTER_NAME + 1)
    rows = list(range(first, min(first + PREVIEW_LINES, count)))
    answer = _answer_row(hit)
    if answer is None or answer in rows:
        return rows
    around = range(max(0, answer - 1), min(answer + _AFTER_NAME, count))
    head = [row for row in range(name, name + PREVIEW_LINES - len(around)) if row not in around]
    while head and not text[head[-1]].strip():
        head.pop()
    return sorted([*head, *around])


def _answer_row(hit: Hit) -> int | None:
    return None if hit.answer is None else hit.answer.span.start_line - hit.span.start_line


def _preview_marks(hit: Hit, row: int, line: str, margin: int) -> Marks:
    """Return the marks of the line that answers where they stand in what is shown of it."""
    if hit.answer is None or row != _answer_row(hit):
        return ()
    start = hit.answer.span.start_column

    def column(place: int) -> int:
        return len(streams.escaped(line[: start + place].expandtabs(4)[margin : margin + PREVIEW_COLUMNS]))

    marks = ((column(begin), column(end)) for begin, end in hit.answer.marks)
    return tuple((begin, end) for begin, end in marks if begin < end)


def answer_text(hit: Hit) -> str:
    """Return the line that answers, or else the one that has the name."""
    text = named_line(hit).strip() if hit.answer is None else hit.answer.text
    return streams.escaped(text[:PREVIEW_COLUMNS])


def quickfix_place(hit: Hit) -> str:
    """Return ``path:line:column``; the column counts bytes from 1, as Vim's ``%c``."""
    column = column_to_units(named_line(hit), hit.selection.start_column, "utf-8") + 1
    return f"{shown_place(hit)}:{column}"


def named_line(hit: Hit) -> str:
    """Return the line that has the name."""
    lines = split_lines(hit.text)
    row = hit.selection.start_line - hit.span.start_line
    return without_end(lines[row]) if row < len(lines) else ""
