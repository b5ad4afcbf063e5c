"""``initialize`` to ``exit``."""

from lsprotocol import types

from dowse import __version__
from dowse.lsp import protocol, uris
from dowse.lsp.client import Client
from dowse.lsp.configuration import Configuration
from dowse.lsp.consent import admitted_folders
from dowse.lsp.declarations import ProtocolNotification, ProtocolRequest
from dowse.lsp.notifications.changed_files import watch_files
from dowse.lsp.notifications.notebooks import NOTEBOOK_SYNC
from dowse.lsp.requests import code_action, diagnostic
from dowse.lsp.session import Session
from dowse.lsp.settings_refresh import follow_settings, load_settings


def initialize(session: Session, params: types.InitializeParams) -> types.InitializeResult:
    """Take in who asks; nothing that takes time happens before the answer."""
    client = Client.of(params.client_info.name if params.client_info else "", session.protocol.capabilities)
    opened = [folder.uri for folder in params.workspace_folders or ()]
    if not opened and params.root_uri:
        opened = [params.root_uri]
    elif not opened and params.root_path:
        opened = [uris.uri_of(params.root_path)]
    session.folder_uris = opened
    session.configuration = Configuration(session.command_line, params.initialization_options)
    session.accept_client(client)
    session.lifetime.watch_parent(params.process_id)
    session.protocol.initialized = True
    return types.InitializeResult(capabilities(session), types.ServerInfo("dowse", __version__))


async def initialized(session: Session, params: types.InitializedParams) -> None:
    """Ask the client for what can be asked only now, then open the workspace; once, however often it is sent."""
    if session.opened:
        return
    session.opened = True
    session.spawn(follow_settings(session), "following the configuration")
    await session.off_loop(lambda: session.folders.change(session.folder_uris, ()))
    session.spawn(watch_files(session), "watching files")
    await load_settings(session)
    folders = await session.off_loop(lambda: admitted_folders(session, session.folders.paths))
    if not session.stopping:
        session.start_engine(folders)


async def shutdown(session: Session, params: None) -> None:
    """Cancel what runs and commit what is complete."""
    session.protocol.stopping = True
    session.lifetime.orderly = True
    session.protocol.cancel_all()
    await session.stop()


def exit_server(session: Session, params: None) -> None:
    """End the process."""
    session.lifetime.end()


def capabilities(session: Session) -> types.ServerCapabilities:
    """Return what is offered, whatever the settings: they are not known yet, and change."""
    return types.ServerCapabilities(
        position_encoding=session.client.position_encoding,
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True, change=types.TextDocumentSyncKind.Incremental, save=types.SaveOptions(include_text=False)
        ),
        notebook_document_sync=NOTEBOOK_SYNC,
        hover_provider=True,
        document_link_provider=types.DocumentLinkOptions(resolve_provider=False),
        diagnostic_provider=diagnostic.OPTIONS,
        code_lens_provider=types.CodeLensOptions(resolve_provider=True),
        code_action_provider=types.CodeActionOptions(code_action_kinds=[code_action.KIND]),
        workspace_symbol_provider=types.WorkspaceSymbolOptions(resolve_provider=False),
        execute_command_provider=types.ExecuteCommandOptions(list(session.offer.commands)),
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
        ),
        experimental={
            "dowse": {"version": protocol.PROTOCOL_VERSION, "methods": list(session.offer.methods)},
        },
    )


INITIALIZE = ProtocolRequest(types.INITIALIZE, initialize)
INITIALIZED = ProtocolNotification(types.INITIALIZED, initialized)
SHUTDOWN = ProtocolRequest(types.SHUTDOWN, shutdown)
EXIT = ProtocolNotification(types.EXIT, exit_server)
