"""Headings of the prose formats, line by line; what stands in code blocks and comments is no heading."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dowse.workspace.lines import without_end


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. ``level`` 0 is the document's title; only the order of levels matters."""

    line: int
    """First line of the heading, its overline included."""
    title_line: int
    column: int
    """Where the title starts on its line, in code points."""
    length: int
    """Code points of the title as it stands there, markup included."""
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Structure:
    """Headings in order, and the lines before which a section must not be cut (inside a code block)."""

    headings: list[Heading]
    inside: frozenset[int]


def structure(lines: Sequence[str], language: str) -> Structure:
    """Find the headings of a document in one of :data:`PARSERS`' languages; any other has none."""
    parser = PARSERS.get(language)
    return parser([without_end(line) for line in lines]) if parser else Structure([], frozenset())


_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ROLE = re.compile(r":[\w:.-]+:`([^`<]*?)(?:\s*<[^>]*>)?`")
_EMPHASIS = re.compile(r"(\*\*|__|``|[*`~]|(?<!\w)_|_(?!\w))")


def plain_title(title: str) -> str:
    """Return a title without links, tags and emphasis."""
    title = _ROLE.sub(r"\1", title)
    while (shorter := _LINK.sub(r"\1", title)) != title:
        title = shorter
    return re.sub(r"\s+", " ", _EMPHASIS.sub("", _TAG.sub("", title))).strip()[:200]


def _heading(line: int, title_line: int, text: str, raw: str, level: int) -> Heading | None:
    title = plain_title(raw)
    return Heading(line, title_line, max(text.find(raw), 0), len(raw), level, title) if title else None


_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_HTML_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(.+?)(?:</h\1>.*)?$", re.IGNORECASE)
_FENCE = re.compile(r"[ \t]*(?:[-*+>]\s+|\d+[.)]\s+)?(`{3,}|~{3,})([^`]*)$")
_NO_PARAGRAPH = re.compile(r"\s*(?:[-*+>|]\s|[-*_=|>]+\s*$|\d+[.)]\s|#|<!--|    |\t)")
_TITLE_FIELD = re.compile(r"(?:title|Title)\s*[:=]\s*(.+?)\s*$")


def _markdown(lines: list[str]) -> Structure:
    found: list[Heading | None] = []
    inside: set[int] = set()
    start = _front_matter(lines, found, inside)
    fence, comment = "", False
    for i in range(start, len(lines)):
        line = lines[i]
        if fence:
            inside.add(i)
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif comment:
            comment = "-->" not in line
        elif match := _FENCE.match(line):
            fence = match[1]
        elif line.lstrip().startswith("<!--"):
            comment = "-->" not in line
        elif match := _ATX.match(line):
            found.append(_heading(i, i, line, match[2] or "", len(match[1])))
        elif match := _HTML_HEADING.match(line):
            found.append(_heading(i, i, line, match[2].strip(), int(match[1])))
        elif i > start and (match := _SETEXT.match(line)) and _is_title(lines, i - 1, start):
            found.append(_heading(i - 1, i - 1, lines[i - 1], lines[i - 1].strip(), 1 if match[1][0] == "=" else 2))
    return Structure([h for h in found if h], frozenset(inside))


def _is_title(lines: list[str], i: int, start: int) -> bool:
    text = lines[i]
    return bool(text.strip()) and not _NO_PARAGRAPH.match(text) and (i == start or not lines[i - 1].strip())


def _front_matter(lines: list[str], found: list[Heading | None], inside: set[int]) -> int:
    """Return the line after YAML or TOML front matter; its title is the document's."""
    if not lines or lines[0].rstrip() not in {"---", "+++"}:
        return 0
    end = next((i for i in range(1, min(len(lines), 200)) if lines[i].rstrip() == lines[0].rstrip()), None)
    if end is None:
        return 0
    inside.update(range(1, end + 1))
    for i in range(1, end):
        if match := _TITLE_FIELD.match(lines[i]):
            raw = match[1].strip("\"'")
            heading = _heading(0, i, lines[i], raw, 0)
            found.append(heading)
            break
    return end + 1


_RULE = re.compile(r"([!-/:-@\[-`{-~])\1+[ \t]*$")


def _rst(lines: list[str]) -> Structure:
    found: list[Heading | None] = []
    styles: list[tuple[str, bool]] = []
    for i in range(1, len(lines)):
        title = lines[i - 1]
        rule = _RULE.match(lines[i])
        if (
            rule is None
            or not title.strip()
            or _RULE.match(title)
            or len(rule[0].rstrip()) < min(len(title.strip()), 4)
        ):
            continue
        over = i >= 2 and lines[i - 2].rstrip() == lines[i].rstrip()
        before = i - 3 if over else i - 2
        if (before >= 0 and lines[before].strip()) or (title[0].isspace() and not over):
            continue
        style = (rule[1], over)
        if style not in styles:
            styles.append(style)
        first = i - 2 if over else i - 1
        found.append(_heading(first, i - 1, title, title.strip(), styles.index(style) + 1))
    return Structure([h for h in found if h], frozenset())


