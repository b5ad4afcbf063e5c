"""Workspace folders that come and go."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.features import configuration, consent

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(did_change)


async def did_change(ls: "DowseServer", params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Open and close folders; the settings follow, for each folder may have a project file."""
    event = params.event
    added, removed = ls.folders.change([f.uri for f in event.added], [f.uri for f in event.removed])
    if not ls.host.started:  # it will be started with the folders as they are then
        return
    if added or removed:
        opened = consent.admitted(ls, added)
        ls.host.tell(lambda engine: engine.change_folders(opened, removed))
        await configuration.refresh(ls)
