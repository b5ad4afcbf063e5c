"""``workspace/semanticSearch``: where is the code that …?"""

from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Kind
from dowse.lsp import protocol
from dowse.lsp.features.asking import Pieces, ask
from dowse.lsp.jsonrpc import INVALID_PARAMS, Failure
from dowse.search.query import Filter, SearchRequest

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(protocol.SEMANTIC_SEARCH.name)(handle)


async def handle(ls: "DowseServer", params: protocol.SemanticSearchParams) -> protocol.SemanticSearchResult:
    """Answer; a question that differs from one still running only in its words comes from the same box and ends it."""
    box = ("search", params.space, params.query_type, params.mode, params.limit, params.min_score, repr(params.filter))
    return await search(ls, params, box=box)


async def search(
    ls: "DowseServer", params: protocol.SemanticSearchParams, *, box: tuple[object, ...] | None = None
) -> protocol.SemanticSearchResult:
    """Answer a question."""
    request = request_of(ls, params)

    def question(engine: "Engine", cancel: Event) -> protocol.SemanticSearchResult:
        pieces = Pieces(ls, params.partial_result_token, cancel, ls.answers.hit)
        answer = engine.search(request, cancel, pieces if params.partial_result_token is not None else None)
        return protocol.SemanticSearchResult(pieces.rest(answer.hits), ls.answers.index(answer.index), answer.took_ms)

    return await ask(ls, question, token=params.work_done_token, box=box)


def request_of(ls: "DowseServer", params: protocol.SemanticSearchParams) -> SearchRequest:
    """Return the engine's request; :class:`Failure` for a folder that is not open."""
    return SearchRequest(
        query=params.query,
        limit=params.limit,
        space=params.space,
        query_type=params.query_type,
        mode=params.mode,
        filter=filter_of(ls, params.filter),
        min_score=params.min_score,
    )


def filter_of(ls: "DowseServer", wanted: protocol.SearchFilter) -> Filter:
    """Return the engine's filter; :class:`Failure` for a folder that is not open."""
    folders = []
    for uri in wanted.folders:
        folder = ls.folders.by_uri(uri)
        if folder is None:
            raise Failure(INVALID_PARAMS, f"{uri} is not a folder of this workspace")
        folders.append(folder.path)
    return Filter(
        include=tuple(wanted.include),
        exclude=tuple(wanted.exclude),
        languages=tuple(wanted.languages),
        kinds=tuple(Kind(kind) for kind in wanted.kinds),
        folders=tuple(folders),
    )
