"""``textDocument/hover`` on a definition's name: functions like it, and the notes that point at it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from lsprotocol import types

from dowse.lsp import wire
from dowse.lsp.features import neighbours
from dowse.lsp.features.asking import within
from dowse.lsp.features.markdown import escaped
from dowse.lsp.positions import range_of
from dowse.workspace.lines import split_lines

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer
    from dowse.search.query import Hit, NoteReference

LIMIT = 3

OPEN_PLACE = "dowse.openPlace"
COMPARE_PLACES = "dowse.comparePlaces"
"""Commands of a client that says ``hoverCommands``; their arguments are Locations."""


@dataclass(frozen=True, slots=True)
class _Similar:
    hits: "Sequence[Hit]"
    source: types.Range
    """The definition that they are compared with."""


@dataclass(frozen=True, slots=True)
class _Found:
    name: types.Range
    similar: _Similar | None
    notes: "Sequence[NoteReference]"


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: "DowseServer", params: types.HoverParams) -> types.Hover | None:
    """Answer from memory, on a definition's name only."""
    setting = ls.settings.editor.hover
    if setting == "off" or (setting == "auto" and not ls.client.profile.hover):
        return None
    uri, place = params.text_document.uri, params.position
    document, unit = ls.documents.id_of(uri), ls.client.encoding

    def question(engine: "Engine") -> "_Found | None":
        text = engine.document_text(document)
        if text is None:
            return None
        lines = split_lines(text)
        answer = engine.similar_in_memory(document, place.line, LIMIT)
        noted = engine.notes_about(document, place.line)
        selection = noted[0] if noted is not None else answer.source.selection if answer is not None else None
        if selection is None:
            return None
        similar = _Similar(answer.hits, range_of(answer.source.span, lines, 0, unit)) if answer is not None else None
        return _Found(range_of(selection, lines, 0, unit), similar, noted[1] if noted is not None else ())

    found = await within(ls, neighbours.PATIENCE, question)
    if found is None or not found.name.start.character <= place.character <= found.name.end.character:
        return None
    parts = list(filter(None, (_similar(ls, uri, found.similar), _notes(ls, found.notes))))
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if ls.client.markdown_hover else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)), found.name)


def _similar(ls: "DowseServer", uri: str, similar: "_Similar | None") -> str:
    if similar is None or not similar.hits:
        return ""
    if not ls.client.markdown_hover:
        return "Similar:\n" + "\n".join(f"{hit.name}  {hit.score:.2f}  {_place(ls, hit)}" for hit in similar.hits)
    source = types.Location(uri, similar.source)
    return "Similar:\n\n" + "\n".join(_markdown(ls, hit, source) for hit in similar.hits)


def _notes(ls: "DowseServer", notes: "Sequence[NoteReference]") -> str:
    if not notes:
        return ""
    if not ls.client.markdown_hover:
        return "Notes:\n" + "\n".join(f"{each.title}  {each.path}:{each.span.start_line + 1}" for each in notes)
    return "Notes:\n\n" + "\n".join(f"- [{escaped(each.title)}]({_note_target(ls, each)})" for each in notes)


def _note_target(ls: "DowseServer", note: "NoteReference") -> str:
    if ls.client.hover_commands:
        return _command(OPEN_PLACE, ls.answers.reference(note).location)
    return f"<{ls.answers.uri_of(note.document)}#L{note.span.start_line + 1}>"


def _markdown(ls: "DowseServer", hit: "Hit", source: types.Location) -> str:
    shown = f"{hit.score:.2f} {escaped(_place(ls, hit))}"
    if not ls.client.hover_commands:
        return f"- [{escaped(hit.name)}](<{ls.answers.uri_of(hit.document)}#L{hit.selection.start_line + 1}>) {shown}"
    location = ls.answers.hit(hit).location
    compare = _command(COMPARE_PLACES, source, location)
    return f"- [{escaped(hit.name)}]({_command(OPEN_PLACE, location)}) {shown} ([Compare]({compare}))"


def _command(name: str, *places: types.Location) -> str:
    """Return a link that runs a command; everything in it that came from the workspace is percent-encoded."""
    return f"command:{name}?{quote(json.dumps([wire.plain(place) for place in places]), safe='')}"


def _place(ls: "DowseServer", hit: "Hit") -> str:
    return f"{ls.answers.shown_path(hit)}:{hit.selection.start_line + 1}"
