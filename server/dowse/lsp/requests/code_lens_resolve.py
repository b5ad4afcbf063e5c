"""``codeLens/resolve``: what is similar to a definition."""

from collections.abc import Sequence

import attrs
from lsprotocol import types

from dowse.lsp.declarations import Request
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.code_action import AT_ONCE, TITLE
from dowse.lsp.requests.similar_to_document import SIMILAR_TO_DOCUMENT
from dowse.lsp.session import RequestContext

COUNTED = 9
"""Neighbours that a lens counts at most."""

NAMED = 2
"""Neighbours that a lens names."""


def resolve_code_lens(context: RequestContext, params: types.CodeLens) -> types.CodeLens:
    """Count the neighbours and name the nearest."""
    place = _place(params)
    if place is None:
        return params
    uri, line = place
    answer = context.engine.similar_in_memory(context.documents.name_of(uri), line, COUNTED + 1, context.cancel)
    names = [hit.name for hit in answer.hits] if answer is not None else []
    return _with_title(params, _title(names) if names else TITLE)


def _unresolved(params: types.CodeLens) -> types.CodeLens:
    """While no neighbour is known, the lens offers to look for them."""
    return params if _place(params) is None else _with_title(params, TITLE)


def _place(lens: types.CodeLens) -> tuple[str, int] | None:
    """Return the document and the line that a lens of this server stands above; None for any other lens."""
    data = lens.data if isinstance(lens.data, dict) else {}
    uri, line = data.get("uri"), data.get("line")
    return (uri, line) if isinstance(uri, str) and isinstance(line, int) and line >= 0 else None


def _with_title(lens: types.CodeLens, title: str) -> types.CodeLens:
    place = _place(lens)
    assert place is not None
    argument = {"textDocument": {"uri": place[0]}, "position": {"line": place[1], "character": 0}}
    return attrs.evolve(lens, command=types.Command(title, SIMILAR_TO_DOCUMENT.name, arguments=[argument]))


def _title(names: Sequence[str]) -> str:
    """Return as ``3 similar: nearest, next, …`` what is like a definition."""
    count = f"{len(names)}" if len(names) <= COUNTED else f"{COUNTED}+"
    more = ", …" if len(names) > NAMED else ""
    return f"{count} similar: {', '.join(names[:NAMED])}{more}"


CODE_LENS_RESOLVE = Request(
    types.CODE_LENS_RESOLVE, resolve_code_lens, Schedule.IN_MEMORY, deadline=AT_ONCE, otherwise=_unresolved
)
