"""``textDocument/similarCode``: what else looks like this?"""

from threading import Event
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.answers import symbol_kind
from dowse.lsp.features.asking import Pieces, ask
from dowse.lsp.positions import lines_of, range_of, span_of
from dowse.search.query import SimilarRequest

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(protocol.SIMILAR_CODE.name)(similar)


async def similar(ls: "DowseServer", params: protocol.SimilarCodeParams) -> protocol.SimilarCodeResult:
    """Answer for the definition around a position, or for exactly what a range holds."""

    def question(engine: "Engine", cancel: Event) -> protocol.SimilarCodeResult:
        unit = ls.client.encoding
        document = ls.documents.id_of(params.text_document.uri)
        lines = lines_of(engine, document)
        pieces = Pieces(ls, params.partial_result_token, cancel, ls.answers.hit)
        request = SimilarRequest(
            document=document,
            span=span_of(_range(params), lines, unit),
            limit=params.limit,
            min_score=params.min_score,
            scope=params.scope,
            exclude_same_file=params.exclude_same_file,
        )
        answer = engine.similar(request, cancel, pieces if params.partial_result_token is not None else None)
        source = protocol.SimilarSource(
            range_of(answer.source.span, lines, 0, unit), answer.source.name, symbol_kind(answer.source.kind)
        )
        return protocol.SimilarCodeResult(
            source, pieces.rest(answer.hits), ls.answers.index(answer.index), answer.took_ms
        )

    return await ask(ls, question, token=params.work_done_token)


def _range(params: protocol.SimilarCodeParams) -> types.Range:
    if params.range is not None:
        return params.range
    assert params.position is not None
    return types.Range(params.position, params.position)
