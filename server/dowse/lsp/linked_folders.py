"""Workspace folders that the client names by a link, which may be turned to another folder while the server runs."""

from typing import TYPE_CHECKING

from dowse.lsp.consent import admitted_folders
from dowse.lsp.session import Session
from dowse.lsp.settings_refresh import refresh_settings

if TYPE_CHECKING:
    from dowse.engine import Engine


def follow_links(session: Session, engine: "Engine") -> None:
    """Have what a folder's link leads to now take the place of what it led to, also for documents that are open."""
    added, removed = session.folders.follow_links(session.disk.real_folder_of)
    if not added and not removed:
        return
    engine.change_folders(admitted_folders(session, added), removed)
    session.spawn_from_thread(refresh_settings, "reading settings")
    documents = session.documents
    for uri in documents.uris:
        before = documents.name_of(uri)
        text, language = engine.document_text(before), engine.document_language(before)
        closed, now = documents.close(uri), documents.open(uri)
        if now != before and text is not None:
            engine.open_document(now, language or "", text)
        if now != before and closed is not None:
            engine.close_document(closed)
