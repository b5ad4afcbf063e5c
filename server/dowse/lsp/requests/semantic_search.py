"""``workspace/semanticSearch`` and the command ``dowse.search``: where is the code that …?"""

from collections.abc import Hashable, Sequence
from typing import Literal

import attrs

from dowse.lsp.declarations import Command, Request
from dowse.lsp.protocol import Hit, IndexSummary, Limit, SearchFilter, Share, Token
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext
from dowse.search.query import SearchRequest


@attrs.frozen
class SemanticSearchParams:
    """A question in words."""

    query: str
    limit: Limit = 20
    space: Literal["auto", "code", "prose"] = "auto"
    query_type: Literal["general", "code_search", "error_analysis", "documentation"] = "general"
    mode: Literal["hybrid", "semantic", "lexical"] = "hybrid"
    filter: SearchFilter = attrs.field(factory=SearchFilter)
    min_score: Share = 0.0
    work_done_token: Token | None = None
    partial_result_token: Token | None = None


@attrs.frozen
class SemanticSearchResult:
    """Hits, best first; none where they were sent as partial results."""

    results: Sequence[Hit]
    index: IndexSummary
    took_ms: float


def semantic_search(context: RequestContext, params: SemanticSearchParams) -> SemanticSearchResult:
    """Answer a question in words."""
    request = SearchRequest(
        query=params.query,
        limit=params.limit,
        space=params.space,
        query_type=params.query_type,
        mode=params.mode,
        filter=context.translator.filter(params.filter),
        min_score=params.min_score,
    )
    partial = context.partial_results(params.partial_result_token, context.translator.hit)
    answer = context.engine.search(request, context.cancel, partial.on_hits)
    return SemanticSearchResult(partial.unsent(answer.hits), context.translator.index(answer.index), answer.took_ms)


def _search_box(params: SemanticSearchParams) -> Hashable:
    """Questions that differ only in their words come from one box, into which somebody types."""
    choices = attrs.astuple(attrs.evolve(params, query="", work_done_token=None, partial_result_token=None))
    return ("search", repr(choices))


SEMANTIC_SEARCH = Request(
    "workspace/semanticSearch", semantic_search, Schedule.LATENCY_SENSITIVE, supersede_key=_search_box
)
SEARCH = Command("dowse.search", semantic_search, Schedule.LATENCY_SENSITIVE, typed_field="query")
