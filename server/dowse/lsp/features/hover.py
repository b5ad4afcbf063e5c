"""``textDocument/hover`` on a definition's name: functions like it."""

import json
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
    from dowse.search.query import Hit, SimilarAnswer

LIMIT = 3

OPEN_PLACE = "dowse.openPlace"
COMPARE_PLACES = "dowse.comparePlaces"
"""Commands of a client that says ``hoverCommands``; their arguments are Locations."""


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

    def question(engine: "Engine") -> "tuple[SimilarAnswer, types.Range, types.Range] | None":
        text = engine.document_text(document)
        answer = engine.similar_in_memory(document, place.line, LIMIT) if text is not None else None
        if text is None or answer is None or answer.source.selection is None:
            return None
        lines = split_lines(text)
        return answer, range_of(answer.source.selection, lines, 0, unit), range_of(answer.source.span, lines, 0, unit)

    found = await within(ls, neighbours.PATIENCE, question)
    if found is None:
        return None
    answer, name, whole = found
    if not answer.hits or not name.start.character <= place.character <= name.end.character:
        return None
    if not ls.client.markdown_hover:
        lines = [f"{hit.name}  {hit.score:.2f}  {_place(ls, hit)}" for hit in answer.hits]
        return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, "Similar:\n" + "\n".join(lines)), name)
    source = types.Location(uri, whole)
    lines = [_markdown(ls, hit, source) for hit in answer.hits]
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "Similar:\n\n" + "\n".join(lines)), name)


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
