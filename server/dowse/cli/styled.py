"""Hits as a terminal shows them: in colour, with links and syntax highlighting."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from dowse.chunking.languages import language_named
from dowse.cli.explanation import explain
from dowse.cli.hit_lines import GAP, note_lines, preview_lines, shown_path, title
from dowse.search.query import Hit, Marks

_THEME = "ansi_dark"
"""The terminal's own sixteen colours, readable on the background that the user chose."""
_MARK = "bold red"
"""Of words of the question, as grep marks what matched."""


def styled_hits(hits: Sequence[Hit], *, explained: bool = False) -> str:
    """Return the text, with escape sequences, that shows ``hits``; ``explained`` says why each is there."""
    # Rendered whole and written by the one who owns standard output; the console takes width and colours from it.
    terminal = Console(file=sys.stdout)
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        width=terminal.width,
        color_system="standard",
        highlight=False,
        emoji=False,
        markup=False,
    )
    with console.capture() as capture:
        for number, hit in enumerate(hits):
            if number:
                console.print()
            console.print(_header(hit, terminal.width), soft_wrap=True)
            for line in _preview(hit):
                console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
            for note in note_lines(hit):
                console.print(Text(f"  {note}", "cyan"), no_wrap=True, overflow="ellipsis", crop=True)
            if explained:
                console.print(Text(f"  why: {explain(hit)}", "dim"), soft_wrap=True)
    return capture.get()


def _header(hit: Hit, width: int) -> Text:
    container, name = title(hit)
    line = str(hit.selection.start_line + 1)
    header = Text.assemble(
        (shown_path(hit.document), Style(color="magenta", link=Path(hit.document).as_uri())),
        (":", "dim"),
        (line, "green"),
        "  ",
        (container, "dim"),
        _marked(Text(name, "bold"), hit.name_marks if name == hit.name else ()),
        "  ",
        (hit.kind.value.lower(), "dim"),
    )
    score = f"{hit.score:.2f}"
    gap = width - header.cell_len - len(score)
    if gap >= 2:
        header.append(" " * gap)
        header.append(score, "dim")
    return header


def _preview(hit: Hit) -> list[Text]:
    lines = preview_lines(hit)
    if not lines:
        return []
    highlighted = _highlight("\n".join(line.text for line in lines), hit.language)
    digits = len(str(lines[-1].number + 1))
    shown: list[Text] = []
    before = lines[0].number - 1
    for line, text in zip(lines, highlighted, strict=False):
        if line.number > before + 1:
            shown.append(Text(f"  {GAP:>{digits}}", "dim"))
        style = "green" if line.number == hit.selection.start_line else "dim"
        marked = _marked(text, line.marks)
        shown.append(Text.assemble("  ", (f"{line.number + 1:>{digits}}", style), ("  ", ""), marked))
        before = line.number
    return shown


def _marked(text: Text, marks: Marks) -> Text:
    for start, end in marks:
        text.stylize(_MARK, start, end)
    return text


def _highlight(code: str, language: str) -> list[Text]:
    known = language_named(language)
    syntax = Syntax(code, known.lexer or known.id if known else language, theme=_THEME, background_color="default")
    return list(syntax.highlight(code).split("\n", allow_blank=True))
