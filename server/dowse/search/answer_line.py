"""Chooses the line of a hit that says most of what was asked, and the words in it and in the name that say it.

A line counts by the terms of the question that it says, each by its rarity, and those most that the name does not say
already. Where no line says any, the first words of the documentation stand for the whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import NamedTuple

from dowse.chunking.chunk import SpaceName
from dowse.chunking.identifiers import WORD, words
from dowse.search.query import AnswerLine, Marks, Span
from dowse.search.term_matcher import TermMatcher
from dowse.search.tuning import SHARED_LETTERS, SHORTEST_SLIP
from dowse.search.wordforms import ABBREVIATIONS, inflected_stem
from dowse.workspace.lines import split_lines, without_end

MOST_SHOWN = 240
"""Characters of a line that are shown at most, those around the first word that matches."""

_BEFORE_MATCH = 40
"""Characters that stand before that word where the beginning of a line is left out."""

_MOST_READ = 1_000
"""Characters of a line that are read. A longer one is data."""

_MOST_LINES = 400
"""Lines of a hit that are read. Only tables have more."""

_LONGEST_HEAD = 30
"""Lines of a definition's head at most."""

_REPEATED_SHARE = 0.3
"""What a term counts in a line where the name says it already, beside one that it does not."""

_IDLE = re.compile(
    r"""
    [\W_]*$                                                     # braces, rulers, nothing
    | [\W_]*(?:else|try|finally|do|begin|end|then|fi|done|esac|return|pass|break|continue|default|loop)[\W_]*$
    | \#!|\#\s*(?:include|import|pragma|endif|else|region)\b
    | from\s+[.\w]+\s+import\b | import\b(?!\s*\() | (?:pub\s+)?use\s+[\w:{*\\][^;]*;\s*$ | using\s+[\w.]+\s*;
    | package\s+[\w.]+\s*;?\s*$ | (?:(?:local|const|let|var)\s+[\w{},][\w{},\s]*=\s*)?require\b
    | export\s+(?:\*|\{[^}]*\})\s*from\b
    | ['"][^'"]*['"]\s*,?\s*$                                   # a name in a list of names
    | \W*(?:copyright\b|\(c\)\s*\d{4}|©|spdx-license|all\s+rights\s+reserved|permission\s+is\s+hereby|licensed\s+under)
    | \W*@(?:author|since|version|license)\b
    | \W*(?:eslint-|tslint:|pylint:|noqa\b|type:\s*ignore|prettier-ignore|ts-ignore|-\*-)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Lines of which none says what a piece is about, whatever words stand in it."""

_IDLE_IN_PROSE = re.compile(r"[\W_]*$|\.\.\s\S*::|:\w[\w ]*:\s|\d{4}-\d\d-\d\d\b|<!--")
"""The same in prose: rulers, directives, fields, and the date of a note."""

_SIGNS = {
    SpaceName.CODE: re.compile(
        r"(?:[rbuf]?\"\"\"|'''|/\*+!?|//+[/!]?|\*+(?=\s|/|$)|\#+(?=\s|$)|--+(?=\s)|;+(?=\s)|%+(?=\s)|<!--)\s*"
    ),
    SpaceName.PROSE: re.compile(r"(?:(?:[-*+>]|\d+[.)]|\#+|=+)\s+)+"),
}
"""What stands before the words of a comment, of a list's item or of a heading."""

_CLOSING_SIGNS = ('"""', "'''", "*/", "-->")
_HEADING = re.compile(r"\s*(?:[#=]+\s|[=\-~^\"'`#*+]{3,}\s*$)")
_LICENCE = re.compile(r"copyright|licen[cs]e|warrant", re.IGNORECASE)
_BRACKETS = str.maketrans("", "", "".join(chr(code) for code in range(128) if chr(code) not in "()[]"))


class Part(IntEnum):
    """What a line is in a hit. Of lines that say as much, the one whose part stands first here is shown."""

    DOCUMENTATION = 0
    BODY = 1
    HEAD = 2
    """Of the definition: the name is shown anyway."""


class _Line(NamedTuple):
    """A line of a hit that may be shown; ``row`` counts from the hit's first."""

    row: int
    text: str
    part: Part


class AnswerLines:
    """Chooses lines and marks words for the hits of one question."""

    def __init__(self, matcher: TermMatcher | None = None) -> None:
        """``matcher`` knows the terms of the question; where nothing was asked, what documents a piece is chosen."""
        self._matcher = matcher
        self._bits = _TokenBits(matcher)

    def choose(self, text: str, span: Span, selection: Span, title: str, space: SpaceName) -> AnswerLine | None:
        """Return the line of a hit that says most of what was asked; None where none says anything.

        ``text`` is that of the lines of ``span``; ``title`` is the name, which stands at ``selection``, with the names
        around it. The head of the definition is chosen only where no other line says as much.
        """
        lines = split_lines(text)
        if len(lines) > _MOST_LINES:
            lines = lines[:_MOST_LINES]
        shown = list(_shown_lines(lines, selection.start_line - span.start_line, span.start_line, space))
        best = self._most_telling(shown, title) or _stands_for_all(shown, space)
        return None if best is None else self._cut(best, span.start_line, space)

    def _most_telling(self, lines: Iterable[_Line], title: str) -> _Line | None:
        if self._matcher is None:
            return None
        share, named = self._matcher.idf_share, self._said(title)
        best, most = None, 0.0
        for line in lines:
            bits = self._said(line.text[:_MOST_READ])
            if not bits:
                continue
            worth = share(bits & ~named)
            if line.part is not Part.HEAD:
                worth += _REPEATED_SHARE * share(bits & named)
            if worth > most or (best is not None and worth == most and line.part < best.part):
                best, most = line, worth
        return best

    def mark(self, text: str) -> Marks:
        """Return where a short text says words of the question, also within names: ``retry`` in ``retryDelay``."""
        found: list[tuple[int, int]] = []
        for match in WORD.finditer(text) if self._matcher is not None else ():
            if self._bits[match[0]]:
                found += self._marks_in_token(match[0], match.start())
        return tuple(found)

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words that :meth:`mark` marks, in lower case, each once."""
        return tuple(dict.fromkeys(text[start:end].lower() for start, end in self.mark(text)))

    def _said(self, text: str) -> int:
        if not self._bits.may_say(text):
            return 0
        return reduce(or_, map(self._bits.__getitem__, WORD.findall(text)), 0)

    def _marks_in_token(self, token: str, start: int) -> list[tuple[int, int]]:
        """Return where the parts of a token that match stand, or all of it where none does by itself."""
        every = words(token)
        plain = token.isascii()
        lowered, at = token.lower(), 0
        found: list[tuple[int, int]] = []
        for part in every[1:] if plain and len(every) > 1 else every:
            place = lowered.find(part, at)
            if place < 0:  # folding has changed its letters
                continue
            if self._bits[part]:
                found.append((start + place, start + place + len(part)))
            at = place + (len(part) if plain else 1)  # scripts without spaces give pairs that overlap
        return (found if plain else _merged(found)) or [(start, start + len(token))]

    def _cut(self, line: _Line, first: int, space: SpaceName) -> AnswerLine:
        start, end = _extent(line, space)
        marks = self.mark(line.text[start : min(end, start + _MOST_READ)])
        if end - start > MOST_SHOWN:
            left = max(0, marks[0][0] - _BEFORE_MATCH) if marks and marks[0][1] > MOST_SHOWN else 0
            start += left
            end = min(end, start + MOST_SHOWN)
            marks = tuple((a - left, b - left) for a, b in marks if b - left <= end - start)
        number = first + line.row
        return AnswerLine(Span(number, start, number, end), line.text[start:end], marks)


class _TokenBits(dict[str, int]):
    """The terms that a token or a word says in any form, as bits; each distinct one is looked at once in a search."""

    def __init__(self, matcher: TermMatcher | None) -> None:
        super().__init__()
        self._matcher = matcher
        self._stems: dict[str, int] = defaultdict(int)
        self._abbreviations: dict[str, int] = defaultdict(int)
        for position, term in enumerate(matcher.terms if matcher is not None else ()):
            self._stems[inflected_stem(term)] |= 1 << position
            for form in ABBREVIATIONS.get(term, ()):
                self._abbreviations[form] |= 1 << position
        self._may_say = _beginnings(matcher, self._abbreviations) if matcher is not None else None

    def __missing__(self, token: str) -> int:
        bits = 0
        if self.may_say(token):
            for word in words(token):
                bits |= self._of_word(word)
        self[token] = bits
        return bits

    def may_say(self, text: str) -> bool:
        """Whether a text may say a term: most lines and tokens do not, and their letters tell it without a split."""
        return self._may_say is not None and (not text.isascii() or self._may_say.search(text.lower()) is not None)

    def _of_word(self, word: str) -> int:
        assert self._matcher is not None
        bits = self._matcher.match(word)
        return bits | self._stems.get(inflected_stem(word), 0) | self._abbreviations.get(word, 0)


def _beginnings(matcher: TermMatcher, abbreviations: Iterable[str]) -> re.Pattern[str]:
    """Return what is found in every token of ASCII letters, in lower case, that says a term."""
    letters = {inflected_stem(term)[: SHARED_LETTERS - 1] for term in matcher.terms} | set(abbreviations)
    # A slip leaves what stands before it or what comes after it.
    letters |= {piece for term in matcher.unknown if len(term) >= SHORTEST_SLIP for piece in (term[:2], term[3:])}
    return re.compile("|".join(map(re.escape, sorted(letters))))


def _shown_lines(lines: Sequence[str], name_row: int, first: int, space: SpaceName) -> Iterator[_Line]:
    """Yield the lines that may be shown and what each is; ``first`` is the number of the first in the document."""
    if space is SpaceName.PROSE:
        for row, line in enumerate(lines):
            if not _IDLE_IN_PROSE.match(line.strip()):
                yield _Line(row, line, Part.HEAD if row == name_row or _HEADING.match(line) else Part.BODY)
        return
    head = range(name_row, _end_of_head(lines, name_row))
    closing: str | None = None
    licence = _end_of_licence(lines) if first == 0 else 0
    for row, line in enumerate(lines):
        stripped = line[:_MOST_READ].strip()
        documents = closing is not None or _SIGNS[space].match(stripped) is not None
        closing = _open_after(stripped, closing) if documents else None
        if row >= licence and not _IDLE.match(stripped):
            part = Part.HEAD if row in head else Part.DOCUMENTATION if documents else Part.BODY
            yield _Line(row, line, part)


def _open_after(line: str, closing: str | None) -> str | None:
    """Return what ends the comment or the string that is open after a line; ``closing`` is that before it."""
    if closing is not None:
        return None if closing in line else closing
    for sign, end in (('"""', '"""'), ("'''", "'''"), ("/*", "*/"), ("<!--", "-->")):
        at = line.find(sign, 0, 1 + len(sign))
        if at >= 0:
            return None if end in line[at + len(sign) :] else end
    return None


def _end_of_head(lines: Sequence[str], name_row: int) -> int:
    """Return the row after the head of a definition, whose parameters may stand on lines of their own."""
    depth = 0
    for row in range(max(0, name_row), min(len(lines), name_row + _LONGEST_HEAD)):
        for bracket in lines[row][:_MOST_READ].translate(_BRACKETS):
            depth += 1 if bracket in "([" else -1 if bracket in ")]" else 0
        if depth <= 0:
            return row + 1
    return name_row + 1


def _end_of_licence(lines: Sequence[str]) -> int:
    """Return the row after the comment at the top of a file that is a licence; 0 where there is none."""
    closing, is_licence = None, False
    for row, line in enumerate(lines):
        stripped = line.strip()
        if closing is None and stripped and not _SIGNS[SpaceName.CODE].match(stripped) and stripped[:2] != "#!":
            return row if is_licence else 0
        was_open = closing is not None
        closing = _open_after(stripped, closing)
        is_licence = is_licence or _LICENCE.search(stripped) is not None
        if is_licence and closing is None and (was_open or not stripped):
            return row + 1
    return len(lines) if is_licence else 0


def _stands_for_all(lines: Sequence[_Line], space: SpaceName) -> _Line | None:
    """Return the line of a piece, none of which says a word of the question, that tells most of what it is."""
    first: dict[Part, _Line] = {}
    for line in lines:
        first.setdefault(line.part, line)
        if line.part is Part.DOCUMENTATION:
            return line
    head, body = first.get(Part.HEAD), first.get(Part.BODY)
    breaks_off = head is None or head.text.rstrip().endswith(("(", "["))
    return body or head if breaks_off or space is SpaceName.PROSE else head


def _extent(line: _Line, space: SpaceName) -> tuple[int, int]:
    """Return where the words of a line begin and end, without its indentation and the signs of a comment."""
    text = without_end(line.text).rstrip()
    start = len(text) - len(text.lstrip())
    sign = _SIGNS[space].match(text, start)
    if sign is None and line.part is not Part.DOCUMENTATION:
        return start, len(text)
    start = sign.end() if sign else start
    closing = next((each for each in _CLOSING_SIGNS if text.endswith(each)), None)
    return start, len(text.removesuffix(closing).rstrip("*").rstrip()) if closing else len(text)


def _merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges, in order, that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
