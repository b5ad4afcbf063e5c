"""Where a long piece of text is cut: between statements, else at blank lines, else anywhere between lines."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from dowse.chunking.syntax import SourceText

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LINES = 80
MAX_BYTES = 3_000
"""A chunk is at most this long, unless one line is. About 80 lines fill two screens, the most that one looks at as one
thing; 3,000 bytes of code are some 900 tokens, twice what small embedding models read: longer ones would lose their
ends, much shorter ones would tear up ordinary functions (in Python's library 97 of 100 functions fit)."""

SCRAP = 8
"""A piece may be longer by this part of the budget rather than leave so small a piece behind."""

_DEEPEST = 64
"""Levels of syntax that are searched for places to cut; deeper ones are cut at lines."""


def fits(source: SourceText, start: int, end: int) -> bool:
    """Whether these lines are within the budget of one chunk."""
    return end - start <= MAX_LINES and source.size(start, end) <= MAX_BYTES


def split_points(source: SourceText, start: int, end: int, root: Node | None) -> list[int]:
    """Return the lines at which the pieces of ``start`` to ``end`` begin, ``start`` first; one where it fits.

    The pieces are of about equal size. With ``root``, the syntax tree, they begin with statements (with the comment
    above them) of the outermost level that makes them small enough; without one, or inside long literals, after
    blank lines with little indentation.
    """
    if fits(source, start, end):
        return [start]
    pieces = [start]
    _split(source, start, end, root, 0, pieces)
    if len(pieces) > 1 and _is_scrap(source, pieces[-1], end):
        pieces.pop()
    return pieces


def _is_scrap(source: SourceText, start: int, end: int) -> bool:
    return SCRAP * source.size(start, end) < MAX_BYTES and SCRAP * (end - start) < MAX_LINES


def _split(source: SourceText, start: int, end: int, node: Node | None, depth: int, pieces: list[int]) -> None:
    """Append the cuts inside ``start`` to ``end``, both excluded."""
    inner: Node | None = None
    cuts: list[int] = []
    while node is not None and depth < _DEEPEST:
        depth += 1
        cuts, inner = _statement_starts(source, start, end, node)
        if cuts:
            break
        node = inner
    if not cuts:
        cuts = _blank_line_cuts(source, start, end) if depth < 2 * _DEEPEST else list(range(start + 1, end))
    # Within a segment the same node has no cuts left, so that the search goes on in its longest child there.
    _pack(source, start, end, cuts, pieces, lambda a, b: _split(source, a, b, node, depth + 1, pieces))


def _pack(
    source: SourceText, start: int, end: int, cuts: list[int], pieces: list[int], split: Callable[[int, int], None]
) -> None:
    """Fill pieces with neighbouring segments up to an equal share of the whole; split segments that are too long.

    The last piece so far goes on: the few lines that open a long statement stay with its first part.
    """
    share = source.size(start, end) / ceil(max(source.size(start, end) / MAX_BYTES, (end - start) / MAX_LINES))
    at = pieces[-1]
    for segment, segment_end in zip([start, *cuts], [*cuts, end], strict=True):
        splits = not fits(source, segment, segment_end) and segment_end - segment > 1
        full = source.size(at, segment) >= 0.85 * share or not fits(source, at, segment_end)
        # Few lines before a statement that is split anyway go with its first part.
        if segment > at and full and not (splits and _is_scrap(source, at, segment)):
            pieces.append(segment)
            at = segment
        if splits:
            split(segment, segment_end)
            at = pieces[-1]


def _statement_starts(source: SourceText, start: int, end: int, node: Node) -> tuple[list[int], Node | None]:
    """Return the lines strictly inside on which children of ``node`` begin, and the longest child across them."""
    cuts: list[int] = []
    longest: Node | None = None
    longest_size = 0
    after_comment = -1
    cursor = node.walk()
    if cursor.goto_first_child_for_byte(source.offsets[start]) is None:
        return cuts, None
    while (child := cursor.node) is not None and child.start_byte < source.offsets[end]:
        row, size = child.start_point[0], child.end_byte - child.start_byte
        if size > longest_size:
            longest, longest_size = child, size
        if (
            start < row
            and child.is_named
            and row != after_comment
            and (not cuts or cuts[-1] != row)
            and not source.data[source.offsets[row] : child.start_byte].strip()
        ):
            cuts.append(row)
        if child.is_extra:
            last, column = child.end_point
            after_comment = last if column == 0 else last + 1
        if not cursor.goto_next_sibling():
            break
    return cuts, longest


def _blank_line_cuts(source: SourceText, start: int, end: int) -> list[int]:
    """Return lines after blank ones with the least indentation there is; all lines where there are none."""
    after_blank = [
        row for row in range(start + 1, end) if not source.lines[row - 1].strip() and source.lines[row].strip()
    ]
    if not after_blank:
        return _indentation_cuts(source, start, end)
    least = min(_indentation(source.lines[row]) for row in after_blank)
    return [row for row in after_blank if _indentation(source.lines[row]) <= least + 4] or after_blank


def _indentation_cuts(source: SourceText, start: int, end: int) -> list[int]:
    rows = [row for row in range(start + 1, end) if source.lines[row].strip()]
    if not rows:
        return list(range(start + 1, end))
    least = min(_indentation(source.lines[row]) for row in rows)
    outer = [row for row in rows if _indentation(source.lines[row]) == least]
    return outer if len(outer) > 1 else rows


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
