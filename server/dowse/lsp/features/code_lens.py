"""``textDocument/codeLens`` above definitions, counting what is similar; off unless the settings turn it on."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.features import neighbours
from dowse.lsp.features.asking import within
from dowse.lsp.features.code_action import TITLE

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer

COUNTED = 9
"""Neighbours that a lens counts at most."""

NAMED = 2
"""Neighbours that a lens names."""

_LENSES_FOR = 8
"""Documents whose definitions are kept: clients ask again after every edit, and for every visible editor."""


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    definitions = _Definitions(ls)

    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await definitions.lenses(params)

    ls.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)
    ls.feature(types.CODE_LENS_RESOLVE)(resolve)


class _Definitions:
    """Knows the lines of names in the texts asked about last."""

    def __init__(self, ls: "DowseServer") -> None:
        self._ls = ls
        self._lines: dict[str, tuple[str, list[int]]] = {}

    async def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        """Return where lenses go; what they say is found when the client shows them."""
        if not self._ls.settings.editor.code_lens:
            return []
        uri = params.text_document.uri
        document = self._ls.documents.id_of(uri)
        # A parse that takes too long for this answer is at hand for the next one.
        lines = await within(self._ls, neighbours.PATIENCE, lambda engine: self._of(engine, document))
        return [
            types.CodeLens(types.Range(place, place), data={"uri": uri, "line": place.line})
            for place in (types.Position(line, 0) for line in lines or ())
        ]

    def _of(self, engine: "Engine", document: str) -> list[int]:
        text = engine.document_text(document)
        if text is None:  # a lens is asked for in an editor, which has opened what it shows
            return []
        known = self._lines.pop(document, None)
        if known is None or known[0] != text:
            lines = engine.definition_lines(document)
            if lines is None:
                return []
            known = (text, lines)
        self._lines[document] = known
        if len(self._lines) > _LENSES_FOR:
            del self._lines[next(iter(self._lines))]
        return known[1]


async def resolve(ls: "DowseServer", lens: types.CodeLens) -> types.CodeLens:
    """Count the neighbours and name the nearest; while none is known, the lens offers to look for them."""
    data = lens.data if isinstance(lens.data, dict) else {}
    uri, line = data.get("uri"), data.get("line")
    if not isinstance(uri, str) or not isinstance(line, int) or line < 0:
        return lens
    answer = await neighbours.of_line(ls, uri, line, COUNTED + 1)
    title = _title([hit.name for hit in answer.hits]) if answer and answer.hits else TITLE
    argument = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 0}}
    lens.command = types.Command(title, protocol.SIMILAR_TO_DOCUMENT.name, arguments=[argument])
    return lens


def _title(names: list[str]) -> str:
    """Return as ``3 similar: nearest, next, …`` what is like a definition."""
    count = f"{len(names)}" if len(names) <= COUNTED else f"{COUNTED}+"
    more = ", …" if len(names) > NAMED else ""
    return f"{count} similar: {', '.join(names[:NAMED])}{more}"
