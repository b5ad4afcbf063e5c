r"""Links of notes to code: how they are written, and how they are read.

A link is an ordinary Markdown link, for people and for whatever shows Markdown::

    [`send` in `src/net.py`](../src/net.py#L12 "def send(request, attempts=3):")

The destination is relative to the note, the fragment the line, as code hosts and editors understand it. The first
inline code of the label is the symbol, and the title is the line of code that stood there when the link was written.
Symbol and title are what the link is found by when lines have moved (:mod:`dowse.notes.resolver`). Each of them may
be missing, so that links that people write by hand are links as well.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from dowse.workspace.lines import split_lines, without_end
from dowse.workspace.text import Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MAX_NOTE = 100_000
"""Characters of a note that are read for links: to parse more would hold up a search."""

_MAX_BLOCK = 10_000
"""Characters of a paragraph that are; the parser's time grows with the square of nonsense in one."""

MAX_TEXT = 80
"""Characters of a line of code that a link repeats."""

_LINE = re.compile(r"L?([0-9]{1,9})(?![0-9])")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
"""A URL with a scheme or a host: no file of the workspace."""
_PLACE = re.compile(r"[^`]*:[0-9]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_FEWEST_LETTERS = 6
"""A line that says less, as a closing bracket does, stands in too many places to find anything by."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a link says of the place it leads to."""

    path: str
    """Relative to the workspace folder, with ``/``."""
    line: int | None = None
    """From 0."""
    symbol: str | None = None
    """As ``name`` or ``Container.name``."""
    text: str | None = None
    """The line as it stood there, without the whitespace around it, at most :data:`MAX_TEXT` characters."""

    @property
    def label(self) -> str:
        """What the link is called in one word: its symbol, or else the path."""
        return self.symbol or self.path


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a note."""

    anchor: Anchor
    span: Span
    """Where it stands in the note; its first line alone where the link goes over several."""
    line_text: str
    """The line on which it begins, without its end."""
    title: str
    """The heading above it, or the note's name."""


def quoted_text(line: str) -> str:
    """Return a line of code as a link quotes it."""
    return _CONTROLS.sub(" ", line).strip()[:MAX_TEXT].rstrip()


def quoted_line(line: str) -> str | None:
    """Return what a link repeats of a line of code; None for a line that says too little to be found by."""
    text = quoted_text(line)
    return text if sum(map(str.isalnum, text)) >= _FEWEST_LETTERS else None


def link_text(note: str, anchor: Anchor) -> str:
    """Return the Markdown of a link from the note at the relative path ``note`` to ``anchor``."""
    line = "" if anchor.line is None else f"#L{anchor.line + 1}"
    place = anchor.path if anchor.line is None else f"{anchor.path}:{anchor.line + 1}"
    label = f"{_code(anchor.symbol)} in {_code(anchor.path)}" if anchor.symbol else _code(place)
    target = quote(posixpath.relpath(anchor.path, posixpath.dirname(note) or ".").encode("utf-8", "surrogateescape"))
    title = "" if anchor.text is None else ' "{}"'.format(re.sub(r'([\\"&])', r"\\\1", anchor.text))
    return f"[{label}]({target}{line}{title})"


def links_in(note: str, text: str) -> tuple[Link, ...]:
    """Return the links of a note to files of its workspace folder, in order; ``note`` is its path in the folder."""
    text = text[:MAX_NOTE]
    if "](" not in text and "]:" not in text:
        return ()
    lines = split_lines(text)
    title = PurePosixPath(note).stem
    found: list[Link] = []
    heading = False
    # What Markdown takes for line ends are those that the editor counts; the parser also takes others out.
    for token in _parser().parse("\n".join(map(without_end, lines))):
        heading = heading or token.type == "heading_open"
        if token.type == "inline" and token.children is not None and token.map is not None:
            if heading:
                title, heading = _plain(token.children) or title, False
            found += _links_of(token.children, (token.map[0], token.map[1]), note, lines, title)
    return tuple(found)


def _links_of(children: list[Any], block: tuple[int, int], note: str, lines: list[str], title: str) -> list[Link]:
    found: list[Link] = []
    row, column = block[0], 0
    for position, token in enumerate(children):
        if token.type != "link_open":
            continue
        row, column, length = _place(token.meta.get("source", ""), lines, (row, column), block[1])
        anchor = _anchor(note, str(token.attrs.get("href", "")), token.attrs.get("title"), children[position + 1 :])
        if anchor is not None:
            span = Span(row, column, row, column + length)
            found.append(Link(anchor, span, without_end(lines[row]) if row < len(lines) else "", title))
        column += length
    return found


def _place(source: str, lines: list[str], start: tuple[int, int], end: int) -> tuple[int, int, int]:
    """Return line, column and length of a link's source at or after ``start`` in its block."""
    first = source.partition("\n")[0]
    row, column = start
    for candidate in range(row, min(end, len(lines))):
        at = lines[candidate].find(first, column if candidate == row else 0)
        if first and at >= 0:
            return candidate, at, len(first)
    return row, column, 0


def _anchor(note: str, href: str, title: object, label: list[Any]) -> Anchor | None:
    target, _, fragment = href.partition("#")
    target = unquote(target.partition("?")[0], "utf-8", "surrogateescape")
    if not target or _ELSEWHERE.match(target):
        return None
    # A code host takes a path that begins with a slash from the repository's root.
    path = posixpath.normpath(target[1:] if target[0] == "/" else posixpath.join(posixpath.dirname(note), target))
    if path in {"..", "."} or path.startswith(("../", "/")):
        return None  # it leads out of the folder
    line = _LINE.match(fragment)
    number = int(line[1]) - 1 if line and int(line[1]) else None
    return Anchor(path, number, _symbol(label, path), quoted_text(str(title)) or None if title else None)


def _symbol(label: list[Any], path: str) -> str | None:
    """Return the first inline code of a label, unless it is the place itself."""
    for token in label:
        if token.type == "link_close":
            return None
        if token.type == "code_inline":
            name = str(token.content).strip().removesuffix("()")
            is_place = _PLACE.fullmatch(name) or f"/{path}".endswith(f"/{name}")
            return None if is_place or not name else name
    return None


def _plain(children: list[Any]) -> str:
    return "".join(token.content for token in children if token.type in {"text", "code_inline"}).strip()


def _code(text: str) -> str:
    """Return inline code that shows any text, backticks included, and cannot end the link around it."""
    line = _CONTROLS.sub(" ", text).encode("utf-8", "replace").decode("utf-8")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"`{line}`"


@cache
def _parser() -> MarkdownIt:
    """Return a CommonMark parser whose links know their own source."""
    from markdown_it import MarkdownIt  # only where there are notes

    parser = MarkdownIt("commonmark").disable(["emphasis", "autolink", "html_inline"])
    rules = parser.inline.ruler
    link = next(rule.fn for rule in rules.__rules__ if rule.name == "link")

    def located(state: Any, silent: bool) -> bool:  # noqa: ANN401 - the parser's own state
        start, before = state.pos, len(state.tokens)
        if not link(state, silent):
            return False
        if not silent:
            opening = next(token for token in state.tokens[before:] if token.type == "link_open")
            opening.meta["source"] = state.src[start : state.pos]
        return True

    def cut(state: Any) -> None:  # noqa: ANN401
        for token in state.tokens:
            token.content = token.content[:_MAX_BLOCK]

    rules.at("link", located)
    parser.core.ruler.before("inline", "cut", cut)
    return parser
