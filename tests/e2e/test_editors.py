"""The server as VS Code, Neovim and Emacs drive it: by their recorded capabilities, through an independent client."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from e2e.raw import PATIENCE

RETRIES = '''\
def retry_with_backoff(call, attempts):
    """Repeat a failing call, waiting longer each time."""
    for attempt in range(attempts):
        sleep(2**attempt)


def call_until_it_works(call, attempts):
    """Repeat a failing call, waiting longer each time."""
    for attempt in range(attempts):
        if call():
            break
        sleep(2**attempt)
'''

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = {"visual_studio_code": "Visual Studio Code", "neovim": "Neovim", "emacs": "Emacs"}


class Client(LanguageClient):
    """Keeps what the bundled client would stumble over: pieces of an answer, Dowse's own notifications."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pieces: list[Any] = []
        self.states: list[str] = []
        self.registered: list[str] = []
        self.created: list[Any] = []


def make_client() -> Client:
    client = Client(converter_factory=default_converter)

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def show_message(params: types.ShowMessageParams) -> None:
        client.messages.append(params)

    @client.feature(types.WINDOW_LOG_MESSAGE)
    def log_message(params: types.LogMessageParams) -> None:
        client.log_messages.append(params)

    @client.feature(types.WINDOW_SHOW_DOCUMENT)
    def show_document(params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        client.shown_documents.append(params)
        return types.ShowDocumentResult(success=True)

    @client.feature(types.WORKSPACE_CONFIGURATION)
    def configuration(params: types.ConfigurationParams) -> list[Any]:
        return [None for _ in params.items]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        client.registered += [registration.method for registration in params.registrations]

    @client.feature(types.WINDOW_WORK_DONE_PROGRESS_CREATE)
    def create(params: types.WorkDoneProgressCreateParams) -> None:
        client.created.append(params.token)

    @client.feature(types.PROGRESS)
    def progress(params: types.ProgressParams) -> None:
        client.pieces.append(params)

    @client.feature("dowse/didChangeIndexStatus")
    def status(params: Any) -> None:
        client.states.append(params.state)

    return client


@pytest_lsp.fixture(
    config=ClientServerConfig(
        server_command=[sys.executable, "-m", "dowse", "server", "--stdio"], client_factory=make_client
    ),
    params=list(NAMES),
    scope="module",
)
async def client(lsp_client: Client, request: pytest.FixtureRequest, workspace: Path) -> AsyncIterator[None]:
    """One session for each editor, for all tests; each leaves it as it was."""
    (workspace / "net.py").write_text(RETRIES, "utf-8")
    params = types.InitializeParams(
        process_id=os.getpid(),
        client_info=types.ClientInfo(NAMES[request.param]),
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(workspace.as_uri(), "work")],
    )
    await lsp_client.initialize_session(params)
    await asyncio.wait_for(until_ready(lsp_client), PATIENCE)
    yield
    await lsp_client.shutdown_session()
    assert lsp_client._server is not None
    async with asyncio.timeout(PATIENCE):
        assert await lsp_client._server.wait() == 0
    assert lsp_client.error is None
    assert lsp_client.messages == []
    assert lsp_client.log_messages == []


@pytest.fixture(scope="module", autouse=True)  # before the server starts
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of the user's, with caches and settings of its own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(home / "cache"))
        environment.setenv("XDG_CONFIG_HOME", str(home / "config"))
        yield tmp_path_factory.mktemp("work")


async def ask(client: LanguageClient, method: str, params: Any = None) -> Any:
    return await asyncio.wait_for(client.protocol.send_request_async(method, params), PATIENCE)


async def until_ready(client: LanguageClient) -> None:
    while (await ask(client, "dowse/indexStatus")).state != "ready":
        pass


def name_of(client: LanguageClient) -> str:
    assert client.capabilities is not None
    return next(key for key in NAMES if client_capabilities(key) == client.capabilities)


def document(workspace: Path) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier((workspace / "net.py").as_uri())


