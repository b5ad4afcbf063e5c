"""The language server: what all features share, and how it is run."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pygls.lsp.server import LanguageServer

from dowse import __version__
from dowse.lsp import features, transport, wire
from dowse.lsp.answers import Answers
from dowse.lsp.clients import Client
from dowse.lsp.configuration import Configuration
from dowse.lsp.documents import Documents
from dowse.lsp.features import consent
from dowse.lsp.folders import Folders
from dowse.lsp.host import EngineHost, MakeEngine
from dowse.lsp.jsonrpc import Failure, Protocol, fault
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.notices import Notices
from dowse.lsp.protocol import SERVER_STATUS, ServerStatus
from dowse.lsp.searches import Searches
from dowse.settings import Settings
from dowse.system import SYSTEM

if TYPE_CHECKING:
    from dowse.engine import Engine, EngineStatus, Message

log = logging.getLogger(__name__)

T = TypeVar("T")

ENGINE_STOP = 0.8
"""Seconds the engine has to commit what is complete. Together with ``lifetime.GRACE`` less than the two after which
editors kill a server."""


class DowseServer(LanguageServer):
    """One session with one client. Everything here belongs to the event loop unless it says otherwise."""

    protocol: Protocol

    def __init__(
        self, make_engine: MakeEngine, lifetime: Lifetime, *, results_dir: Path, command_line: Mapping[str, Any]
    ) -> None:
        super().__init__("dowse", __version__, protocol_cls=Protocol, converter_factory=wire.converter)
        self._make_engine = make_engine
        self.loop = asyncio.get_running_loop()
        self.lifetime = lifetime
        self.results_dir = results_dir
        self.command_line = command_line
        self.greeted = False
        """``initialized`` has been received."""
        self.host = EngineHost()
        self.searches = Searches()
        self.notices = Notices(self)
        self.settings = Settings()
        self.settings_turn = asyncio.Lock()
        """Held while settings are read, so that the newest are the ones that stay."""
        self.documents = Documents()
        self.on_status: list[Callable[[EngineStatus], None]] = []
        """Told of every change of the index's state."""
        self.meet(Client.of("", {}), Folders(), Configuration({}, None))
        features.register(self)

    def meet(self, client: Client, folders: Folders, configuration: Configuration) -> None:
        """Take in what ``initialize`` says."""
        self.client = client
        self.folders = folders
        self.configuration = configuration
        self.answers = Answers(client, folders, self.documents)

    def start_engine(self) -> None:
        """Open the workspace, on another thread."""

        def on_loop(call: Callable[[Any], None]) -> Callable[[Any], None]:
            def marshal(value: object) -> None:
                try:
                    self.loop.call_soon_threadsafe(call, value)
                except RuntimeError:  # the loop has closed: the session is over
                    return

            return marshal

        make = partial(
            self._make_engine, self.settings, on_status=on_loop(self._status), on_message=on_loop(self._message)
        )
        self.host.start(make, consent.admitted(self, self.folders.paths), self._failed)

    async def asked(self, answer: Coroutine[Any, Any, T]) -> T | None:
        """Return the client's answer to a request; None when it refuses.

        Shielded: an answer that comes when nobody waits any more must find its place nevertheless.
        """
        try:
            return await asyncio.shield(answer)
        except Failure as refusal:
            log.warning("The editor refused a request of the server (%s)", refusal.code)
            return None

    async def stop(self) -> None:
        """Stop the engine and every search."""
        self.searches.stop()
        await self.host.stop(ENGINE_STOP)

    def _status(self, status: "EngineStatus") -> None:
        if not self.protocol.stopping:
            for listener in self.on_status:
                listener(status)

    def _failed(self, text: str) -> None:
        self.notices.show("error", text)
        if self.client.server_status:
            self.protocol.notify(SERVER_STATUS.name, ServerStatus(health="error", quiescent=True, message=text))

    def _message(self, message: "Message") -> None:
        if not self.protocol.stopping:
            self.notices.show(message.severity, message.text)


def run(
    make_engine: MakeEngine,
    *,
    tcp: tuple[str, int] | None,
    websocket: tuple[str, int] | None,
    results_dir: Path,
    settings: Mapping[str, Any],
) -> int:
    """Serve one client with engines of ``make_engine`` and return the exit code."""
    for address in (tcp, websocket):
        if address is not None:
            transport.require_loopback(address[0])
    # One busy thread costs every reply up to a switch interval; the default of 5 ms is the whole budget of a query.
    sys.setswitchinterval(0.0005)
    SYSTEM.return_freed_memory()
    _prepare_logging()

    async def session() -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_loop_failure)
        lifetime = Lifetime()
        lifetime.watch_signals()
        server = DowseServer(make_engine, lifetime, results_dir=results_dir, command_line=settings)
        try:
            if tcp is not None:
                await transport.serve_tcp(*tcp, server.protocol, lifetime)
            elif websocket is not None:
                await transport.serve_websocket(*websocket, server.protocol, lifetime)
            else:
                await transport.serve_stdio(server.protocol, lifetime)
        finally:
            await server.stop()
        return lifetime.exit_code

    return asyncio.run(session())


def _prepare_logging() -> None:
    """Log warnings to standard error, which editors keep, unless the command line has set up something else."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs what is sent and received
    root = logging.getLogger()
    if all(isinstance(handler, logging.NullHandler) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)


def _log_loop_failure(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what asyncio would, but not the arguments of callbacks: they are messages."""
    error = context.get("exception")
    log.error("%s: %s", context.get("message"), fault(error) if error else "no exception")


def default_engine(cache_dir: Path | None) -> MakeEngine:
    """Return what makes the real engine; it is imported on the thread that calls it."""

    def make(
        settings: Settings,
        *,
        on_status: "Callable[[EngineStatus], None]",
        on_message: "Callable[[Message], None]",
    ) -> "Engine":
        from dowse.engine import Engine
        from dowse.indexing.battery import on_battery

        return Engine(settings, cache_dir=cache_dir, on_status=on_status, on_message=on_message, on_battery=on_battery)

    return make
