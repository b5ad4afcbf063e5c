"""A bare JSON-RPC client: it sends exactly the bytes that a test wants and keeps everything that comes back."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "dowse", "server"]
PATIENCE = 60.0
"""Seconds: four servers that start at once on a busy machine take twenty."""

_TESTS = str(Path(__file__).parent.parent)
WITH_TESTS = {"PYTHONPATH": os.pathsep.join(filter(None, (_TESTS, os.environ.get("PYTHONPATH"))))}
"""What a process needs in its environment to import what the tests have."""


def frame(message: Any) -> bytes:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def from_stream(reader: asyncio.StreamReader) -> Callable[[], Awaitable[bytes | None]]:
    async def receive() -> bytes | None:
        try:
            header = await reader.readuntil(b"\r\n\r\n")
            return await reader.readexactly(int(header.split(b":")[1].split(b"\r\n")[0]))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    return receive


class RawClient:
    """One connection. Requests of the server are answered from ``answers``, with null where it says nothing."""

    def __init__(self, receive: Callable[[], Awaitable[bytes | None]], write: Callable[[bytes], None]) -> None:
        """``receive`` returns the next message, None at the end."""
        self._receive = receive
        self._write = write
        self.messages: list[dict[str, Any]] = []
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self.unanswered: set[str] = set()
        """Requests of the server that get no answer."""
        self._arrived = asyncio.Condition()
        self._ids = 0
        self._closed = False
        self._pump = asyncio.ensure_future(self._read())

    async def _read(self) -> None:
        while (body := await self._receive()) is not None:
            message = json.loads(body)
            if "method" in message and "id" in message and message["method"] not in self.unanswered:
                answer = self.answers.get(message["method"], lambda params: None)(message.get("params"))
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})
            async with self._arrived:
                self.messages.append(message)
                self._arrived.notify_all()
        async with self._arrived:
            self._closed = True
            self._arrived.notify_all()

    def send_bytes(self, data: bytes) -> None:
        self._write(data)

    def send(self, message: Any) -> None:
        self._write(frame(message))

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def open(self, uri: str, text: str, language: str = "python") -> None:
        """Say that a document has been opened."""
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def start(self, method: str, params: Any = None) -> int:
        self._ids += 1
        self.send({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})
        return self._ids

    async def request(self, method: str, params: Any = None) -> Any:
        response = await self.response(self.start(method, params))
        assert "error" not in response, response
        return response["result"]

    async def error(self, method: str, params: Any = None) -> dict[str, Any]:
        response = await self.response(self.start(method, params))
        assert "error" in response, response
        return response["error"]

    async def response(self, sender: Any) -> dict[str, Any]:
        return await self.until(lambda m: "method" not in m and m.get("id") == sender)

    async def notification(self, method: str, accept: Callable[[Any], bool] = lambda params: True) -> Any:
        return (await self.until(lambda m: m.get("method") == method and accept(m.get("params"))))["params"]

    async def until(self, accept: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first message, from the beginning of the session, that is accepted."""

        def found() -> dict[str, Any] | None:
            return next((m for m in self.messages if accept(m)), None)

        async with asyncio.timeout(PATIENCE):
            async with self._arrived:
                await self._arrived.wait_for(lambda: found() is not None or self._closed)
        message = found()
        assert message is not None, f"the connection ended first; the last messages: {self.messages[-3:]}"
        return message

    async def closed(self) -> None:
        async with asyncio.timeout(PATIENCE):
            async with self._arrived:
                await self._arrived.wait_for(lambda: self._closed)

    def responses(self, sender: Any) -> list[dict[str, Any]]:
        return [m for m in self.messages if "method" not in m and m.get("id") == sender]

    def of(self, method: str) -> list[Any]:
        return [m.get("params") for m in self.messages if m.get("method") == method]

    async def initialize(self, *folders: Path, name: str = "raw", capabilities: Any = None, **more: Any) -> Any:
        result = await self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": name},
                "rootUri": None,
                "workspaceFolders": [{"uri": f.as_uri(), "name": f.name} for f in folders],
                "capabilities": capabilities or {},
            }
            | more,
        )
        self.notify("initialized", {})
        return result

    async def ready(self) -> None:
        """Wait until the index has caught up with everything."""
        async with asyncio.timeout(PATIENCE):
            while True:
                status = await self.request("dowse/indexStatus")
                if status["state"] != "indexing" and not status["queue"]:
                    return
                await asyncio.sleep(0.02)

    async def names(self, query: str, **more: Any) -> list[str]:
        answer = await self.request("workspace/semanticSearch", {"query": query} | more)
        return [hit["name"] for hit in answer["results"]]


class Server:
    """A server process and the client that started it."""

    def __init__(self, process: asyncio.subprocess.Process, client: RawClient) -> None:
        self.process = process
        self.client = client

    async def exit_code(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def close(self) -> int:
        """Shut down as the protocol wants and return the exit code."""
        await self.client.request("shutdown")
        self.client.notify("exit")
        return await self.exit_code()


@asynccontextmanager
async def started(
    cache: Path, *, command: list[str] | None = None, env: Mapping[str, str] | None = None, extra: tuple[str, ...] = ()
) -> AsyncIterator[Server]:
    """Start a server over stdio; it is killed at the end if it is still there."""
    process = await asyncio.create_subprocess_exec(
        *(command or [*COMMAND, "--stdio", "--cache-dir", str(cache)]),
        *extra,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(os.environ) | dict(env or {}),
        limit=1 << 26,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    server = Server(process, RawClient(from_stream(process.stdout), process.stdin.write))
    try:
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
