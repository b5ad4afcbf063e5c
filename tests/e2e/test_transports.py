"""The same session over each transport, and who may not connect."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from dowse.lsp import serve
from e2e.raw import PATIENCE, WITH_TESTS, RawClient, Server, frame, from_stream, started

ENTRY = Path(__file__).parent / "entry.py"


@asynccontextmanager
async def listening(tmp_path: Path, transport: str, *what: str) -> AsyncIterator[tuple[Server, int]]:
    command = [sys.executable, str(ENTRY), str(tmp_path), transport, *what]
    async with started(tmp_path, command=command, env=WITH_TESTS) as server:
        assert server.process.stderr is not None
        line = (await asyncio.wait_for(server.process.stderr.readline(), PATIENCE)).decode()
        assert line.startswith("Listening on 127.0.0.1:")
        yield server, int(line.rpartition(":")[2])


@asynccontextmanager
async def connected(tmp_path: Path, transport: str) -> AsyncIterator[Server]:
    if transport == "stdio":
        command = [sys.executable, str(ENTRY), str(tmp_path)]
        async with started(tmp_path, command=command, env=WITH_TESTS) as server:
            yield server
        return
    async with listening(tmp_path, transport) as (server, port):
        if transport == "tcp":
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            yield Server(server.process, RawClient(from_stream(reader), writer.write))
            writer.close()
        else:
            async with connect(f"ws://127.0.0.1:{port}") as connection:
                yield Server(server.process, over_websocket(connection))


def over_websocket(connection: ClientConnection) -> RawClient:
    outgoing: asyncio.Queue[str] = asyncio.Queue()

    async def receive() -> bytes | None:
        try:
            return await connection.recv(decode=False)
        except websockets.ConnectionClosed:
            return None

    async def send() -> None:
        while True:
            await connection.send(await outgoing.get())

    client = RawClient(receive, lambda data: outgoing.put_nowait(data.partition(b"\r\n\r\n")[2].decode()))
    client.sender = asyncio.ensure_future(send())  # type: ignore[attr-defined] - kept alive
    return client


@pytest.mark.parametrize("transport", ["stdio", "tcp", "websocket"])
async def test_a_session(tmp_path: Path, transport: str) -> None:
    async with connected(tmp_path, transport) as server:
        client = server.client
        await client.initialize(tmp_path)
        big = "# " + "x" * 3_000_000 + "\ndef found(): pass\n"  # more than one read, more than a library's default
        client.open("untitled:1", big)
        assert await client.names("found", partialResultToken=None) == ["found"]
        await client.request("workspace/semanticSearch", {"query": "found", "partialResultToken": "p"})
        assert [p["value"][0]["name"] for p in client.of("$/progress")] == ["found"]
        client.send(b"{")
        assert (await client.response(None))["error"]["code"] == -32700
        client.notify("textDocument/didClose", {"textDocument": {"uri": "untitled:1"}})
        senders = [client.start("workspace/semanticSearch", {"query": "found", "limit": n % 9 + 1}) for n in range(300)]
        for sender in senders:
            await client.response(sender)
        assert await server.close() == 0


@pytest.mark.parametrize("transport", ["tcp", "websocket"])
async def test_the_server_ends_with_its_connection(tmp_path: Path, transport: str) -> None:
    async with listening(tmp_path, transport) as (server, port):
        if transport == "tcp":
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}))
            await writer.drain()
            writer.close()
        else:
            async with connect(f"ws://127.0.0.1:{port}") as connection:
                await connection.send("{}")
        assert await server.exit_code() == 1


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "first",
    "method": "initialize",
    "params": {"processId": None, "capabilities": {}},
}
UNREAD = {"jsonrpc": "2.0", "method": "x" * 100_000}
"""Its answer names the method."""


@pytest.mark.parametrize("transport", ["stdio", "tcp", "websocket"])
async def test_the_session_of_a_client_that_does_not_read_ends(tmp_path: Path, transport: str) -> None:
    """No more is kept for it than the limit allows, and the log says why the session has ended."""

    async def flood(server: Server, write: Callable[[bytes], Awaitable[None]]) -> bytes:
        assert server.process.stderr is not None
        with suppress(OSError, websockets.ConnectionClosed):
            await write(frame(INITIALIZE))
            for number in range(500):
                await write(frame(UNREAD | {"id": number}))
        assert await server.exit_code() == 1
        return await server.process.stderr.read()

    if transport == "stdio":
        unread, full = os.pipe()
        command = [sys.executable, str(ENTRY), str(tmp_path), "small-limits"]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=full, stderr=PIPE, env=os.environ | WITH_TESTS
        )
        os.close(full)
        writer = process.stdin
        assert writer is not None
        log = await flood(Server(process, None), partial(write_and_drain, writer))  # type: ignore[arg-type]
        os.close(unread)
    else:
        async with listening(tmp_path, transport, "small-limits") as (server, port):
            if transport == "tcp":
                _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
                log = await flood(server, partial(write_and_drain, writer))
                writer.close()
            else:
                async with connect(
                    f"ws://127.0.0.1:{port}", max_queue=1, compression=None, close_timeout=0.1
                ) as connection:
                    log = await flood(server, lambda data: connection.send(data.partition(b"\r\n\r\n")[2].decode()))
    assert b"the client does not read what is sent to it" in log


async def write_and_drain(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def test_a_second_client_is_turned_away(tmp_path: Path) -> None:
    async with listening(tmp_path, "tcp") as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        client = RawClient(from_stream(reader), writer.write)
        await client.initialize()
        second, _ = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(second.read(), PATIENCE) == b""
        assert (await client.request("dowse/indexStatus"))["state"] == "ready"
        assert await Server(server.process, client).close() == 0


async def test_a_second_websocket_is_turned_away(tmp_path: Path) -> None:
    async with listening(tmp_path, "websocket") as (_, port), connect(f"ws://127.0.0.1:{port}") as first:
        async with connect(f"ws://127.0.0.1:{port}") as second:
            with pytest.raises(websockets.ConnectionClosed):
                await asyncio.wait_for(second.recv(), PATIENCE)
        await first.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}))
        assert json.loads(await first.recv())["error"]["code"] == -32002


async def test_a_browsers_request_is_no_client(tmp_path: Path) -> None:
    body = frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
    request = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    async with listening(tmp_path, "tcp") as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        assert b"capabilities" not in answer
        assert await server.exit_code() == 1


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.org"}, {"Host": "rebound.example.org"}, {"Origin": "null"}]
)
async def test_a_page_from_elsewhere_is_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    async with listening(tmp_path, "websocket") as (_, port):
        lines = {"Host": f"127.0.0.1:{port}", "Upgrade": "websocket", "Connection": "Upgrade"} | headers
        lines |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13"}
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\n")
        assert b" 403 " in await asyncio.wait_for(reader.readline(), PATIENCE)
        async with connect(f"ws://127.0.0.1:{port}", origin="http://localhost:3000"):  # type: ignore[arg-type]
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::", "example.org", ""])
@pytest.mark.parametrize("transport", ["tcp", "websocket"])
def test_only_loopback_is_served(tmp_path: Path, host: str, transport: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        serve(cache_dir=tmp_path, **{transport: (host, 0)})  # type: ignore[arg-type]
