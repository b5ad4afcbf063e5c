"""A client that sends nonsense, floods, or never reads: each request has one response and memory stays flat."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from attacks.test_hostile_workspaces import HONEST
from dowse.lsp.declarations import Request
from dowse.lsp.discovery import discover
from dowse.lsp.jsonrpc import INTERNAL_ERROR
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.server import DowseServer
from dowse.lsp.tuning import Tuning
from e2e.raw import COMMAND, PATIENCE, RawClient, Server, frame, started

FLOOD = 10_000
DECLARATIONS = discover()
COMMANDS = list(DECLARATIONS.commands)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    root = tmp_path / "root"
    root.mkdir()
    (root / "honest.py").write_text(HONEST, "utf-8")
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(root)
        await server.client.ready()
        server.client.open("untitled:1", HONEST)
        yield server


PLACE = {"line": 0, "character": 5}
DOCUMENT = {"textDocument": {"uri": "untitled:1"}}
NOTEBOOK = {"uri": "untitled:n.ipynb", "notebookType": "jupyter-notebook", "version": 1}
CELL = {"uri": "vscode-notebook-cell:n.ipynb#1", "languageId": "python", "version": 1, "text": HONEST}
PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
EXAMPLES = {name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", PROTOCOL, re.DOTALL)}
REQUESTS: dict[str, Any] = {
    each.name: EXAMPLES.get(getattr(each.params, "__name__", ""))
    for each in DECLARATIONS.own_messages.values()
    if isinstance(each, Request)
} | {
    "workspace/semanticSearch": {"query": "weigh parcels", "limit": 3, "filter": {"include": ["*.py"], "kinds": []}},
    "textDocument/similarCode": DOCUMENT | {"position": PLACE, "limit": 3, "scope": "workspace"},
    "dowse/indexStatus": None,
    "dowse/duplicates": {"limit": 3, "minLines": 5, "filter": {"include": ["*.py"]}},
    "dowse/skippedFiles": {"limit": 3},
    "textDocument/hover": DOCUMENT | {"position": PLACE},
    "textDocument/codeLens": DOCUMENT,
    "codeLens/resolve": {"range": {"start": PLACE, "end": PLACE}, "data": {"uri": "untitled:1", "line": 0}},
    "textDocument/diagnostic": DOCUMENT,
    "textDocument/documentLink": DOCUMENT,
    "textDocument/codeAction": DOCUMENT | {"range": {"start": PLACE, "end": PLACE}, "context": {"diagnostics": []}},
    "workspace/symbol": {"query": "?weigh"},
    "workspace/executeCommand": {"command": "dowse.search", "arguments": [{"query": "weigh"}]},
    "initialize": {"processId": None, "rootUri": None, "capabilities": {}},
    "no/such/method": {},
}
NOTIFICATIONS: dict[str, Any] = {
    "textDocument/didOpen": {"textDocument": {"uri": "untitled:2", "languageId": "python", "version": 1, "text": "x"}},
    "textDocument/didChange": {
        "textDocument": {"uri": "untitled:1", "version": 2},
        "contentChanges": [{"range": {"start": PLACE, "end": PLACE}, "text": "x"}],
    },
    "textDocument/didClose": {"textDocument": {"uri": "untitled:2"}},
    "textDocument/didSave": DOCUMENT,
    "notebookDocument/didOpen": {
        "notebookDocument": NOTEBOOK | {"cells": [{"kind": 2, "document": CELL["uri"]}]},
        "cellTextDocuments": [CELL],
    },
    "notebookDocument/didChange": {
        "notebookDocument": {"uri": NOTEBOOK["uri"], "version": 2},
        "change": {
            "cells": {
                "structure": {
                    "array": {"start": 0, "deleteCount": 1, "cells": []},
                    "didOpen": [CELL],
                    "didClose": [CELL],
                },
                "textContent": [{"document": CELL, "changes": [{"text": "x"}]}],
            }
        },
    },
    "notebookDocument/didSave": {"notebookDocument": {"uri": NOTEBOOK["uri"]}},
    "notebookDocument/didClose": {"notebookDocument": {"uri": NOTEBOOK["uri"]}, "cellTextDocuments": [CELL]},
    "workspace/didChangeWatchedFiles": {"changes": [{"uri": "file:///nowhere", "type": 2}]},
    "workspace/didChangeConfiguration": {"settings": {"dowse": {"files": {"maxSize": 5000}}}},
    "workspace/didChangeWorkspaceFolders": {"event": {"added": [], "removed": []}},
    "$/cancelRequest": {"id": 3},
    "$/setTrace": {"value": "off"},
    "initialized": {},
    "no/such/notification": {},
}
ODD: list[Any] = [
    None, True, 0, -1, 2**31, 2**70, 1e308, "", "x" * 5000, "\ud800", "file:///\0", "file://%ff%fe/../../..", "?", [],
    {}, [[]], {"": {"": []}}, [None] * 50, {"start": None}, {"jsonrpc": "2.0", "id": 1, "method": "exit"},
]  # fmt: skip


def mutated(rng: random.Random, value: Any) -> Any:
    """Return a JSON value like ``value`` with something in it replaced, left out or added."""
    if rng.random() < 0.15 or not isinstance(value, dict | list) or not value:
        return rng.choice(ODD)
    if isinstance(value, list):
        at = rng.randrange(len(value))
        return [*value[:at], mutated(rng, value[at]), *value[at + 1 :]]
    key = rng.choice(list(value))
    if rng.random() < 0.15:
        return {name: each for name, each in value.items() if name != key}
    return value | {key: mutated(rng, value[key])} | ({"odd": rng.choice(ODD)} if rng.random() < 0.1 else {})


def some_request(rng: random.Random, sender: int | str) -> dict[str, Any]:
    method = rng.choice(list(REQUESTS))
    params = REQUESTS[method]
    if method == "workspace/executeCommand" and rng.random() < 0.7:
        params = {"command": rng.choice(COMMANDS), "arguments": [rng.choice(ODD)]}
    message = {"jsonrpc": "2.0", "id": sender, "method": method, "params": params}
    for _ in range(rng.randrange(3)):
        message["params"] = mutated(rng, message["params"])
    if rng.random() < 0.05:
        message["method"] = rng.choice(ODD)
    if rng.random() < 0.03:
        message["jsonrpc"] = rng.choice(ODD)
    return message


def some_notification(rng: random.Random) -> dict[str, Any]:
    method = rng.choice(list(NOTIFICATIONS))
    params = NOTIFICATIONS[method]
    for _ in range(rng.randrange(3)):
        params = mutated(rng, params)
    return {"jsonrpc": "2.0", "method": method, "params": params}


def some_nonsense(rng: random.Random) -> bytes:
    """Return bytes that are no message and behind which reading can go on."""
    return rng.choice(
        [
            frame(b"{"), frame(b""), frame(b"[" * 3000), frame(b"\xff\xfe"), frame(b"null"), frame(b"[]"), frame(b"7"),
            frame(b'{"jsonrpc": "2.0", "id": {}, "method": "dowse/indexStatus"}'), frame(b'{"id": null}'),
            frame(b'{"jsonrpc": "2.0", "id": 424242, "result": 1}'), frame(b'{"a": ' * 3000), b"A: x\r\n\r\n",
            frame(b'{"jsonrpc": "2.0", "id": "of no request", "error": 5}'), b"Content-Length: -1\r\n\r\n", b"\r\n",
            b"Content-Length: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"Content-Length: 99999999999999999999\r\n\r\n",
        ]
    )  # fmt: skip


async def answered_once(client: RawClient, senders: list[int | str]) -> None:
    awaited = set(senders)
    async with asyncio.timeout(5 * PATIENCE):
        while not awaited <= {m.get("id") for m in client.messages if "method" not in m}:
            await asyncio.sleep(0.05)  # waiting for each would look at all messages for each
    await client.request("dowse/indexStatus")  # whatever came twice has come by now
    counts = Counter(m["id"] for m in client.messages if "method" not in m and m.get("id") in awaited)
    assert {sender: count for sender, count in counts.items() if count != 1} == {}
    assert [m for m in client.messages if (m.get("error") or {}).get("code") == INTERNAL_ERROR] == []
    client.messages.clear()


async def fuzz(server: Server, rng: random.Random, messages: int) -> None:
    senders: list[int | str] = []
    stream = b""
    for number in range(messages):
        kind = rng.random()
        if kind < 0.6:
            senders.append(rng.choice([f"fuzz {rng.random()}", rng.randrange(10**9, 10**12)]))
            stream += frame(some_request(rng, senders[-1]))
        elif kind < 0.9:
            stream += frame(some_notification(rng))
        else:
            stream += some_nonsense(rng)
        if rng.random() < 0.2 or number == messages - 1:
            while stream:  # in pieces that end anywhere
                step = rng.randrange(1, 4000)
                server.client.send_bytes(stream[:step])
                stream = stream[step:]
            await asyncio.sleep(0)
    await answered_once(server.client, senders)
    await server.client.request("workspace/executeCommand", {"command": "dowse.resumeIndexing"})  # if it was paused


async def test_nonsense_of_every_kind_is_answered_once_and_survived(server: Server) -> None:
    await fuzz(server, random.Random(7), 1500)
    assert (await server.client.request("dowse/indexStatus"))["state"] in {"ready", "indexing"}
    assert await server.close() == 0


async def flood(server: Server, count: int) -> None:
    """Send ``count`` requests at once, and then a cancellation of each."""
    client = server.client
    methods = list(REQUESTS.items())
    senders = [client.start(*methods[number % len(methods)]) for number in range(count)]
    for sender in senders:
        client.notify("$/cancelRequest", {"id": sender})
    await answered_once(client, senders)


async def test_ten_thousand_requests_at_once_and_cancels_of_all(server: Server) -> None:
    await flood(server, FLOOD)
    assert "weigh_parcels" in await server.client.names("weigh parcels")
    assert await server.close() == 0


async def test_a_client_that_floods_and_never_reads_is_left_in_time(tmp_path: Path) -> None:
    """Its requests are taken in and answered into memory; when it goes, so does the server."""
    unread, full = os.pipe()
    command = [*COMMAND, "--stdio", "--cache-dir", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, stdout=full)
    os.close(full)
    assert process.stdin is not None
    params = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}
    process.stdin.write(frame({"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": params}))
    for number in range(FLOOD):
        process.stdin.write(frame({"jsonrpc": "2.0", "id": number, "method": "dowse/indexStatus"}))
        if number % 500 == 0:
            await process.stdin.drain()
    process.stdin.close()
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 1
    os.close(unread)


@pytest.mark.long
@pytest.mark.timeout(0)
async def test_memory_threads_and_descriptors_stay_flat_under_fuzzing(server: Server, request) -> None:
    process = psutil.Process(server.process.pid)
    seed = os.getpid()
    print(f"seed {seed}")  # noqa: T201 - shown when it fails, and with -s
    held = []
    for turn in range(4 * request.config.getoption("--rounds")):
        await fuzz(server, random.Random(f"{seed} {turn}"), 1000)
        await flood(server, FLOOD // 4)
        await server.client.ready()
        held.append((process.memory_info().rss, process.num_threads(), process.num_fds()))
    middle, end = held[len(held) // 2], held[-1]
    print(f"memory, threads, descriptors by round: {held}")  # noqa: T201 - shown when it fails, and with -s
    assert end[0] - middle[0] < 40_000_000
    assert end[1] <= middle[1] + 2
    assert end[2] <= middle[2] + 4
    assert await server.close() == 0


async def test_each_method_is_attacked(tmp_path: Path) -> None:
    tuning = Tuning()
    server = DowseServer(
        lambda *given: pytest.fail("no engine"), Lifetime(tuning), results_dir=tmp_path, command_line={}, tuning=tuning
    )
    handled = set(server.protocol.handlers) - {"shutdown", "exit"}
    assert handled - {*REQUESTS, *NOTIFICATIONS} == set()
    assert json.dumps([REQUESTS, NOTIFICATIONS])
