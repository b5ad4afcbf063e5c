"""Similar functions at hand: for hovers, lenses and actions, which come at once or not at all."""

from typing import TYPE_CHECKING

from dowse.lsp.features.asking import within

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer
    from dowse.search.query import SimilarAnswer

PATIENCE = 0.05
"""Seconds; clients merge the answers of all servers and wait for the slowest."""


async def of_line(ls: "DowseServer", uri: str, line: int, limit: int) -> "SimilarAnswer | None":
    """Return the neighbours of the definition whose name stands on ``line``; None where there is none in time."""

    def question(engine: "Engine") -> "SimilarAnswer | None":
        return engine.similar_in_memory(ls.documents.id_of(uri), line, limit)

    return await within(ls, PATIENCE, question)
