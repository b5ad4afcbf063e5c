"""Adding a note: about a place or about nothing in particular, and what older notes say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Kind, SpaceName
from dowse.notes.links import Anchor, quoted_line
from dowse.notes.note_file import write_note
from dowse.notes.repetition import find_repetitions
from dowse.search.query import Hit
from dowse.settings import Settings
from dowse.workspace.ignore import IgnoreRules

if TYPE_CHECKING:
    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.view import SearchView


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note that was written."""

    document: str
    """Its absolute path."""
    path: str
    """Relative to its workspace folder, with ``/``."""
    about: Anchor | None
    """What it points at."""
    repeats: tuple[Hit, ...]
    """Older notes that say nearly the same, the most alike first."""
    ignored: bool
    """Whether ignore rules keep it from being searched."""


def add_note(view: SearchView, settings: Settings, text: str, place: tuple[str, int] | None) -> NewNote:
    """Write a note about a document's line (from 0), or into the first workspace folder where ``place`` is None.

    Raises ``ValueError`` for an empty text, for a place outside the workspace and where notes cannot be kept,
    ``LookupError`` for a line that is not there, ``OSError``.
    """
    notes = settings.notes.folder
    folder, anchor = _folder(view), None
    if place is not None:
        document, line = place
        owner, path = view.owner(document)
        if owner is None:
            raise ValueError(f"{document} lies in no folder of the workspace, so that no note can point at it.")
        folder, anchor = owner, anchor_at(view, document, path, line)
    repeats = find_repetitions(view, str(folder.root), notes, text)
    file = write_note(folder.root, notes, text, anchor, date.today())
    path = file.relative_to(folder.root).as_posix()
    ignored = IgnoreRules(folder.root, settings.files.exclude).ignored(path, is_directory=False)
    return NewNote(str(file), path, anchor, repeats, ignored)


def anchor_at(view: SearchView, document: str, path: str, line: int) -> Anchor:
    """Return what a link to a line says: the definition around it, and its text. ``LookupError`` if it is not there."""
    present = view.verifier.text(document)
    if present is None:
        raise LookupError(f"{path} cannot be read.")
    if line >= max(1, len(present.lines)):
        raise LookupError(f"{path} has {len(present.lines)} lines; there is no line {line + 1}.")
    around = next(
        (
            chunk
            for chunk in view.verifier.chunks(document, path, present)
            if chunk.start_line <= line < chunk.end_line and chunk.kind is not Kind.FILE
        ),
        None,
    )
    text = quoted_line(present.lines[line]) if present.lines else None
    if around is None:
        return Anchor(path, line, None, text)
    container = f"{around.container}." if around.container and around.space is SpaceName.CODE else ""
    return Anchor(path, line, f"{container}{around.name}", text)


def _folder(view: SearchView) -> IndexSnapshot:
    if not view.folders:
        raise ValueError("Notes are kept in a workspace folder, and none is open.")
    return view.folders[0]
