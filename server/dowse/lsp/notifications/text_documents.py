"""Open documents: the engine searches their text instead of what the disk holds.

Their texts are the engine's, not pygls's: that one breaks lines at characters that end no line in the protocol, after
which every later edit goes astray.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.declarations import Notification
from dowse.lsp.positions import span_in_units
from dowse.lsp.session import Session
from dowse.workspace.text import Edit

if TYPE_CHECKING:
    from dowse.engine import Engine


def did_open(session: Session, engine: "Engine", params: types.DidOpenTextDocumentParams) -> None:
    """Search the text as the editor has it."""
    open_document(session, engine, params.text_document)


def did_change(session: Session, engine: "Engine", params: types.DidChangeTextDocumentParams) -> None:
    """Apply the edits, in order."""
    change_document(session, engine, params.text_document.uri, params.content_changes)


def did_close(session: Session, engine: "Engine", params: types.DidCloseTextDocumentParams) -> None:
    """Search the disk again."""
    close_document(session, engine, params.text_document.uri)


def open_document(session: Session, engine: "Engine", item: types.TextDocumentItem) -> None:
    """Note a document, or a notebook's cell, that is open now."""
    language = str(item.language_id or "")  # the protocol's classes let null and numbers through
    engine.open_document(session.documents.open(item.uri), language, item.text)


def change_document(
    session: Session, engine: "Engine", uri: str, changes: Iterable[types.TextDocumentContentChangeEvent]
) -> None:
    """Pass on edits; a document that is not open has no text that they could change."""
    if not session.documents.is_open(uri):
        return
    edits = [
        Edit(
            span_in_units(change.range) if isinstance(change, types.TextDocumentContentChangePartial) else None,
            change.text,
        )
        for change in changes
    ]
    engine.change_document(session.documents.name_of(uri), edits, session.client.encoding)


def close_document(session: Session, engine: "Engine", uri: str) -> None:
    """Note that a document is no longer open."""
    document = session.documents.close(uri)
    if document is not None:
        engine.close_document(document)


DID_OPEN = Notification(types.TEXT_DOCUMENT_DID_OPEN, did_open)
DID_CHANGE = Notification(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
DID_CLOSE = Notification(types.TEXT_DOCUMENT_DID_CLOSE, did_close)
