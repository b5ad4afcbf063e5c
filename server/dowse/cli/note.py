"""``dowse note``: write down why, with a link to the code that it is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.notes.new_note import NewNote
    from dowse.search.query import Hit


@click.command("note", short_help="Write a note about a place in the code.")
@click.argument("text")
@click.option("--at", "at", metavar="FILE:LINE", help="The place that the note is about.")
@click.option(
    "--in",
    "folder",
    type=click.Path(exists=True, path_type=Path),
    default=".",
    help="The workspace that the note belongs to; that of the current folder if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the note and what it repeats as JSON.")
@shared_options
@click.pass_context
def command(ctx: click.Context, text: str, at: str | None, folder: Path, as_json: bool) -> int:
    """Write TEXT, or what stands on standard input (-), as a Markdown file into the notes folder.

    The file is searched as prose at once, and "dowse search" shows it with the code that it points at. Its link to that
    code is found again when lines move, by the name of the definition and by the text of the line. What is printed is
    the note's path; older notes that say nearly the same are named on standard error.

    The folder is the setting notes.folder, ".notes" if nothing else is set.
    """
    from dowse.cli import streams, target
    from dowse.cli.hit_lines import shown_path
    from dowse.cli.progress import wait_for_index
    from dowse.cli.session import opened
    from dowse.cli.similar import parse_place

    said = streams.received() if text == "-" else streams.typed(text)
    if not said.strip():
        raise click.UsageError("The note is empty.")
    place = parse_place(at) if at is not None else None
    root = target.resolve(folder).root
    if place is not None and not place.file.is_relative_to(root):
        raise click.UsageError(f"{place.file} is not in the workspace {root}; name its own with --in.")
    with opened(root, invocation(ctx)) as engine:
        wait_for_index(engine)
        note = engine.add_note(said, (str(place.file), place.line - 1) if place is not None else None)
        wait_for_index(engine)
    if as_json:
        streams.emit(json.dumps(_value(note)) + "\n")
    else:
        streams.emit(f"{shown_path(note.document)}\n")
        for line in (*_repeats(note.repeats), *_ignored(note, root)):
            streams.report(line)
    return 0


def _repeats(hits: Sequence[Hit]) -> list[str]:
    from dowse.cli import streams
    from dowse.cli.hit_lines import shown_place

    return [f"note: {shown_place(hit)} says nearly the same: {streams.escaped(hit.name)}" for hit in hits]


def _ignored(note: NewNote, root: Path) -> list[str]:
    if not note.ignored:
        return []
    from dowse.cli.hit_lines import shown_path

    top = note.path.partition("/")[0]
    return [
        f"note: {top} is ignored, so that the note is not searched; "
        f"a line '!{top}/' in {shown_path(str(root / '.dowseignore'))} has it searched all the same"
    ]


def _value(note: NewNote) -> dict[str, Any]:
    from dowse.cli.values import hit_value

    about = note.about
    return {
        "path": note.path,
        "uri": Path(note.document).as_uri(),
        "about": None if about is None else {"path": about.path, "line": about.line, "symbol": about.symbol},
        "repeats": [hit_value(hit) for hit in note.repeats],
        "searched": not note.ignored,
    }
