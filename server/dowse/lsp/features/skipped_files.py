"""``dowse/skippedFiles``: why a file is not found."""

from typing import TYPE_CHECKING

from dowse.lsp import protocol
from dowse.lsp.features.asking import ask

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

LISTED = 1000
"""Files in an answer, at most: more than a person reads."""


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(protocol.SKIPPED_FILES.name)(skipped)


async def skipped(ls: "DowseServer", params: None) -> protocol.SkippedFiles:
    """Return the files that are left out though no rule ignores them."""
    return await ask(ls, lambda engine, cancel: ls.answers.skipped(engine.skipped_files(LISTED)))
