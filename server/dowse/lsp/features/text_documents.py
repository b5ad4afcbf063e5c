"""Open documents: the engine searches their text instead of what the disk holds.

Their texts are the engine's, not pygls's: that one breaks lines at characters that end no line in the protocol, after
which every later edit goes astray.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.positions import counted
from dowse.workspace.text import Edit

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    ls.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    ls.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    ls.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: "DowseServer", params: types.DidOpenTextDocumentParams) -> None:
    """Search the text as the editor has it."""
    opened(ls, params.text_document)


def did_change(ls: "DowseServer", params: types.DidChangeTextDocumentParams) -> None:
    """Apply the edits, in order."""
    changed(ls, params.text_document.uri, params.content_changes)


def did_close(ls: "DowseServer", params: types.DidCloseTextDocumentParams) -> None:
    """Search the disk again."""
    closed(ls, params.text_document.uri)


def opened(ls: "DowseServer", item: types.TextDocumentItem) -> None:
    """Note a document, or a notebook's cell, that is open now."""
    language = str(item.language_id or "")  # the protocol's classes let null and numbers through
    document = ls.documents.open(item.uri, language)
    ls.host.tell(lambda engine: engine.open_document(document, language, item.text))


def changed(ls: "DowseServer", uri: str, changes: Iterable[types.TextDocumentContentChangeEvent]) -> None:
    """Pass on edits; a document that is not open has no text that they could change."""
    if not ls.documents.is_open(uri):
        return
    document, unit = ls.documents.id_of(uri), ls.client.encoding
    edits = [
        Edit(counted(change.range) if isinstance(change, types.TextDocumentContentChangePartial) else None, change.text)
        for change in changes
    ]
    ls.host.tell(lambda engine: engine.change_document(document, edits, unit))


def closed(ls: "DowseServer", uri: str) -> None:
    """Note that a document is no longer open."""
    document = ls.documents.close(uri)
    if document is not None:
        ls.host.tell(lambda engine: engine.close_document(document))
