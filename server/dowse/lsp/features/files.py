"""Changes on disk, as the client sees them; the engine watches by itself as well, and takes both."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import uris
from dowse.lsp.features import configuration
from dowse.settings import PROJECT_FILE

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

log = logging.getLogger(__name__)

_EVERYTHING = "**/*"


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    ls.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(did_change)
    ls.feature(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    ls.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)(did_save_notebook)


async def did_change(ls: "DowseServer", params: types.DidChangeWatchedFilesParams) -> None:
    """Take in files that were made, changed, renamed or deleted."""
    await _changed(ls, (event.uri for event in params.changes))


async def did_save(ls: "DowseServer", params: types.DidSaveTextDocumentParams) -> None:
    """Take in a saved file: not every client watches."""
    await _changed(ls, [params.text_document.uri])


async def did_save_notebook(ls: "DowseServer", params: types.DidSaveNotebookDocumentParams) -> None:
    """Take in a saved notebook."""
    await _changed(ls, [params.notebook_document.uri])


async def _changed(ls: "DowseServer", changed: Iterable[str]) -> None:
    spelt = [path for uri in changed if (path := uris.path_of(uri)) is not None]
    if not spelt:
        return
    # The folder's real path, not the file's: what was deleted leads nowhere, and a link is a name of its own.
    paths = [str(Path(uris.real_path(str(Path(path).parent)), Path(path).name)) for path in spelt]
    ls.host.tell(lambda engine: engine.files_changed(paths))
    if ls.host.started and any(Path(path).name == PROJECT_FILE for path in paths):
        await configuration.refresh(ls)


async def watch(ls: "DowseServer") -> None:
    """Ask the client to watch the workspace, where it can and where that does no harm."""
    if not (ls.client.registers_watched_files and ls.client.profile.watches_files):
        log.info("The editor does not watch files; the server does")
        return
    patterns: list[str | types.RelativePattern] = [_EVERYTHING]
    if ls.client.relative_patterns and ls.folders.all:
        patterns = [types.RelativePattern(folder.uri, _EVERYTHING) for folder in ls.folders.all]
    registration = types.Registration(
        "dowse/files",
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(pattern) for pattern in patterns]),
    )
    await ls.asked(ls.client_register_capability_async(types.RegistrationParams([registration])))
