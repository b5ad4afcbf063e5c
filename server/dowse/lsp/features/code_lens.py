"""``textDocument/codeLens`` above definitions that have similar ones; off unless the settings turn it on."""

import time
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.features import neighbours
from dowse.lsp.features.asking import within
from dowse.lsp.positions import lines_of

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer

LIMIT = 9


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)


async def lenses(ls: "DowseServer", params: types.CodeLensParams) -> list[types.CodeLens]:
    """Answer with what is known within the time; the rest is there when the client asks again."""
    if not ls.settings.editor.code_lens:
        return []
    uri = params.text_document.uri

    def question(engine: "Engine") -> list[types.CodeLens]:
        ends = time.monotonic() + neighbours.PATIENCE * 0.8
        document = ls.documents.id_of(uri)
        found = []
        for number, line in enumerate(lines_of(engine, document)):
            if time.monotonic() > ends:
                break
            answer = engine.similar_in_memory(document, number, LIMIT) if line.strip() else None
            if answer is not None and answer.hits:
                found.append(_lens(uri, number, len(answer.hits)))
        return found

    return await within(ls, neighbours.PATIENCE, question) or []


def _lens(uri: str, line: int, count: int) -> types.CodeLens:
    place = types.Position(line, 0)
    argument = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 0}, "limit": LIMIT}
    title = f"{count}{'+' if count == LIMIT else ''} similar"
    command = types.Command(title, protocol.SIMILAR_TO_DOCUMENT.name, arguments=[argument])
    return types.CodeLens(types.Range(place, place), command=command)
