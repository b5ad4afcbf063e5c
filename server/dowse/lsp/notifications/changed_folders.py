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


DID_CHANGE_FOLDERS = Notification(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_folders)
