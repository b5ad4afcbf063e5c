"""The language server: one session with one client, put together and run."""

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygls.lsp.server import LanguageServer

from dowse import __version__
from dowse.lsp import transport, wire
from dowse.lsp.declarations import Declarations
from dowse.lsp.discovery import discover
from dowse.lsp.dispatcher import Dispatcher
from dowse.lsp.engine_host import MakeEngine
from dowse.lsp.jsonrpc import Protocol, describe_fault
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.notifications.server_status import ServerStatus, send_server_status
from dowse.lsp.session import Offer, Session
from dowse.lsp.settings_refresh import refresh_settings
from dowse.lsp.tuning import Tuning
from dowse.settings import Settings
from dowse.system import SYSTEM

if TYPE_CHECKING:
    from dowse.engine import Engine, EngineStatus, Message

log = logging.getLogger(__name__)


class DowseServer:
    """The session, its protocol and the handlers of ``declarations``, joined. Belongs to the event loop."""

    def __init__(
        self,
        make_engine: MakeEngine,
        lifetime: Lifetime,
        *,
        results_dir: Path,
        command_line: Mapping[str, Any],
        tuning: Tuning,
        declarations: Declarations | None = None,
    ) -> None:
        declarations = declarations or discover()
        editor = LanguageServer("dowse", __version__, protocol_cls=Protocol, converter_factory=wire.converter)
        assert isinstance(editor.protocol, Protocol)
        self.protocol = editor.protocol
        self.session = Session(
            editor,
            self.protocol,
            lifetime,
            start_engine=self._start_engine,
            offer=Offer(tuple(declarations.own_messages), tuple(declarations.commands)),
            results_dir=results_dir,
            command_line=command_line,
            tuning=tuning,
        )
        self._make_engine = make_engine
        self._status_listeners = [listener.make(self.session) for listener in declarations.status_listeners]
        self.protocol.handle_with(Dispatcher(self.session, declarations).handlers, tuning.running_requests)

    def _start_engine(self, folders: Sequence[Path]) -> None:
        """Open the workspace, on another thread."""
        session = self.session

        def on_loop(call: Callable[[Any], None]) -> Callable[[Any], None]:
            def marshal(value: object) -> None:
                try:
                    session.loop.call_soon_threadsafe(call, value)
                except RuntimeError:  # the loop has closed: the session is over
                    return

            return marshal

        make = partial(
            self._make_engine,
            session.settings,
            on_status=on_loop(self._on_status),
            on_message=on_loop(self._on_message),
            on_project_file=lambda: session.spawn_from_thread(refresh_settings, "reading settings"),
        )
        session.engine_host.start(make, folders, self._on_failure)

    def _on_status(self, status: "EngineStatus") -> None:
        if not self.session.stopping:
            for listener in self._status_listeners:
                listener(status)

    def _on_message(self, message: "Message") -> None:
        if not self.session.stopping:
            self.session.messages.show(message.severity, message.text)

    def _on_failure(self, text: str) -> None:
        self.session.messages.show("error", text)
        send_server_status(self.session, ServerStatus(health="error", quiescent=True, message=text))


def run(
    make_engine: MakeEngine,
    *,
    tcp: tuple[str, int] | None,
    websocket: tuple[str, int] | None,
    results_dir: Path,
    settings: Mapping[str, Any],
    tuning: Tuning | None = None,
) -> int:
    """Serve one client with engines of ``make_engine`` and return the exit code."""
    for address in (tcp, websocket):
        if address is not None:
            transport.require_loopback(address[0])
    # One busy thread costs every reply up to a switch interval; the default of 5 ms is the whole budget of a query.
    sys.setswitchinterval(0.0005)
    SYSTEM.return_freed_memory()
    _prepare_logging()
    limits = tuning or Tuning()

    async def serve() -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_loop_failure)
        lifetime = Lifetime(limits)
        lifetime.watch_signals()
        server = DowseServer(make_engine, lifetime, results_dir=results_dir, command_line=settings, tuning=limits)
        try:
            if tcp is not None:
                await transport.serve_tcp(*tcp, server.protocol, lifetime, limits)
            elif websocket is not None:
                await transport.serve_websocket(*websocket, server.protocol, lifetime, limits)
            else:
                await transport.serve_stdio(server.protocol, lifetime, limits)
        finally:
            await server.session.stop()
        return lifetime.exit_code

    return asyncio.run(serve())


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
    log.error("%s: %s", context.get("message"), describe_fault(error) if error else "no exception")


def default_engine(cache_dir: Path | None) -> MakeEngine:
    """Return what makes the real engine; it is imported on the thread that calls it."""

    def make(
        settings: Settings,
        *,
        on_status: "Callable[[EngineStatus], None]",
        on_message: "Callable[[Message], None]",
        on_project_file: Callable[[], None],
    ) -> "Engine":
        from dowse.engine import Engine
        from dowse.indexing.battery import on_battery

        return Engine(
            settings,
            cache_dir=cache_dir,
            on_status=on_status,
            on_message=on_message,
            on_battery=on_battery,
            on_project_file=on_project_file,
        )

    return make
