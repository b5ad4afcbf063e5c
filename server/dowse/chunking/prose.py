"""Chunks of prose: a section under its heading path, long ones cut between paragraphs, tiny ones joined."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import ceil
from pathlib import PurePosixPath

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.embedding_text import MAX_EMBEDDED
from dowse.chunking.headings import Heading, structure
from dowse.workspace.lines import split_lines

MAX_PASSAGE = 2_000
"""Characters. About 500 tokens: what sentence models read; a longer section says more than one thing."""
TINY = 200
"""Sections with fewer characters are joined with their neighbours under the same heading, up to :data:`JOINED`."""
JOINED = 800
SEPARATOR = " > "


@dataclass(slots=True)
class _Section:
    start: int
    end: int
    heading: Heading | None
    path: tuple[str, ...]
    """Titles, outermost first, its own last; empty before the first heading."""
    joined: list[tuple[str, ...]] = field(default_factory=list)
    """Paths of the sections that were joined to it."""


def chunk_prose(path: str, text: str, language: str) -> list[Chunk]:
    """Cut a document into chunks that cover every line that is not blank, in order, without overlap."""
    lines = split_lines(text)
    found = structure(lines, language)
    sizes = list(accumulate(map(len, lines), initial=0))
    stem = PurePosixPath(path).name.partition(".")[0] or PurePosixPath(path).name or language
    chunks: list[Chunk] = []
    for section in _joined(_sections(lines, found.headings), sizes, lines):
        points = _paragraph_cuts(lines, sizes, section.start, section.end, found.inside)
        for part, (start, end) in enumerate(zip(points, [*points[1:], section.end], strict=True)):
            chunks.append(_chunk(section, start, end, part, lines, language, stem))
    return chunks


def _sections(lines: Sequence[str], headings: list[Heading]) -> list[_Section]:
    sections: list[_Section] = []
    open_headings: list[Heading] = []
    starts = [h.line for h in headings]
    if not headings or headings[0].line > 0:
        sections.append(_Section(0, starts[0] if starts else len(lines), None, ()))
    for heading, end in zip(headings, [*starts[1:], len(lines)], strict=False):
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        open_headings.append(heading)
        sections.append(_Section(heading.line, end, heading, tuple(h.title for h in open_headings)))
    return [section for section in sections if _trim(section, lines)]


def _trim(section: _Section, lines: Sequence[str]) -> bool:
    while section.start < section.end and not lines[section.start].strip():
        section.start += 1
    while section.start < section.end and not lines[section.end - 1].strip():
        section.end -= 1
    return section.start < section.end


def _joined(sections: list[_Section], sizes: list[int], lines: Sequence[str]) -> list[_Section]:
    result: list[_Section] = []
    for section in sections:
        last = result[-1] if result else None
        if last is not None and _belong_together(last, section, sizes, lines):
            if not last.joined and _says_nothing(last, lines):
                section.start = last.start
                result[-1] = section
            else:
                last.end = section.end
                last.joined.append(section.path)
        else:
            result.append(section)
    return result


def _belong_together(one: _Section, next_one: _Section, sizes: list[int], lines: Sequence[str]) -> bool:
    if one.heading is None or next_one.heading is None:
        return False
    if not one.joined and _says_nothing(one, lines):
        return next_one.path[: len(one.path) - 1] == one.path[:-1]
    tiny = sizes[one.end] - sizes[one.start] < (JOINED if one.joined else TINY)
    tiny = tiny and sizes[next_one.end] - sizes[next_one.start] < TINY
    same_parent = len(one.path) > 1 and next_one.path[:-1] == one.path[:-1]
    return tiny and same_parent and sizes[next_one.end] - sizes[one.start] < JOINED


def _says_nothing(section: _Section, lines: Sequence[str]) -> bool:
    """Whether it is a heading without text, or front matter: it then opens the section after it."""
    heading = section.heading
    if heading is None:
        return False
    return heading.level == 0 or not any(
        any(c.isalnum() for c in line) for line in lines[heading.title_line + 1 : section.end]
    )


def _paragraph_cuts(lines: Sequence[str], sizes: list[int], start: int, end: int, inside: frozenset[int]) -> list[int]:
    """Return the first lines of passages of about equal length that begin after blank lines, or else anywhere."""
    total = sizes[end] - sizes[start]
    if total <= MAX_PASSAGE:
        return [start]
    share = total / ceil(total / MAX_PASSAGE)
    points = [start]
    best: int | None = None
    for row in range(start + 1, end):
        if not lines[row].strip():
            continue
        if row not in inside and not lines[row - 1].strip():
            best = row
            if sizes[row] - sizes[points[-1]] >= 0.85 * share:
                points.append(row)
                best = None
                continue
        if sizes[row + 1] - sizes[points[-1]] > MAX_PASSAGE:
            at = best if best is not None else row
            if at > points[-1]:
                points.append(at)
            best = None
    return points


def _chunk(section: _Section, start: int, end: int, part: int, lines: Sequence[str], language: str, stem: str) -> Chunk:
    cut = _Section(start, end, section.heading, section.path)
    _trim(cut, lines)
    text = "".join(lines[cut.start : cut.end])
    path = _common(section)
    heading = section.heading
    shown = part == 0 and heading is not None and path == section.path
    return Chunk(
        SpaceName.PROSE,
        language,
        Kind.STRING,
        path[-1] if path else stem,
        SEPARATOR.join(path[:-1]) or None,
        cut.start,
        cut.end,
        heading.title_line if shown and heading else cut.start,
        heading.column if shown and heading else 0,
        heading.length if shown and heading else 0,
        "",
        "",
        text,
        _embedded(path, text),
        part,
    )


def _common(section: _Section) -> tuple[str, ...]:
    """Return the path that all the joined sections share."""
    path = section.path
    for other in section.joined:
        while other[: len(path)] != path:
            path = path[:-1]
    return path or section.path


def _embedded(path: tuple[str, ...], text: str) -> str:
    r"""Put the heading path before the passage; the file's name is left out, as in code (invariant 4)."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "\n".join([*([SEPARATOR.join(path)] if path else []), body])[:MAX_EMBEDDED]
