"""Changes on disk, as the client sees them; the engine watches by itself as well, and takes both."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import uris
from dowse.lsp.declarations import Notification
from dowse.lsp.session import Session
from dowse.lsp.settings_refresh import refresh_settings
from dowse.settings import PROJECT_FILE

if TYPE_CHECKING:
    from dowse.engine import Engine

log = logging.getLogger(__name__)

_EVERYTHING = "**/*"


def did_change_files(session: Session, engine: "Engine", params: types.DidChangeWatchedFilesParams) -> None:
    """Take in files that were made, changed, renamed or deleted."""
    _take_in(session, engine, (event.uri for event in params.changes))


def did_save_document(session: Session, engine: "Engine", params: types.DidSaveTextDocumentParams) -> None:
    """Take in a saved file: not every client watches."""
    _take_in(session, engine, [params.text_document.uri])


def did_save_notebook(session: Session, engine: "Engine", params: types.DidSaveNotebookDocumentParams) -> None:
    """Take in a saved notebook."""
    _take_in(session, engine, [params.notebook_document.uri])


def _take_in(session: Session, engine: "Engine", changed: Iterable[str]) -> None:
    spelt = [Path(path) for uri in changed if (path := uris.path_of(uri)) is not None]
    if not spelt:
        return
    # The folder's real path, not the file's: what was deleted leads nowhere, and a link is a name of its own.
    parents = list(dict.fromkeys(str(path.parent) for path in spelt))
    real = dict(zip(parents, session.disk.real_paths(parents), strict=True))
    paths = [str(Path(real[str(path.parent)], path.name)) for path in spelt]
    engine.files_changed(paths)
    if any(path.name == PROJECT_FILE for path in spelt):
        session.spawn_from_thread(refresh_settings, "reading settings")


async def watch_files(session: Session) -> None:
    """Ask the client to watch the workspace, where it can and where that does no harm."""
    client = session.client
    if not (client.registers_watched_files and client.profile.watches_files):
        log.info("The editor does not watch files; the server does")
        return
    patterns: list[str | types.RelativePattern] = [_EVERYTHING]
    if client.relative_patterns and session.folders.all:
        patterns = [types.RelativePattern(folder.uri, _EVERYTHING) for folder in session.folders.all]
    registration = types.Registration(
        "dowse/files",
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(pattern) for pattern in patterns]),
    )
    params = types.RegistrationParams([registration])
    await session.request_client(session.editor.client_register_capability_async(params))


DID_CHANGE_FILES = Notification(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_files)
DID_SAVE_DOCUMENT = Notification(types.TEXT_DOCUMENT_DID_SAVE, did_save_document)
DID_SAVE_NOTEBOOK = Notification(types.NOTEBOOK_DOCUMENT_DID_SAVE, did_save_notebook)
