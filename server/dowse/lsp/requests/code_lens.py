"""``textDocument/codeLens`` above definitions; off unless the settings turn it on."""

from collections import OrderedDict
from threading import Lock

from lsprotocol import types

from dowse.lsp.declarations import Request
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.code_action import AT_ONCE
from dowse.lsp.session import RequestContext


class _Definitions:
    """Remembers the lines of names in the texts asked about last.

    A parse that takes too long for one answer is at hand for the next: clients ask again after every edit, and for
    every visible editor.
    """

    _TEXTS = 8

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: OrderedDict[tuple[str, str], list[int]] = OrderedDict()

    def lines(self, context: RequestContext, document: str) -> list[int]:
        text = context.engine.document_text(document)
        if text is None:  # a lens is asked for in an editor, which has opened what it shows
            return []
        with self._lock:
            known = self._lines.get((document, text))
        if known is None:
            known = context.engine.definition_lines(document, context.cancel)
        if known is None:
            return []
        with self._lock:
            self._lines[document, text] = known
            self._lines.move_to_end((document, text))
            while len(self._lines) > self._TEXTS:
                self._lines.popitem(last=False)
        return known


_DEFINITIONS = _Definitions()


def code_lenses(context: RequestContext, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Return where lenses go; what they say is found when the client shows them."""
    uri = params.text_document.uri
    places = (types.Position(line, 0) for line in _DEFINITIONS.lines(context, context.documents.name_of(uri)))
    return [types.CodeLens(types.Range(place, place), data={"uri": uri, "line": place.line}) for place in places]


CODE_LENS = Request(
    types.TEXT_DOCUMENT_CODE_LENS,
    code_lenses,
    Schedule.IN_MEMORY,
    is_enabled=lambda settings, client, params: settings.editor.code_lens,
    deadline=AT_ONCE,
    otherwise=lambda params: [],
)
