"""``textDocument/codeAction``: "Find similar code"."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.features import neighbours

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

KIND = "source.dowse.findSimilar"
TITLE = "Find similar code"


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.TEXT_DOCUMENT_CODE_ACTION)(actions)


async def actions(ls: "DowseServer", params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer it where the user asks for actions, on a selection or on the line of a definition's name.

    Never for the light bulb, which an editor shows by itself at every move of the cursor.
    """
    context, place = params.context, params.range
    automatic = context.trigger_kind is types.CodeActionTriggerKind.Automatic
    if automatic or not ls.settings.editor.code_action or not _wanted(context.only):
        return []
    uri = params.text_document.uri
    argument: dict[str, object] = {"textDocument": {"uri": uri}}
    if place.start != place.end:
        argument["range"] = _plain(place)
    elif await neighbours.of_line(ls, uri, place.start.line, 1) is not None:
        argument["position"] = _plain(place)["start"]
    else:
        return []
    command = types.Command(TITLE, protocol.SIMILAR_TO_DOCUMENT.name, arguments=[argument])
    return [types.CodeAction(TITLE, kind=KIND, command=command)]


def _wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are a hierarchy: ``source`` asks for all that begins with ``source.``, the empty kind for everything."""
    kinds = [str(getattr(kind, "value", kind)) for kind in only or ()]
    return only is None or any(not kind or kind == KIND or KIND.startswith(f"{kind}.") for kind in kinds)


def _plain(place: types.Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": place.start.line, "character": place.start.character},
        "end": {"line": place.end.line, "character": place.end.character},
    }
