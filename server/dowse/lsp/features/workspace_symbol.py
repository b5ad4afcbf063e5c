"""``workspace/symbol`` by meaning, where the client shows answers as they come."""

import asyncio
from threading import Event
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.features.asking import Pieces, ask
from dowse.search.query import Hit, SearchRequest

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer

PREFIX = "?"
LIMIT = 50

PATIENCE = 2.0
"""Seconds. Clients show the symbols of all servers together, so those of the others would wait for these."""


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.WORKSPACE_SYMBOL)(symbols)


async def symbols(ls: "DowseServer", params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """Answer best first, or not at all where it would be late; the range is the whole piece, without which some clients
    drop an answer.
    """
    query = _query(ls, params.query)
    if not query:
        return []

    def question(engine: "Engine", cancel: Event) -> list[types.SymbolInformation]:
        token = params.partial_result_token
        pieces = Pieces(ls, token, cancel, lambda hit: _symbol(ls, hit))
        answer = engine.search(SearchRequest(query, limit=LIMIT), cancel, pieces if token is not None else None)
        return pieces.rest(answer.hits)

    try:
        return await asyncio.wait_for(ask(ls, question, token=params.work_done_token), PATIENCE)
    except TimeoutError:
        return []


def _query(ls: "DowseServer", typed: str) -> str:
    mode = ls.settings.editor.workspace_symbols
    if mode == "auto":
        mode = ls.client.profile.workspace_symbols
    typed = typed.strip()
    if mode == "prefixed":
        return typed[len(PREFIX) :].strip() if typed.startswith(PREFIX) else ""
    return typed if mode == "on" else ""


def _symbol(ls: "DowseServer", hit: Hit) -> types.SymbolInformation:
    shown = ls.answers.hit(hit)
    return types.SymbolInformation(
        name=hit.name, kind=shown.kind, location=shown.location, container_name=ls.answers.shown_path(hit)
    )
