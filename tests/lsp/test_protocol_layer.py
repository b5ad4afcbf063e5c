"""Whatever comes in, each request has one response and the server goes on."""

import asyncio
import json
from typing import Any

import pytest

from dowse.lsp.discovery import discover
from dowse.lsp.jsonrpc import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    PARSE_ERROR,
    REQUEST_CANCELLED,
    REQUEST_FAILED,
    SERVER_CANCELLED,
)
from lsp.conftest import Session

SEARCH = "workspace/semanticSearch"
DECLARATIONS = discover()


def code(response: dict[str, Any]) -> int:
    return int(response["error"]["code"])


@pytest.mark.parametrize(
    ("sent", "sender", "expected"),
    [
        (b"{", None, PARSE_ERROR),
        (b"\xff\xfe\x00", None, PARSE_ERROR),
        (b"[" * 100_000, None, PARSE_ERROR),
        (b"1" * 10_000, None, PARSE_ERROR),
        (b"[]", None, INVALID_REQUEST),
        (b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', None, INVALID_REQUEST),
        (b"7", None, INVALID_REQUEST),
        (b"null", None, INVALID_REQUEST),
        (b"{}", None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0"}', None, INVALID_REQUEST),
        (b'{"id":5,"method":"shutdown"}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"1.0","id":5,"method":"shutdown"}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":5,"method":7}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":5,"method":null}', 5, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":null,"method":"shutdown"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":true,"method":"shutdown"}', None, INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":[1],"method":"shutdown"}', None, INVALID_REQUEST),
    ],
)
async def test_what_is_no_message_is_refused(session: Session, sent: bytes, sender: Any, expected: int) -> None:
    await session.opened()
    session.client.send(sent)
    assert code(await session.client.response(sender)) == expected
    assert await session.client.names("anything") == []
    assert session.client.of("window/showMessage") == []


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        "words",
        {},
        {"query": 5},
        {"query": None},
        {"query": "a", "limit": "7"},
        {"query": "a", "limit": 0},
        {"query": "a", "limit": 201},
        {"query": "a", "limit": 2.5},
        {"query": "a", "limit": True},
        {"query": "a", "minScore": 1.1},
        {"query": "a", "mode": "psychic"},
        {"query": "a", "filter": []},
        {"query": "a", "filter": {"include": "*.py"}},
        {"query": "a", "filter": {"kinds": ["Gadget"]}},
        {"query": "a", "filter": {"folders": ["file:///nowhere"]}},
        {"query": "a", "partialResultToken": {}},
    ],
)
async def test_malformed_parameters_of_a_search_are_invalid(session: Session, params: Any) -> None:
    await session.opened()
    assert (await session.client.error(SEARCH, params))["code"] == INVALID_PARAMS


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"textDocument": {"uri": "file:///a"}},
        {"textDocument": {"uri": 1}, "position": {"line": 0, "character": 0}},
        {"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": 0}},
        {"textDocument": {"uri": "file:///a"}, "position": {"line": "0", "character": 0}},
        {
            "textDocument": {"uri": "file:///a"},
            "position": {"line": 0, "character": 0},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
        },
        {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}, "scope": "galaxy"},
    ],
)
async def test_malformed_parameters_of_similar_code_are_invalid(session: Session, params: Any) -> None:
    await session.opened()
    assert (await session.client.error("textDocument/similarCode", params))["code"] == INVALID_PARAMS


@pytest.mark.parametrize("method", ["textDocument/hover", "textDocument/codeAction", "workspace/executeCommand"])
@pytest.mark.parametrize("params", [None, [], {}, {"textDocument": 3}, {"command": []}])
async def test_malformed_parameters_of_standard_requests_are_invalid(
    session: Session, method: str, params: Any
) -> None:
    await session.opened()
    assert (await session.client.error(method, params))["code"] == INVALID_PARAMS


async def test_the_message_names_the_field_as_the_client_spells_it(session: Session) -> None:
    await session.opened()
    error = await session.client.error(SEARCH, {"query": "a", "minScore": 2})
    assert "minScore" in error["message"]


async def test_malformed_notifications_are_dropped_without_a_word(session: Session) -> None:
    await session.opened()
    for method in (
        "textDocument/didOpen",
        "textDocument/didChange",
        "workspace/didChangeWatchedFiles",
        "$/cancelRequest",
    ):
        for params in (None, [], {}, {"textDocument": None}, {"id": {}}):
            session.client.notify(method, params)
    session.client.notify("no/such/notification", {})
    session.client.notify("$/odd")
    assert await session.client.names("anything") == []
    assert [m for m in session.client.messages if m.get("id") is None and "error" in m] == []
    assert session.client.of("window/showMessage") == []


