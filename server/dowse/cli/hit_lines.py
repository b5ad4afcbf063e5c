"""What is said of a hit, line by line, in plain text and in colour alike."""

from __future__ import annotations

from pathlib import Path

from dowse.chunking.chunk import SpaceName
from dowse.cli import streams
from dowse.search.query import Hit
from dowse.workspace.lines import column_to_units, split_lines, without_end

PREVIEW_LINES = 6
"""Enough for a signature and the first lines of a body; ten hits still fit in two screens."""
_AFTER_NAME = 2
PREVIEW_COLUMNS = 200


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


def preview_lines(hit: Hit) -> tuple[int, list[str]]:
    """Return a few lines, and the number of the first of them from 0: the hit's first, or those around its name.

    A long comment above a definition must not hide it. The common indentation and blank lines at the end are cut off.
    """
    text = split_lines(hit.text)
    row = hit.selection.start_line - hit.span.start_line
    skipped = max(0, min(row, len(text) - 1) - PREVIEW_LINES + _AFTER_NAME + 1)
    shown = text[skipped : skipped + PREVIEW_LINES]
    lines = [without_end(line).expandtabs(4).rstrip() for line in shown]
    while lines and not lines[-1]:
        lines.pop()
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    return hit.span.start_line + skipped, [streams.escaped(line[margin : margin + PREVIEW_COLUMNS]) for line in lines]


def quickfix_place(hit: Hit) -> str:
    """Return ``path:line:column``; the column counts bytes from 1, as Vim's ``%c``."""
    column = column_to_units(named_line(hit), hit.selection.start_column, "utf-8") + 1
    return f"{shown_place(hit)}:{column}"


def named_line(hit: Hit) -> str:
    """Return the line that has the name."""
    lines = split_lines(hit.text)
    row = hit.selection.start_line - hit.span.start_line
    return without_end(lines[row]) if row < len(lines) else ""
