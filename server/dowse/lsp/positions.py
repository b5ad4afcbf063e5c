"""Between the editor's columns, counted in the negotiated encoding, and code points."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.workspace.content import decoded
from dowse.workspace.files import read_regular
from dowse.workspace.lines import ColumnUnit, column_from_units, column_to_units, split_lines, without_end
from dowse.workspace.text import Span

if TYPE_CHECKING:
    from dowse.engine import Engine

_READ_LIMIT = 100_000_000


def range_of(span: Span, lines: Sequence[str], first: int, unit: ColumnUnit) -> types.Range:
    """Return ``span`` as the client counts; ``lines`` are the document's from line ``first`` on."""
    return types.Range(
        types.Position(span.start_line, _units(lines, span.start_line - first, span.start_column, unit)),
        types.Position(span.end_line, _units(lines, span.end_line - first, span.end_column, unit)),
    )


def span_of(place: types.Range, lines: Sequence[str], unit: ColumnUnit) -> Span:
    """Return the client's range in code points; ``lines`` are the whole document's. Its ends are put in order."""
    ends = sorted(
        (position.line, _column(lines, position.line, position.character, unit))
        for position in (place.start, place.end)
    )
    return Span(*ends[0], *ends[1])


def span_in_units(place: types.Range) -> Span:
    """Return the client's range with its columns as they are."""
    return Span(place.start.line, place.start.character, place.end.line, place.end.character)


def lines_of(engine: "Engine", document: str) -> list[str]:
    """Return the present lines of a document, none where it cannot be read. Reads the disk: not for the event loop."""
    text = engine.document_text(document)
    if text is None:
        try:
            content, _ = read_regular(document, _READ_LIMIT)
        except (OSError, ValueError):
            return []
        text = (decoded(content) if content is not None else None) or ""
    return split_lines(text)


def _units(lines: Sequence[str], index: int, column: int, unit: ColumnUnit) -> int:
    return column_to_units(without_end(lines[index]), column, unit) if 0 <= index < len(lines) else column


def _column(lines: Sequence[str], index: int, units: int, unit: ColumnUnit) -> int:
    return column_from_units(lines[index], units, unit) if index < len(lines) else 0
