"""``textDocument/codeAction``: "Find similar code"."""

from collections.abc import Sequence

from lsprotocol import types

from dowse.lsp.client import Client
from dowse.lsp.declarations import Request
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.similar_to_document import SIMILAR_TO_DOCUMENT
from dowse.lsp.session import RequestContext
from dowse.settings import Settings

KIND = "source.dowse.findSimilar"
TITLE = "Find similar code"

AT_ONCE = 0.05
"""Seconds; clients merge the answers of all servers and wait for the slowest."""


def code_actions(context: RequestContext, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer it on a selection or on the line of a definition's name."""
    if params.range.start != params.range.end:
        return selection_actions(params)
    document, line = context.documents.name_of(params.text_document.uri), params.range.start.line
    if context.engine.similar_in_memory(document, line, 1, context.cancel) is None:
        return []
    return _offer(params, position=_plain(params.range)["start"])


def selection_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
    """Offer it on a selection, for which no index need be open."""
    return _offer(params, range=_plain(params.range)) if params.range.start != params.range.end else []


def _offer(params: types.CodeActionParams, **place: object) -> list[types.CodeAction]:
    argument = {"textDocument": {"uri": params.text_document.uri}, **place}
    command = types.Command(TITLE, SIMILAR_TO_DOCUMENT.name, arguments=[argument])
    return [types.CodeAction(TITLE, kind=KIND, command=command)]


def _is_enabled(settings: Settings, client: Client, params: types.CodeActionParams) -> bool:
    """Offer it where the user asks for actions.

    Never for the light bulb, which an editor shows by itself at every move of the cursor.
    """
    automatic = params.context.trigger_kind is types.CodeActionTriggerKind.Automatic
    return not automatic and settings.editor.code_action and _is_wanted(params.context.only)


def _is_wanted(only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Kinds are a hierarchy: ``source`` asks for all that begins with ``source.``, the empty kind for everything."""
    kinds = [str(getattr(kind, "value", kind)) for kind in only or ()]
    return only is None or any(not kind or kind == KIND or KIND.startswith(f"{kind}.") for kind in kinds)


def _plain(place: types.Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": place.start.line, "character": place.start.character},
        "end": {"line": place.end.line, "character": place.end.character},
    }


CODE_ACTION = Request(
    types.TEXT_DOCUMENT_CODE_ACTION,
    code_actions,
    Schedule.IN_MEMORY,
    is_enabled=_is_enabled,
    deadline=AT_ONCE,
    otherwise=lambda params: [],
    without_engine=selection_actions,
)
