"""``textDocument/hover`` on a definition's name: functions like it, and the notes that point at it."""

import json
from urllib.parse import quote

from lsprotocol import types

from dowse.lsp import wire
from dowse.lsp.client import Client
from dowse.lsp.declarations import Request
from dowse.lsp.markdown import escape_markdown
from dowse.lsp.positions import range_of
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.code_action import AT_ONCE
from dowse.lsp.session import RequestContext
from dowse.search.query import Hit, HoverAnswer, NoteReference
from dowse.settings import Settings
from dowse.workspace.lines import split_lines

LIMIT = 3

OPEN_PLACE = "dowse.openPlace"
COMPARE_PLACES = "dowse.comparePlaces"
"""Commands of a client that says ``hoverCommands``; their arguments are Locations."""


def hover(context: RequestContext, params: types.HoverParams) -> types.Hover | None:
    """Answer from memory, on a definition's name only."""
    uri, position = params.text_document.uri, params.position
    found = context.engine.hover(context.documents.name_of(uri), position.line, LIMIT, context.cancel)
    if found is None:
        return None
    lines, unit = split_lines(found.text), context.translator.unit
    name = range_of(found.selection, lines, 0, unit)
    if not name.start.character <= position.character <= name.end.character:
        return None
    parts = []
    if found.source is not None and found.hits:
        source = types.Location(uri, range_of(found.source.span, lines, 0, unit))
        parts.append(_similar(context, found, source))
    if found.notes:
        parts.append(_notes(context, found))
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if context.client.markdown_hover else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)), name)


def _similar(context: RequestContext, found: HoverAnswer, source: types.Location) -> str:
    if not context.client.markdown_hover:
        lines = (f"{hit.name}  {hit.score:.2f}  {_place(context, hit)}" for hit in found.hits)
        return "Similar:\n" + "\n".join(lines)
    return "Similar:\n\n" + "\n".join(_markdown(context, hit, source) for hit in found.hits)


def _notes(context: RequestContext, found: HoverAnswer) -> str:
    if not context.client.markdown_hover:
        return "Notes:\n" + "\n".join(f"{each.title}  {each.path}:{each.span.start_line + 1}" for each in found.notes)
    return "Notes:\n\n" + "\n".join(
        f"- [{escape_markdown(each.title)}]({_note_target(context, each)})" for each in found.notes
    )


def _note_target(context: RequestContext, note: NoteReference) -> str:
    if context.client.hover_commands:
        return _command(OPEN_PLACE, context.translator.reference(note).location)
    return f"<{context.translator.uri_of(note.document)}#L{note.span.start_line + 1}>"


def _markdown(context: RequestContext, hit: Hit, source: types.Location) -> str:
    shown = f"{hit.score:.2f} {escape_markdown(_place(context, hit))}"
    if not context.client.hover_commands:
        target = f"{context.translator.uri_of(hit.document)}#L{hit.selection.start_line + 1}"
        return f"- [{escape_markdown(hit.name)}](<{target}>) {shown}"
    location = context.translator.hit(hit).location
    compare = _command(COMPARE_PLACES, source, location)
    return f"- [{escape_markdown(hit.name)}]({_command(OPEN_PLACE, location)}) {shown} ([Compare]({compare}))"


def _command(name: str, *places: types.Location) -> str:
    """Return a link that runs a command; everything in it that came from the workspace is percent-encoded."""
    return f"command:{name}?{quote(json.dumps([wire.unstructure(place) for place in places]), safe='')}"


def _place(context: RequestContext, hit: Hit) -> str:
    return f"{context.translator.shown_path(hit)}:{hit.selection.start_line + 1}"


def _is_enabled(settings: Settings, client: Client, params: types.HoverParams) -> bool:
    setting = settings.editor.hover
    return setting == "on" or (setting == "auto" and client.profile.hover)


HOVER = Request(types.TEXT_DOCUMENT_HOVER, hover, Schedule.IN_MEMORY, is_enabled=_is_enabled, deadline=AT_ONCE)
