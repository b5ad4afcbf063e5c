"""``workspace/symbol`` by meaning, where the client shows answers as they come."""

from lsprotocol import types

from dowse.lsp.client import Client
from dowse.lsp.declarations import Request
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext
from dowse.lsp.translator import Translator
from dowse.search.query import Hit, SearchRequest
from dowse.settings import Settings

PREFIX = "?"
LIMIT = 50

PATIENCE = 2.0
"""Seconds. Clients show the symbols of all servers together, so those of the others would wait for these."""


def workspace_symbols(context: RequestContext, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """Return what is found, best first."""
    query = _query(context.settings, context.client, params)
    partial = context.partial_results(params.partial_result_token, lambda hit: _symbol(context.translator, hit))
    answer = context.engine.search(SearchRequest(query, limit=LIMIT), context.cancel, partial.on_hits)
    return partial.unsent(answer.hits)


def _query(settings: Settings, client: Client, params: types.WorkspaceSymbolParams) -> str:
    """Return the words to search by meaning; empty where the setting and the client want other symbols."""
    mode = settings.editor.workspace_symbols
    if mode == "auto":
        mode = client.profile.workspace_symbols
    typed = params.query.strip()
    if mode == "prefixed":
        return typed[len(PREFIX) :].strip() if typed.startswith(PREFIX) else ""
    return typed if mode == "on" else ""


def _symbol(translator: Translator, hit: Hit) -> types.SymbolInformation:
    """The range is the whole piece, without which some clients drop an answer."""
    shown = translator.hit(hit)
    return types.SymbolInformation(
        name=hit.name, kind=shown.kind, location=shown.location, container_name=translator.shown_path(hit)
    )


WORKSPACE_SYMBOL = Request(
    types.WORKSPACE_SYMBOL,
    workspace_symbols,
    Schedule.LATENCY_SENSITIVE,
    is_enabled=lambda settings, client, params: bool(_query(settings, client, params)),
    deadline=PATIENCE,
    otherwise=lambda params: [],
)
