"""``dowse similar``: find what resembles a piece of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli import completion, streams
from dowse.cli.options import answer_options, invocation, language_id
from dowse.workspace.lines import split_lines

if TYPE_CHECKING:
    from dowse.cli.presentation import Format
    from dowse.search.query import Scope, Span

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9})|:(?P<column>[0-9]{1,9}))?", re.DOTALL)

_STANDARD_INPUT = "stdin:"
"""The document's id: no path looks like it."""
_UNKNOWN = "unknown"
"""A language that is in no table: the text is compared as code."""
_MOST_HITS = 200
"""What the engine gives at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line, a column of a line, or a range of lines in a file; from 1, as people and compilers count."""

    file: Path
    line: int
    last: int | None
    column: int | None

    @property
    def span(self) -> Span:
        """The place as the engine counts."""
        from dowse.search.query import Span

        if self.last is not None:
            return Span(self.line - 1, 0, self.last, 0)
        column = (self.column or 1) - 1
        return Span(self.line - 1, column, self.line - 1, column)


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stands in no file."""

    text: str
    language: str

    @property
    def span(self) -> Span:
        """All of it."""
        from dowse.search.query import Span

        return Span(0, 0, len(split_lines(self.text)), 0)


def parse_place(text: str) -> Place:
    """Read ``FILE:LINE``, ``FILE:LINE:COL`` or ``FILE:LINE-LINE``; a usage error says what is wrong with it."""
    match = _PLACE.fullmatch(text)
    if not match:
        raise click.UsageError(f"'{text}' is no place; write FILE:LINE, FILE:LINE:COL or FILE:LINE-LINE.")
    line, last, column = (int(match[name]) if match[name] else None for name in ("line", "last", "column"))
    assert line is not None
    if line < 1 or column == 0:
        raise click.UsageError("Lines and columns count from 1.")
    if last is not None and last < line:
        raise click.UsageError(f"The range {line}-{last} ends before it begins.")
    file = Path(match["file"])
    if not file.is_file():
        raise click.UsageError(f"File '{file}' does not exist." if not file.exists() else f"'{file}' is no file.")
    return Place(file.resolve(), line, last, column)


@click.command("similar", short_help="Find what resembles a piece of code.")
@click.argument("place", metavar="FILE:LINE", shell_complete=completion.places)
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--scope",
    type=click.Choice(["workspace", "file"]),
    default="workspace",
    show_default=True,
    help="Look everywhere, or in the same file only.",
)
@click.option("--exclude-same-file", is_flag=True, help="Leave out what lies in the same file.")
@click.option(
    "--language",
    type=language_id,
    shell_complete=completion.languages,
    metavar="ID",
    help="With '-': the language of the text, as in python.",
)
@answer_options
@click.pass_context
def command(
    ctx: click.Context,
    place: str,
    path: Path | None,
    scope: Scope,
    exclude_same_file: bool,
    language: str | None,
    limit: int,
    min_score: float,
    form: Format,
    no_wait: bool,
) -> int:
    """Find what does the same as a piece of code.

    The piece is the function or section around a line (FILE:LINE or FILE:LINE:COL, as compilers print them), a range of
    lines (FILE:LINE-LINE), or the text on standard input (-). FILE need not be indexed.

    PATH is what to look in: a folder or a file, searched with the index of its git work tree as "dowse search"
    does. Without it, that is the workspace of FILE, or of the current folder.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    from dowse.cli import target
    from dowse.cli.presentation import present
    from dowse.cli.progress import wait_for_index, wait_for_opening
    from dowse.cli.session import conclude, opened
    from dowse.cli.values import source_value
    from dowse.search.query import SimilarRequest
    from dowse.workspace.content import decoded

    if scope == "file" and (exclude_same_file or place == "-"):
        raise click.UsageError("--scope file leaves nothing to look in.")
    piece = _read_standard_input(language) if place == "-" else parse_place(place)
    within = target.resolve(path or (piece.file if isinstance(piece, Place) else Path()))
    with opened(within.root, invocation(ctx)) as engine:
        if isinstance(piece, Text):
            engine.open_document(_STANDARD_INPUT, piece.language, piece.text)
        (wait_for_opening if no_wait else wait_for_index)(engine)
        narrow = path is not None and bool(within.within)
        answer = engine.similar(
            SimilarRequest(
                str(piece.file) if isinstance(piece, Place) else _STANDARD_INPUT,
                piece.span,
                _MOST_HITS if narrow else limit,
                min_score,
                scope,
                exclude_same_file,
            )
        )
        hits = [hit for hit in answer.hits if not narrow or within.holds(hit.path)][:limit]
        text = piece.text if isinstance(piece, Text) else decoded(piece.file.read_bytes()) or ""
        present(hits, answer.index, answer.took_ms, form, {"source": source_value(answer.source, text)})
        return conclude(engine, answer.index, found=bool(hits))


def _read_standard_input(language: str | None) -> Text:
    text = streams.received()
    if not text.strip():
        raise click.UsageError("There is no text on standard input.")
    return Text(text, language or _UNKNOWN)
