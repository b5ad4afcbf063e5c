"""A server and its client in one event loop, with an engine that does what a test wants."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dowse.engine import Engine
from dowse.lsp.framing import FrameReader
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.server import DowseServer
from dowse.lsp.tuning import Tuning
from e2e.engines import LineEngine
from e2e.raw import RawClient


class QueueEndpoint:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(self, body: bytes, replace_key: Hashable = None) -> None:
        self.queue.put_nowait(body)


@dataclass
class Session:
    server: DowseServer
    client: RawClient
    engines: list[LineEngine]

    @property
    def engine(self) -> LineEngine:
        return self.engines[-1]

    async def opened(self, *folders: Path, **initialize: Any) -> LineEngine:
        """Initialize and wait for the engine."""
        await self.client.initialize(*folders, **initialize)
        await self.client.request("dowse/indexStatus")
        return self.engine

    def open(self, uri: str, text: str, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.client.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        identifier = {"uri": uri, "version": 2}
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": list(changes)})

    async def text(self, document: str) -> str | None:
        await self.client.request("dowse/indexStatus")
        return self.engine.document_text(document)


class RealEngine(Engine):
    """The engine of the server, with what :func:`session` releases at its end."""

    deaf = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.released = self.reports_released = threading.Event()


@pytest.fixture
def make_engine() -> Callable[..., LineEngine]:
    return LineEngine


@pytest.fixture
def tuning() -> Tuning:
    """Short times, so that what the server waits for comes soon."""
    return Tuning(disk_patience=0.05, progress_delay=0.02, progress_interval=0.02, status_interval=0.05)


@pytest.fixture
async def session(tmp_path: Path, make_engine: Callable[..., LineEngine], tuning: Tuning) -> AsyncIterator[Session]:
    engines: list[LineEngine] = []

    def make(*args: Any, **kwargs: Any) -> LineEngine:
        engines.append(make_engine(*args, **kwargs))
        return engines[-1]

    lifetime = Lifetime(tuning)
    lifetime.arm_kill_timer = lambda: None  # type: ignore[method-assign] - this process lives on
    results = tmp_path / "cache" / "results"
    server = DowseServer(make, lifetime, results_dir=results, command_line={}, tuning=tuning)  # type: ignore[arg-type]
    endpoint, frames = QueueEndpoint(), FrameReader(tuning.message_bytes)
    server.protocol.connect(endpoint)

    def write(data: bytes) -> None:
        for item in frames.feed(data):
            assert isinstance(item, bytes)
            server.protocol.receive(item)

    yield Session(server, RawClient(endpoint.queue.get, write), engines)
    for engine in engines:
        engine.deaf = False
        engine.released.set()
        engine.reports_released.set()
    await server.session.stop()
    endpoint.queue.put_nowait(None)