async def test_edits_of_a_document_that_is_not_open_are_dropped(session: Session) -> None:
    engine = await session.opened()
    session.change("file:///never/opened.py", {"text": "def a(): pass"})
    session.client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///never/opened.py"}})
    assert await session.client.names("def") == []
    assert engine.documents.snapshot() == ()


async def test_nothing_is_answered_before_initialize(session: Session) -> None:
    assert (await session.client.error(SEARCH, {"query": "a"}))["code"] == NOT_INITIALIZED
    assert (await session.client.error("shutdown"))["code"] == NOT_INITIALIZED
    session.open("untitled:1", "def early(): pass")
    await session.opened()
    assert await session.client.names("early") == []


async def test_initialize_is_answered_once(session: Session) -> None:
    await session.opened()
    assert (await session.client.error("initialize", {"processId": None, "capabilities": {}}))[
        "code"
    ] == INVALID_REQUEST


@pytest.mark.parametrize("params", [None, {}, {"capabilities": 7}, {"capabilities": {}, "workspaceFolders": [5]}])
async def test_a_malformed_initialize_can_be_repeated(session: Session, params: Any) -> None:
    assert (await session.client.error("initialize", params))["code"] == INVALID_PARAMS
    await session.opened()


async def test_capabilities_of_the_future_do_no_harm(session: Session) -> None:
    odd = {
        "textDocument": {"documentSymbol": {"symbolKind": {"valueSet": [1, 99]}}, "hover": {"contentFormat": 7}},
        "workspace": None,
        "window": {"workDoneProgress": "yes"},
        "general": {"positionEncodings": ["utf-64", 8]},
    }
    result = await session.client.initialize(capabilities=odd, trace="deafening", locale=5)
    assert result["capabilities"]["positionEncoding"] == "utf-16"


async def test_after_shutdown_requests_are_refused(session: Session) -> None:
    engine = await session.opened()
    assert await session.client.request("shutdown") is None
    assert engine.stopped.is_set()
    assert (await session.client.error(SEARCH, {"query": "a"}))["code"] == INVALID_REQUEST
    assert (await session.client.error("shutdown"))["code"] == INVALID_REQUEST