_ADOC = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)[ \t]*$")
_ADOC_BLOCK = re.compile(r"(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|```|\|={3,})[ \t]*\w*$")
_ADOC_LEVELS = "=-~^+"


def _asciidoc(lines: list[str]) -> Structure:
    found: list[Heading | None] = []
    inside: set[int] = set()
    block = ""
    for i, line in enumerate(lines):
        if block:
            inside.add(i)
            if line.rstrip() == block:
                block = ""
        elif match := _ADOC.match(line):
            found.append(_heading(i, i, line, match[2], len(match[1])))
        elif _adoc_underline(lines, i):
            title = lines[i - 1]
            found.append(_heading(i - 1, i - 1, title, title.strip(), _ADOC_LEVELS.index(line[0]) + 1))
        elif match := _ADOC_BLOCK.match(line):
            block = match[1]
    return Structure([h for h in found if h], frozenset(inside))


def _adoc_underline(lines: list[str], i: int) -> bool:
    rule, title = lines[i].rstrip(), lines[i - 1].rstrip() if i else ""
    return (
        len(rule) >= 2
        and rule[0] in _ADOC_LEVELS
        and not rule.strip(rule[0])
        and abs(len(rule) - len(title)) <= 2
        and title[:1].isalnum()
        and (i < 2 or not lines[i - 2].strip() or lines[i - 2].startswith("["))
    )


_ORG = re.compile(
    r"(\*+)[ \t]+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]+)?(?:\[#\w\][ \t]*)?"
    r"(.*?)(?:[ \t]+:[\w:@#%]+:)?[ \t]*$"
)
_ORG_TITLE = re.compile(r"#\+title:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE)
_ORG_BLOCK = re.compile(r"[ \t]*#\+(begin|end)_\w+", re.IGNORECASE)


def _org(lines: list[str]) -> Structure:
    found: list[Heading | None] = []
    inside: set[int] = set()
    in_block = False
    for i, line in enumerate(lines):
        if in_block:
            inside.add(i)
        if match := _ORG_BLOCK.match(line):
            in_block = match[1].lower() == "begin"
        elif in_block:
            continue
        elif match := _ORG.match(line):
            found.append(_heading(i, i, line, match[2], len(match[1])))
        elif (match := _ORG_TITLE.match(line)) and not found:
            found.append(_heading(i, i, line, match[1], 0))
    return Structure([h for h in found if h], frozenset(inside))


_LATEX = re.compile(r"\s*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?(?:\[[^\]]*\])?\{(.+?)\}")
_LATEX_LEVELS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph")


def _latex(lines: list[str]) -> Structure:
    matches = ((i, _LATEX.match(line)) for i, line in enumerate(lines))
    found = [_heading(i, i, lines[i], m[2], _LATEX_LEVELS.index(m[1]) + 1) for i, m in matches if m]
    return Structure([h for h in found if h], frozenset())


_TYPST = re.compile(r"(=+)[ \t]+(\S.*?)[ \t]*$")


def _typst(lines: list[str]) -> Structure:
    matches = ((i, _TYPST.match(line)) for i, line in enumerate(lines))
    found = [_heading(i, i, lines[i], m[2], len(m[1])) for i, m in matches if m]
    return Structure([h for h in found if h], frozenset())


_TEXT_RULE = re.compile(r"(={3,}|-{3,}|~{3,}|\*{3,})[ \t]*$")


def _plain_text(lines: list[str]) -> Structure:
    """Plain text often underlines its headings; nothing else tells them from paragraphs."""
    found: list[Heading | None] = []
    for i in range(1, len(lines)):
        rule = _TEXT_RULE.match(lines[i])
        if rule and _is_title(lines, i - 1, 0) and len(lines[i - 1].strip()) <= 100:
            found.append(_heading(i - 1, i - 1, lines[i - 1], lines[i - 1].strip(), "=*-~".index(rule[1][0]) + 1))
    return Structure([h for h in found if h], frozenset())


PARSERS: dict[str, Callable[[list[str]], Structure]] = {
    "markdown": _markdown,
    "restructuredtext": _rst,
    "asciidoc": _asciidoc,
    "org": _org,
    "latex": _latex,
    "typst": _typst,
    "plaintext": _plain_text,
}
