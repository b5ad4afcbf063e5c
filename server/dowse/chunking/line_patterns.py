"""Definitions found on lines by regular expressions, for languages without a grammar and for what a grammar misreads.

A file ``queries/NAME.toml`` is a list of tables:

* ``[[definition]]`` with ``kind`` (a capture of :data:`dowse.chunking.definitions.ROLES`) and ``start``, a regular
  expression that matches at the beginning of a line and has a group ``name`` and perhaps a group ``container``.
* ``end`` says where it ends: ``braces`` (after the bracket that closes the first ``{``), ``indentation`` (before the
  next line that is indented no deeper), ``next`` (before the next definition of a kind with that end, or of the whole
  file), or else a regular expression for its last line; ``@`` in it stands for the indentation of the first.
* ``overrules = true``: it takes the place of what the syntax tree has on that line.
* ``case = false``: letters of any case.

Patterns are run on bytes, over many lines (``^`` is the beginning of a line). They must be linear in the text.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from dowse.chunking.syntax import SourceText, query_text

_STRINGS_AND_COMMENTS = re.compile(
    rb"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.){0,200}?'|//[^\n]*|/\*.*?\*/|[{}]", re.DOTALL
)
_DEEPEST = 10_000
_MOST = 20_000
"""Definitions in one file that are looked at; more make a table of data."""


@dataclass(frozen=True, slots=True)
class LinePattern:
    """One table of a pattern file."""

    kind: str
    start: re.Pattern[bytes]
    end: str
    overrules: bool


@dataclass(frozen=True, slots=True)
class LineMatch:
    """A definition on lines ``start_row`` to ``end_row`` (exclusive), and its bytes; its signature ends at ``body``."""

    kind: str
    name: str
    container: str
    name_row: int
    name_start: int
    start_row: int
    end_row: int
    start: int
    body: int
    end: int
    column: int
    overrules: bool


@cache
def line_patterns(names: tuple[str, ...]) -> tuple[LinePattern, ...]:
    """Read the pattern files among a language's queries."""
    found: list[LinePattern] = []
    for name in names:
        for entry in tomllib.loads(query_text(f"{name}.toml")).get("definition", ()):
            flags = re.MULTILINE | (re.IGNORECASE if not entry.get("case", True) else 0)
            pattern = re.compile(entry["start"].encode(), flags)
            found.append(LinePattern(entry["kind"], pattern, entry["end"], entry.get("overrules", False)))
    return tuple(found)


def line_matches(
    source: SourceText, patterns: tuple[LinePattern, ...], within: list[tuple[int, int]] | None = None
) -> list[LineMatch]:
    """Return what the patterns find, in the order of the text; of those that begin on one line the first pattern's.

    ``within`` are the bytes in which names may stand, None for anywhere.
    """
    data = source.data
    allowed = None if within is None else _joined(within)
    starts: dict[int, tuple[LinePattern, re.Match[bytes]]] = {}
    for pattern in patterns:
        for match in pattern.start.finditer(data):
            if len(starts) > _MOST:
                break
            if allowed is not None and not _stands_in(allowed, match.start("name")):
                continue
            row = _row(source, match.start("name"))
            starts.setdefault(row, (pattern, match))
    ends = _Ends(source, [_first_row(source, match) for pattern, match in starts.values() if pattern.end == "next"])
    found = []
    for name_row, (pattern, match) in sorted(starts.items(), key=lambda each: each[0]):
        row = _first_row(source, match)
        end_row, body = ends.of(pattern.end, row, match)
        name = match["name"].decode("utf-8", "replace")
        container = match.groupdict().get("container") or b""
        start = source.offsets[row] + len(source.lines[row]) - len(source.lines[row].lstrip())
        found.append(
            LineMatch(
                pattern.kind,
                name,
                container.decode("utf-8", "replace"),
                name_row,
                match.start("name"),
                row,
                end_row,
                start,
                max(body, match.end("name")),
                _without_blank_end(data, source.offsets[end_row]),
                start - source.offsets[row],
                pattern.overrules,
            )
        )
    return [each for each in found if each.end > each.start and each.name.strip()]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those within others left out."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if not result or end > result[-1][1]:
            result.append((start, end))
    return result