async def test_search(client: Client) -> None:
    answer = await ask(client, "workspace/semanticSearch", {"query": "attempts with backoff"})
    assert answer.results[0].name == "retry_with_backoff"
    pieces = await ask(client, "workspace/semanticSearch", {"query": "repeat", "partialResultToken": "t"})
    assert pieces.results == []
    assert {p.token for p in client.pieces if isinstance(p.value, list)} == {"t"}


async def test_similar(client: Client, workspace: Path) -> None:
    place = {"textDocument": {"uri": document(workspace).uri}, "position": {"line": 0, "character": 6}}
    answer = await ask(client, "textDocument/similarCode", place)
    assert answer.source.name == "retry_with_backoff"
    assert [hit.name for hit in answer.results] == ["call_until_it_works"]


async def test_hover(client: Client, workspace: Path) -> None:
    """Emacs asks at every move of the cursor and gets none."""

    async def hover(line: int) -> types.Hover | None:
        params = types.HoverParams(document(workspace), types.Position(line, 6))
        return await asyncio.wait_for(client.text_document_hover_async(params), PATIENCE)

    if name_of(client) == "emacs":
        assert await hover(0) is None
        return
    opened = types.TextDocumentItem(document(workspace).uri, "python", 1, RETRIES)
    client.text_document_did_open(types.DidOpenTextDocumentParams(opened))
    shown = None
    async with asyncio.timeout(PATIENCE):
        while shown is None:  # the first one may be late, and is then left out
            shown = await hover(0)
    assert isinstance(shown.contents, types.MarkupContent)
    assert "call_until_it_works" in shown.contents.value.replace("\\", "")
    assert await hover(1) is None
    client.text_document_did_close(types.DidCloseTextDocumentParams(document(workspace)))


async def test_symbols(client: Client) -> None:
    """VS Code filters symbols by name and would show none of the answers."""
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("repeat a failing call"))
    names = [symbol.name for symbol in found or []]
    assert ("retry_with_backoff" in names) is (name_of(client) != "visual_studio_code")


async def test_action_and_its_command(client: Client, workspace: Path) -> None:
    place = types.Range(types.Position(2, 0), types.Position(4, 0))
    asked = types.CodeActionParams(document(workspace), place, types.CodeActionContext([]))
    [action] = await asyncio.wait_for(client.text_document_code_action_async(asked), PATIENCE) or []
    assert action.title == "Find similar code"
    argument = {"textDocument": {"uri": document(workspace).uri}, "position": {"line": 0, "character": 0}}
    command = types.ExecuteCommandParams("dowse.similarToDocument", [argument])
    await asyncio.wait_for(client.workspace_execute_command_async(command), PATIENCE)
    if name_of(client) == "emacs":  # 29.1 cannot show documents: it is told the path
        [message] = client.messages
        client.messages.clear()
        assert "call_until_it_works" in text_of(message.message.partition(" in ")[2])
        return
    shown = client.shown_documents.pop()
    assert "call_until_it_works" in text_of(shown.uri)


def text_of(uri: str) -> str:
    """Return what a results file says, escapes taken away."""
    return Path(uri.removeprefix("file://")).read_text("utf-8").replace("\\", "")


async def test_the_client_is_asked_to_watch_where_it_can(client: Client) -> None:
    watches = types.WORKSPACE_DID_CHANGE_WATCHED_FILES in client.registered
    assert watches is (name_of(client) == "visual_studio_code")


async def test_an_edit_is_found_at_once(client: Client, workspace: Path) -> None:
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(document(workspace).uri, "python", 1, RETRIES))
    )
    change = types.TextDocumentContentChangePartial(
        types.Range(types.Position(0, 0), types.Position(0, 0)), "def weigh_elephant():\n    pass\n\n\n"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=2, uri=document(workspace).uri), [change]
        )
    )
    found = await ask(client, "workspace/semanticSearch", {"query": "weigh elephant"})
    assert found.results[0].name == "weigh_elephant"
    client.text_document_did_close(types.DidCloseTextDocumentParams(document(workspace)))
