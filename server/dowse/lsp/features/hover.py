"""``textDocument/hover`` on a definition's name: functions like it."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.features import neighbours
from dowse.lsp.features.markdown import escaped

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer
    from dowse.search.query import Hit

LIMIT = 5


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.TEXT_DOCUMENT_HOVER)(hover)


async def hover(ls: "DowseServer", params: types.HoverParams) -> types.Hover | None:
    """Answer from memory, on the line of a definition's name only."""
    setting = ls.settings.editor.hover
    if setting == "off" or (setting == "auto" and not ls.client.profile.hover):
        return None
    answer = await neighbours.of_line(ls, params.text_document.uri, params.position.line, LIMIT)
    if answer is None or not answer.hits:
        return None
    if ls.client.markdown_hover:
        lines = [_markdown(ls, hit) for hit in answer.hits]
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "Similar:\n\n" + "\n".join(lines)))
    lines = [f"{hit.name}  {_place(ls, hit)}" for hit in answer.hits]
    return types.Hover(types.MarkupContent(types.MarkupKind.PlainText, "Similar:\n" + "\n".join(lines)))


def _markdown(ls: "DowseServer", hit: "Hit") -> str:
    target = f"{ls.answers.uri_of(hit.document)}#L{hit.selection.start_line + 1}"
    return f"- [{escaped(hit.name)}](<{target}>) {escaped(_place(ls, hit))}"


def _place(ls: "DowseServer", hit: "Hit") -> str:
    return f"{ls.answers.shown_path(hit)}:{hit.selection.start_line + 1}"
