"""Which lines of a code file make one chunk: spans that cover the file in order and do not overlap."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from dowse.chunking.outline import Definition, LayoutRole, Outline
from dowse.chunking.split_points import fits, split_points
from dowse.chunking.syntax import SourceText

if TYPE_CHECKING:
    from tree_sitter import Node

FACTORY_LINES = 30
"""A shorter function keeps all functions inside it: it is read as one thing."""
MINOR_LINES = 12
"""A constant or type that fills as many lines is looked for by itself; shorter ones stay in a run."""
DECLARATION_LINES = 4
"""A function that is only declared, on no more lines than this, stays in a run with its neighbours."""
TRIVIAL = 40
"""Code between definitions with fewer characters (``package main``, a closing brace) makes no chunk of its own."""

_CLOSING = re.compile(r"(?:[\s})\];,>.]|\b(?:end|done|fi|esac|endif|endmodule)\b|#\s*endif.*|</\w+>)*")


@dataclass(slots=True)
class LayoutSpan:
    """Lines that become one chunk."""

    start: int
    end: int
    definition: Definition | None
    """What it holds whole, or opens, or continues; None for code between definitions."""
    parent: Definition | None
    """What it stands in."""
    part: int = 0


def lay_out(source: SourceText, outline: Outline, root: Node | None) -> list[LayoutSpan]:
    """Lay a file out in spans; without definitions it is one run, cut where it is long."""
    raw: list[LayoutSpan] = []
    _lay_out_definitions(source, outline.definitions, 0, len(source.lines), None, raw)
    trimmed = [span for span in raw if _trim(source, span)]
    merged = _merge_tiny(_without_trivial(source, trimmed, outline))
    for span in merged:
        if span.definition is None:
            span.definition = _named_after(span, outline)
    parts: dict[int, int] = {}
    result: list[LayoutSpan] = []
    for span in merged:
        points = split_points(source, span.start, span.end, root)
        owner = span.definition or span.parent
        for start, end in zip(points, [*points[1:], span.end], strict=True):
            cut = replace(span, start=start, end=end)
            if owner is not None:
                cut.part = parts.get(id(owner), 0)
                parts[id(owner)] = cut.part + 1
            if _trim(source, cut):
                result.append(cut)
    return result


def _lay_out_definitions(
    source: SourceText,
    definitions: list[Definition],
    start: int,
    end: int,
    parent: Definition | None,
    spans: list[LayoutSpan],
) -> None:
    row = start
    # An explicit stack: hostile text nests deeper than Python calls.
    stack = [(definitions, 0, end, parent)]
    while stack:
        siblings, index, end, parent = stack.pop()
        if index == len(siblings):
            if row < end:
                spans.append(LayoutSpan(row, end, None, parent))
                row = end
            continue
        stack.append((siblings, index + 1, end, parent))
        definition = siblings[index]
        if definition.own_start < row or not _stands_alone(definition):
            continue
        first_line = max(definition.start, row)
        if first_line > row:
            spans.append(LayoutSpan(row, first_line, None, parent))
        last_line = min(definition.end, end)
        members = _members(source, definition, first_line)
        if members:
            row = members[0].start
            spans.append(LayoutSpan(first_line, row, definition, parent))
            stack.append((members, 0, last_line, definition))
        else:
            spans.append(LayoutSpan(first_line, last_line, definition, parent))
            row = last_line


def _stands_alone(definition: Definition) -> bool:
    return definition.role is not LayoutRole.MINOR or definition.end - definition.own_start >= MINOR_LINES


def _is_small(definition: Definition) -> bool:
    """Whether it is no more than a line, or a declaration of few, without much of a comment."""
    lines = DECLARATION_LINES if definition.role is LayoutRole.DECLARATION else 1
    return definition.end - definition.own_start <= lines and definition.own_start - definition.start <= 1


def _members(source: SourceText, definition: Definition, first_line: int) -> list[Definition]:
    """Return what gets chunks of its own inside ``definition``; nothing where it stays whole."""
    header_end = max(definition.own_start, definition.name_line) + 1
    members = [child for child in definition.children if _stands_alone(child) and child.own_start >= header_end]
    first = next((i for i, child in enumerate(members) if not _is_small(child)), None)
    if first is None:
        return []
    members = members[first:]
    if definition.role is LayoutRole.FUNCTION and not _is_factory(source, definition, members, first_line):
        return []
    members[0].start = max(members[0].start, header_end)
    return members


def _is_factory(source: SourceText, function: Definition, members: list[Definition], first_line: int) -> bool:
    if not fits(source, first_line, function.end):
        return True
    lines = function.end - function.own_start
    # What only names what stands in it (a group of tests) counts as what stands in it.
    parts = [part for child in members for part in (child.children if child.role is LayoutRole.SCOPE else [child])]
    inner = sum(part.end - part.own_start for part in parts if part.role is not LayoutRole.MINOR)
    return lines > FACTORY_LINES and len(parts) > 1 and inner > 0.6 * lines


def _trim(source: SourceText, span: LayoutSpan) -> bool:
    """Leave out blank lines at both ends; False where nothing remains."""
    while span.start < span.end and not source.lines[span.start].strip():
        span.start += 1
    while span.start < span.end and not source.lines[span.end - 1].strip():
        span.end -= 1
    return span.start < span.end


def _without_trivial(source: SourceText, spans: list[LayoutSpan], outline: Outline) -> list[LayoutSpan]:
    """Give what is no code by itself to a neighbour: closing lines to what they close, the rest to what follows."""
    result: list[LayoutSpan] = []
    pending: int | None = None
    for index, span in enumerate(spans):
        if _opens_scope(source, span):
            span.definition = None
        if span.definition is not None or not _is_trivial(source, span, outline):
            if pending is not None:
                span.start, pending = pending, None
            result.append(span)
            continue
        closes = _CLOSING.fullmatch(source.text(span.start, span.end)) is not None
        if result and pending is None and (closes or index == len(spans) - 1):
            result[-1].end = span.end
        elif pending is None:
            pending = span.start
    if pending is not None:
        if result:
            result[-1].end = spans[-1].end
        else:
            result.append(LayoutSpan(pending, spans[-1].end, None, None))
    return result


def _opens_scope(source: SourceText, span: LayoutSpan) -> bool:
    """Whether it is no more than the first lines of a namespace, which say nothing but its name."""
    definition = span.definition
    return (
        definition is not None
        and definition.role is LayoutRole.SCOPE
        and span.end < definition.end
        and _weight(source, span) < 2 * TRIVIAL
    )


def _is_trivial(source: SourceText, span: LayoutSpan, outline: Outline) -> bool:
    weight = _weight(source, span)
    if weight < TRIVIAL:
        return True
    return weight < 5 * TRIVIAL and _only_comments(source, span, outline)


def _only_comments(source: SourceText, span: LayoutSpan, outline: Outline) -> bool:
    row = span.end - 1
    while row >= span.start:
        if source.lines[row].strip():
            row = outline.attached.get(row, -1)
            if row not in outline.comments:
                return False
        row -= 1
    return True


def _weight(source: SourceText, span: LayoutSpan) -> int:
    """Count the characters that are not white space, up to what matters."""
    count = 0
    for line in source.lines[span.start : span.end]:
        count += len("".join(line.split()))
        if count > 5 * TRIVIAL:
            break
    return count


def _merge_tiny(spans: list[LayoutSpan]) -> list[LayoutSpan]:
    """Join neighbours of one parent that are code between definitions or one-line definitions."""
    result: list[LayoutSpan] = []
    for span in spans:
        last = result[-1] if result else None
        if last is None or last.parent is not span.parent or not (_is_tiny(last) and _is_tiny(span)):
            result.append(span)
            continue
        last.definition = None
        last.end = span.end
    return result


def _named_after(span: LayoutSpan, outline: Outline) -> Definition | None:
    """Return the only definition of a run, where it fills at least half of it."""
    siblings = span.parent.children if span.parent else outline.definitions
    first = bisect_left(siblings, span.start, key=attrgetter("own_start"))
    inside = siblings[first : first + 2]
    if not inside or inside[0].end > span.end or (len(inside) > 1 and inside[1].own_start < span.end):
        return None
    return inside[0] if 2 * (inside[0].end - inside[0].start) >= span.end - span.start else None


def _is_tiny(span: LayoutSpan) -> bool:
    return span.definition is None or _is_small(span.definition)