async def test_shutdown_cancels_what_runs(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    running = [
        session.client.start("dowse/indexStatus" if i % 2 else SEARCH, {"query": "a", "limit": i + 1}) for i in range(8)
    ]
    await asyncio.to_thread(engine.asked.acquire)
    assert await session.client.request("shutdown") is None
    for sender in running:
        response = await session.client.response(sender)
        assert "result" in response or code(response) == REQUEST_CANCELLED


async def test_an_unknown_method_is_not_found(session: Session) -> None:
    await session.opened()
    assert (await session.client.error("workspace/mindReading", {}))["code"] == METHOD_NOT_FOUND


async def test_an_id_that_is_in_use_is_refused(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    request = {"jsonrpc": "2.0", "id": "twice", "method": SEARCH, "params": {"query": "a"}}
    session.client.send(request)
    await asyncio.to_thread(engine.asked.acquire)
    session.client.send(request)
    assert code(await session.client.response("twice")) == INVALID_REQUEST
    engine.released.set()
    await session.client.until(lambda m: m.get("id") == "twice" and "result" in m)


async def test_a_response_does_not_touch_a_request_of_the_same_id(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    sender = session.client.start(SEARCH, {"query": "a"})
    await asyncio.to_thread(engine.asked.acquire)
    session.client.send({"jsonrpc": "2.0", "id": sender, "result": {"results": "forged"}})
    session.client.send({"jsonrpc": "2.0", "id": 999, "error": "odd"})
    engine.released.set()
    assert (await session.client.response(sender))["result"]["results"] == []


async def test_a_message_inside_a_message_is_plain_data(session: Session) -> None:
    await session.opened()
    inner = {"jsonrpc": "2.0", "id": 77, "method": "shutdown"}
    await session.client.error("workspace/executeCommand", {"command": "dowse.search", "arguments": [inner]})
    assert session.client.responses(77) == []
    assert await session.client.names("anything") == []


async def test_cancelling_stops_the_engine_and_answers_once(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    for method, params in (
        (SEARCH, {"query": "a"}),
        ("workspace/executeCommand", {"command": "dowse.search", "arguments": [{"query": "a"}]}),
        ("workspace/symbol", {"query": "?a"}),
    ):
        sender = session.client.start(method, params)
        await asyncio.to_thread(engine.asked.acquire)
        session.client.notify("$/cancelRequest", {"id": sender})
        assert code(await session.client.response(sender)) == REQUEST_CANCELLED
        await asyncio.to_thread(engine.cancelled.acquire)
    engine.released.set()
    await session.client.names("anything")
    assert all(len(session.client.responses(sender)) == 1 for sender in range(1, 6))


async def test_a_request_is_cancelled_before_the_engine_is_there(session: Session) -> None:
    await session.client.request("initialize", {"processId": None, "capabilities": {}})
    sender = session.client.start(SEARCH, {"query": "a"})
    session.client.notify("$/cancelRequest", {"id": sender})
    assert code(await session.client.response(sender)) == REQUEST_CANCELLED


async def test_a_newer_search_takes_the_place_of_an_older_one(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    typed = [session.client.start(SEARCH, {"query": "retries"[:n]}) for n in range(1, 8)]
    other = session.client.start(SEARCH, {"query": "r", "space": "prose"})
    for sender in typed[:-1]:
        assert code(await session.client.response(sender)) == SERVER_CANCELLED
    engine.released.set()
    assert "result" in await session.client.response(typed[-1])
    assert "result" in await session.client.response(other)


async def test_commands_do_not_take_each_others_place(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    call = {"command": "dowse.search", "arguments": [{"query": "a"}]}
    both = [session.client.start("workspace/executeCommand", call) for _ in range(2)]
    await asyncio.to_thread(engine.asked.acquire)
    engine.released.set()
    for sender in both:
        assert "result" in await session.client.response(sender)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ValueError("the query is empty"), INVALID_PARAMS),
        (LookupError("nothing to compare"), REQUEST_FAILED),
        (RuntimeError("secret text"), INTERNAL_ERROR),
    ],
)
async def test_failures_of_the_engine_are_told_in_the_protocols_words(
    session: Session, failure: Exception, expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    engine = await session.opened()
    engine.failure = failure
    error = await session.client.error(SEARCH, {"query": "hush hush"})
    assert error["code"] == expected
    assert "Traceback" not in json.dumps(error)
    assert "secret" not in json.dumps(error) + caplog.text
    assert "hush" not in caplog.text


async def test_a_thousand_requests_have_a_thousand_responses(session: Session) -> None:
    await session.opened()
    session.open("untitled:1", "def thousand(): pass\n")
    senders = []
    for n in range(1000):
        senders.append(session.client.start(SEARCH, {"query": "thousand", "limit": n % 5 + 1}))
        if n % 3 == 0:
            session.client.notify("$/cancelRequest", {"id": senders[-1 - n % 7] if n > 7 else senders[-1]})
    for sender in senders:
        response = await session.client.response(sender)
        assert "result" in response or code(response) in {REQUEST_CANCELLED, SERVER_CANCELLED}
    assert await session.client.names("thousand") == ["thousand"]
    assert all(len(session.client.responses(sender)) == 1 for sender in senders)


async def test_threads_may_send(session: Session) -> None:
    await session.opened()
    await asyncio.gather(
        *(asyncio.to_thread(session.server.protocol.notify, "x/thread", {"number": n}) for n in range(20))
    )
    await session.client.names("anything")
    assert sorted(params["number"] for params in session.client.of("x/thread")) == list(range(20))


async def test_what_is_offered_is_what_is_documented(session: Session) -> None:
    result = await session.client.initialize()
    assert result["serverInfo"]["name"] == "dowse"
    assert result["capabilities"] == {
        "positionEncoding": "utf-16",
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "notebookDocumentSync": {"notebookSelector": [{"notebook": "jupyter-notebook"}], "save": True},
        "hoverProvider": True,
        "codeActionProvider": {"codeActionKinds": ["source.dowse.findSimilar"]},
        "diagnosticProvider": {
            "identifier": "dowse",
            "interFileDependencies": True,
            "workspaceDiagnostics": False,
        },
        "codeLensProvider": {"resolveProvider": True},
        "documentLinkProvider": {"resolveProvider": False},
        "workspaceSymbolProvider": {"resolveProvider": False},
        "executeCommandProvider": {"commands": sorted(DECLARATIONS.commands)},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
        "experimental": {
            "dowse": {
                "version": 1,
                "methods": sorted(DECLARATIONS.own_messages),
            }
        },
    }
