"""``workspace/didChangeWorkspaceFolders``: folders come and go."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.consent import admitted_folders
from dowse.lsp.declarations import Notification
from dowse.lsp.session import Session
from dowse.lsp.settings_refresh import refresh_settings

if TYPE_CHECKING:
    from dowse.engine import Engine


def did_change_folders(session: Session, engine: "Engine", params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Open and close folders; the settings follow, for each folder may have a project file."""
    event = params.event
    added, removed = session.folders.change([f.uri for f in event.added], [f.uri for f in event.removed])
    if added or removed:
        engine.change_folders(admitted_folders(session, added), removed)
        session.spawn_from_thread(refresh_settings, "reading settings")


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


DID_CHANGE_FOLDERS = Notification(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders)