def _stands_in(spans: list[tuple[int, int]], at: int) -> bool:
    place = bisect_right(spans, (at, at)) - 1
    return place >= 0 and spans[place][0] <= at < spans[place][1]


def _without_blank_end(data: bytes, end: int) -> int:
    while end and data[end - 1 : end].isspace():
        end -= 1
    return end


def _row(source: SourceText, at: int) -> int:
    return min(bisect_right(source.offsets, at), len(source.lines)) - 1


def _first_row(source: SourceText, match: re.Match[bytes]) -> int:
    """Return the row of the first byte of a match that is no white space."""
    text = match[0]
    return _row(source, match.start() + len(text) - len(text.lstrip()))


class _Ends:
    """Where definitions of one text end; what is costly to know is worked out when it is first asked for."""

    def __init__(self, source: SourceText, next_rows: list[int]) -> None:
        self._source = source
        self._next_rows = sorted(next_rows)
        self._closing: dict[int, int] | None = None
        self._opening: list[int] = []
        self._without: set[re.Pattern[bytes]] = set()
        """Patterns of which the rest of the text has no match."""

    def of(self, end: str, row: int, match: re.Match[bytes]) -> tuple[int, int]:
        """Return the row after a definition and the byte at which its body begins."""
        source = self._source
        line_end = source.offsets[_row(source, match.end() - 1) + 1]
        if end == "braces":
            return self._braces(row, match, line_end)
        if end == "indentation":
            return self._indentation(row, _row(source, match.end() - 1)), line_end
        if end == "next":
            following = bisect_right(self._next_rows, row)
            last = self._next_rows[following] if following < len(self._next_rows) else len(source.lines)
            return last, line_end
        return self._line(end, row, match), line_end

    def _braces(self, row: int, match: re.Match[bytes], line_end: int) -> tuple[int, int]:
        if self._closing is None:
            self._closing, self._opening = _closing_braces(self._source.data)
        at = bisect_right(self._opening, match.end("name"))
        if at == len(self._opening):
            return row + 1, line_end
        opening = self._opening[at]
        if b";" in self._source.data[match.end() : opening]:  # it was only declared
            return _row(self._source, match.end() - 1) + 1, line_end
        return _row(self._source, self._closing.get(opening, len(self._source.data) - 1)) + 1, opening

    def _indentation(self, row: int, declared_to: int) -> int:
        lines = self._source.lines
        own = _indentation(lines[row])
        last = row
        for following in range(declared_to + 1, len(lines)):
            line = lines[following]
            if not line.strip():
                continue
            if _indentation(line) <= own:
                break
            last = following
        return max(last, declared_to) + 1

    def _line(self, end: str, row: int, match: re.Match[bytes]) -> int:
        source = self._source
        line = source.lines[row]
        indentation = line[: len(line) - len(line.lstrip())]
        pattern = _end_pattern(end, indentation if "@" in end else "")
        found = pattern.search(source.data, match.end()) if pattern not in self._without else None
        if found is None:
            self._without.add(pattern)
            return len(source.lines)
        if found.end() == found.start():  # it looks ahead to what is no part of it
            return max(_row(source, found.start()), _row(source, match.end() - 1) + 1)
        return _row(source, found.end() - 1) + 1


@cache
def _end_pattern(end: str, indentation: str) -> re.Pattern[bytes]:
    return re.compile(end.replace("@", re.escape(indentation)).encode(), re.MULTILINE | re.IGNORECASE)


def _closing_braces(data: bytes) -> tuple[dict[int, int], list[int]]:
    """Return the place of the brace that closes each opening one, and the opening ones in order."""
    closing: dict[int, int] = {}
    opening: list[int] = []
    stack: list[int] = []
    for token in _STRINGS_AND_COMMENTS.finditer(data):
        sign = token[0]
        if sign == b"{":
            opening.append(token.start())
            if len(stack) < _DEEPEST:
                stack.append(token.start())
        elif sign == b"}" and stack:
            closing[stack.pop()] = token.start()
    return closing, opening


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
