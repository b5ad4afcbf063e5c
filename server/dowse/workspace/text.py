"""Places in a text, and the edits an editor makes there."""

from collections.abc import Iterable
from dataclasses import dataclass

from dowse.workspace.lines import ColumnUnit, column_from_units, split_lines, without_end


@dataclass(frozen=True, slots=True)
class Span:
    """A range of text: lines and columns from 0, columns in code points, the end exclusive."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of an open document; ``span`` None replaces the whole text."""

    span: Span | None
    text: str


def edited(text: str, edits: Iterable[Edit], unit: ColumnUnit = "utf-32") -> str:
    """Apply ``edits`` in order; each span is of the text after the edits before it, its columns counted in ``unit``.

    Positions past the end of a line or of the text are moved to it, and a span that ends before it begins is an
    insertion at its beginning: clients send both, and the protocol asks for no more.
    """
    lines = split_lines(text)
    for edit in edits:
        if edit.span is None:
            lines = split_lines(edit.text)
        else:
            _splice(lines, edit.span, edit.text, unit)
    return "".join(lines)


def _splice(lines: list[str], span: Span, text: str, unit: ColumnUnit) -> None:
    first, start = _position(lines, span.start_line, span.start_column, unit)
    last, end = max((first, start), _position(lines, span.end_line, span.end_column, unit))
    before = lines[first][:start] if first < len(lines) else ""
    after = lines[last][end:] if last < len(lines) else ""
    changed = before + text + after
    stop = last + 1
    # An edit can bring a \r and a \n together, or part them, at either edge of the lines that it touches.
    if first > 0 and lines[first - 1].endswith("\r") and changed.startswith("\n"):
        first -= 1
        changed = lines[first] + changed
    if stop < len(lines) and changed.endswith("\r") and lines[stop].startswith("\n"):
        changed += lines[stop]
        stop += 1
    lines[first:stop] = split_lines(changed)


def _position(lines: list[str], line: int, column: int, unit: ColumnUnit) -> tuple[int, int]:
    """Return the line and the code-point column of a client's position, moved into the text."""
    if line < 0:
        return 0, 0
    if line < len(lines):
        return line, column_from_units(lines[line], max(column, 0), unit)
    if lines and lines[-1] == without_end(lines[-1]):
        return len(lines) - 1, len(lines[-1])
    return len(lines), 0
