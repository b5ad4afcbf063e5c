"""``dowse/duplicates`` and the command ``dowse.duplicates``: which functions do nearly the same?"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Annotated

import attrs
from msgspec import Meta

from dowse.lsp.declarations import Command, Request
from dowse.lsp.protocol import Hit, IndexSummary, SearchFilter, Token
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext
from dowse.lsp.translator import Translator
from dowse.search.query import Cluster, DuplicatesRequest

TITLE = "Comparing functions"


@attrs.frozen
class DuplicatesParams:
    """What to look for near-duplicates in, and what counts as one."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    min_lines: Annotated[int, Meta(ge=1, le=10000)] = 6
    """Lines of code of a function, without comments, documentation and blank lines."""
    min_similarity: Annotated[float, Meta(ge=0.5, le=1)] = 0.8
    filter: SearchFilter = attrs.field(factory=SearchFilter)
    work_done_token: Token | None = None


@attrs.frozen
class DuplicateCluster:
    """Functions that do nearly the same."""

    copies: Sequence[Hit]
    """The one that the others are most like, then these; the score is the similarity to it."""
    similarity: float
    """That of the least similar copy."""
    saved_lines: int
    """Lines of code that merging them would save, about."""


@attrs.frozen
class DuplicatesResult:
    """Clusters, those that would save most first."""

    clusters: Sequence[DuplicateCluster]
    found: int
    """How many clusters there are in all."""
    compared: int
    """Functions that were compared."""
    left_out: Mapping[str, int]
    """Functions that repeat others as boilerplate does, by what they are."""
    saved_lines: int
    """Lines of code that merging all that was found would save, about."""
    index: IndexSummary
    took_ms: float


def duplicates(context: RequestContext, params: DuplicatesParams) -> DuplicatesResult:
    """Compare the functions of the workspace."""
    request = DuplicatesRequest(
        params.limit, params.min_lines, params.min_similarity, context.translator.filter(params.filter)
    )
    progress = context.report_percentage(params.work_done_token)
    answer = context.engine.duplicates(request, context.cancel, progress)
    found = answer.clusters
    return DuplicatesResult(
        clusters=[_cluster(context.translator, cluster) for cluster in found.clusters],
        found=found.found,
        compared=found.compared,
        left_out={why.value: count for why, count in found.left_out.items()},
        saved_lines=found.saved_lines,
        index=context.translator.index(answer.index),
        took_ms=answer.took_ms,
    )


def only_the_newest(params: DuplicatesParams) -> Hashable:
    """Give all comparisons one key: each takes so long that nobody waits for two."""
    return "duplicates"


def _cluster(translator: Translator, cluster: Cluster) -> DuplicateCluster:
    copies = [translator.hit(copy) for copy in cluster.copies]
    return DuplicateCluster(copies, cluster.similarity, cluster.saved_lines)


DUPLICATES = Request("dowse/duplicates", duplicates, Schedule.LONG, supersede_key=only_the_newest, title=TITLE)
LIST_DUPLICATES = Command("dowse.duplicates", duplicates, Schedule.LONG, supersede_key=only_the_newest, title=TITLE)
