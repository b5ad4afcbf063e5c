"""``textDocument/similarCode`` and the command ``dowse.similar``: what else looks like this?"""

from collections.abc import Sequence
from typing import Literal

import attrs
from lsprotocol import types

from dowse.lsp.declarations import Command, Request
from dowse.lsp.positions import lines_of, range_of, span_of
from dowse.lsp.protocol import Hit, IndexSummary, Limit, Share, Token
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext
from dowse.lsp.translator import symbol_kind
from dowse.search.query import SimilarRequest


@attrs.frozen
class SimilarCodeParams:
    """A place in a document; exactly one of ``position`` and ``range``."""

    text_document: types.TextDocumentIdentifier
    position: types.Position | None = None
    range: types.Range | None = None
    limit: Limit = 20
    min_score: Share = 0.0
    scope: Literal["workspace", "folder", "file"] = "workspace"
    exclude_same_file: bool = False
    work_done_token: Token | None = None
    partial_result_token: Token | None = None

    def __attrs_post_init__(self) -> None:
        if (self.position is None) == (self.range is None):
            raise ValueError("give either position or range")


@attrs.frozen
class SimilarSource:
    """The piece that was compared."""

    range: types.Range
    name: str
    kind: types.SymbolKind


@attrs.frozen
class SimilarCodeResult:
    """What resembles ``source``, best first, without ``source`` itself."""

    source: SimilarSource
    results: Sequence[Hit]
    index: IndexSummary
    took_ms: float


def similar_code(context: RequestContext, params: SimilarCodeParams) -> SimilarCodeResult:
    """Answer for the definition around a position, or for exactly what a range holds."""
    translator = context.translator
    document = context.documents.name_of(params.text_document.uri)
    lines = lines_of(context.engine, document)
    partial = context.partial_results(params.partial_result_token, translator.hit)
    request = SimilarRequest(
        document=document,
        span=span_of(_range(params), lines, translator.unit),
        limit=params.limit,
        min_score=params.min_score,
        scope=params.scope,
        exclude_same_file=params.exclude_same_file,
    )
    answer = context.engine.similar(request, context.cancel, partial.on_hits)
    source = SimilarSource(
        range_of(answer.source.span, lines, 0, translator.unit), answer.source.name, symbol_kind(answer.source.kind)
    )
    return SimilarCodeResult(source, partial.unsent(answer.hits), translator.index(answer.index), answer.took_ms)


def _range(params: SimilarCodeParams) -> types.Range:
    if params.range is not None:
        return params.range
    assert params.position is not None
    return types.Range(params.position, params.position)


SIMILAR_CODE = Request("textDocument/similarCode", similar_code, Schedule.WORKER)
SIMILAR = Command("dowse.similar", similar_code, Schedule.WORKER)
