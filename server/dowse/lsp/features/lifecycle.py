"""``initialize`` to ``exit``."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse import __version__
from dowse.lsp import protocol, uris
from dowse.lsp.clients import Client
from dowse.lsp.configuration import Configuration
from dowse.lsp.features import code_action, configuration, diagnostics, files, notebooks
from dowse.lsp.folders import Folders

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    ls.feature(types.INITIALIZE)(initialize)
    ls.feature(types.INITIALIZED)(initialized)
    ls.feature(types.SHUTDOWN)(shutdown)
    ls.feature(types.EXIT)(leave)


def initialize(ls: "DowseServer", params: types.InitializeParams) -> types.InitializeResult:
    """Take in who asks; nothing that takes time happens before the answer."""
    client = Client.of(params.client_info.name if params.client_info else "", ls.protocol.capabilities)
    opened = [folder.uri for folder in params.workspace_folders or ()]
    if not opened and params.root_uri:
        opened = [params.root_uri]
    elif not opened and params.root_path:
        opened = [uris.uri_of(params.root_path)]
    ls.meet(client, Folders(opened), Configuration(ls.command_line, params.initialization_options))
    ls.lifetime.watch_parent(params.process_id)
    ls.protocol.initialized = True
    return types.InitializeResult(capabilities(client), types.ServerInfo("dowse", __version__))


async def initialized(ls: "DowseServer", params: types.InitializedParams) -> None:
    """Ask the client for what can be asked only now, then open the workspace; once, however often it is sent."""
    if ls.greeted:
        return
    ls.greeted = True
    ls.protocol.spawn(files.watch(ls), "watching files")
    ls.protocol.spawn(configuration.follow(ls), "following the configuration")
    await configuration.load(ls)
    if not ls.protocol.stopping:
        ls.start_engine()


async def shutdown(ls: "DowseServer", params: None) -> None:
    """Cancel what runs and commit what is complete."""
    ls.protocol.stopping = True
    ls.lifetime.orderly = True
    ls.protocol.cancel_all()
    await ls.stop()


def leave(ls: "DowseServer", params: None) -> None:
    """End the process."""
    ls.lifetime.end()


def capabilities(client: Client) -> types.ServerCapabilities:
    """Return what is offered, whatever the settings: they are not known yet, and change."""
    return types.ServerCapabilities(
        position_encoding=client.position_encoding,
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True, change=types.TextDocumentSyncKind.Incremental, save=types.SaveOptions(include_text=False)
        ),
        notebook_document_sync=notebooks.SYNC,
        hover_provider=True,
        document_link_provider=types.DocumentLinkOptions(resolve_provider=False),
        diagnostic_provider=diagnostics.OPTIONS,
        code_lens_provider=types.CodeLensOptions(resolve_provider=True),
        code_action_provider=types.CodeActionOptions(code_action_kinds=[code_action.KIND]),
        workspace_symbol_provider=types.WorkspaceSymbolOptions(resolve_provider=False),
        execute_command_provider=types.ExecuteCommandOptions([command.name for command in protocol.COMMANDS]),
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
        ),
        experimental={
            "dowse": {
                "version": protocol.PROTOCOL_VERSION,
                "methods": [method.name for method in protocol.METHODS],
            }
        },
    )
