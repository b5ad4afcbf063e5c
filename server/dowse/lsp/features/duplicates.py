"""``dowse/duplicates``: which functions do nearly the same?"""

from threading import Event
from typing import TYPE_CHECKING

from dowse.lsp import protocol
from dowse.lsp.features.asking import Percentage, ask
from dowse.lsp.features.semantic_search import filter_of
from dowse.search.query import Cluster, DuplicatesRequest

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(protocol.DUPLICATES.name)(duplicates)


async def duplicates(ls: "DowseServer", params: protocol.DuplicatesParams) -> protocol.DuplicatesResult:
    """Answer; it takes long, and a newer question takes the place of one that is still being answered."""
    request = DuplicatesRequest(params.limit, params.min_lines, params.min_similarity, filter_of(ls, params.filter))

    def question(engine: "Engine", cancel: Event) -> protocol.DuplicatesResult:
        answer = engine.duplicates(request, cancel, Percentage(ls, params.work_done_token, cancel))
        found = answer.clusters
        return protocol.DuplicatesResult(
            clusters=[_cluster(ls, cluster) for cluster in found.clusters],
            found=found.found,
            compared=found.compared,
            left_out={why.value: count for why, count in found.left_out.items()},
            index=ls.answers.index(answer.index),
            took_ms=answer.took_ms,
        )

    title = "Comparing functions"
    return await ask(ls, question, token=params.work_done_token, box="duplicates", title=title)


def _cluster(ls: "DowseServer", cluster: Cluster) -> protocol.DuplicateCluster:
    copies = [ls.answers.hit(copy) for copy in cluster.copies]
    return protocol.DuplicateCluster(copies, cluster.similarity, cluster.saved_lines)
