"""What the handlers of messages work with: the state of one session with one client, and a way to answer.

A :class:`Session` belongs to the event loop and has what a handler of a notification needs. A request that is answered
on a thread gets a :class:`RequestContext`, which has only values and what is safe there.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from dowse.lsp import wire
from dowse.lsp.client import Client
from dowse.lsp.coalescer import CoalescedWork
from dowse.lsp.configuration import Configuration
from dowse.lsp.disk_calls import DiskCalls
from dowse.lsp.documents import OpenDocuments
from dowse.lsp.engine_host import Change, EngineHost
from dowse.lsp.folders import WorkspaceFolders
from dowse.lsp.jsonrpc import Failure, Protocol
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.request_executor import RequestExecutor, Schedule
from dowse.lsp.translator import Translator
from dowse.lsp.tuning import Tuning
from dowse.lsp.user_messages import UserMessages
from dowse.lsp.wire import Json
from dowse.search.query import Hit
from dowse.settings import Settings
from dowse.status import EngineStatus

if TYPE_CHECKING:
    from dowse.engine import Engine

log = logging.getLogger(__name__)

T = TypeVar("T")

OnStatus = Callable[[EngineStatus], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """What ``initialize`` announces of what the server can do."""

    methods: Sequence[str]
    """Dowse's own, in both directions."""
    commands: Sequence[str]


class Session:
    """One session with one client. Everything here belongs to the event loop unless it says otherwise."""

    def __init__(
        self,
        editor: LanguageServer,
        protocol: Protocol,
        lifetime: Lifetime,
        *,
        start_engine: Callable[[Sequence[Path]], None],
        offer: Offer,
        results_dir: Path,
        command_line: Mapping[str, Any],
        tuning: Tuning,
    ) -> None:
        self.editor = editor
        """pygls's typed requests and notifications to the client; requests go through :meth:`request_client`."""
        self.protocol = protocol
        self.lifetime = lifetime
        self.offer = offer
        self.results_dir = results_dir
        self.tuning = tuning
        self.loop = asyncio.get_running_loop()
        self.disk = DiskCalls(tuning.disk_patience, tuning.hanging_disk_calls)
        """Safe on any thread but the event loop's."""
        self.documents = OpenDocuments(self.disk.real_path_of)
        """Changed on the engine's thread; read on any."""
        self.folders = WorkspaceFolders(self.disk.real_path_of)
        """Changed on the engine's thread; read on any."""
        self.messages = UserMessages(editor, tuning.message_lifetime)
        self.executor = RequestExecutor()
        self.engine_host = EngineHost(tuning, self._too_many_changes)
        self.command_line = command_line
        self.configuration = Configuration(command_line, None)
        self.settings = Settings()
        self.settings_lock = asyncio.Lock()
        """Held while settings are read, so that the newest are the ones that stay."""
        self.opened = False
        """``initialized`` has been received."""
        self.folder_uris: Sequence[str] = ()
        """The folders that ``initialize`` named."""
        self.start_engine = start_engine
        """Opens the workspace with these folders."""
        self.settings_refresh = CoalescedWork()
        self._diagnostics_refresh = CoalescedWork()
        self._code_lens_refresh = CoalescedWork()
        self.accept_client(Client.of("", {}))

    def accept_client(self, client: Client) -> None:
        """Take in what the client says of itself."""
        self.client = client
        self.translator = Translator(client.encoding, self.folders, self.documents)

    @property
    def stopping(self) -> bool:
        """Whether ``shutdown`` has been received. Safe on any thread."""
        return self.protocol.stopping

    def post(self, change: Change, size: int = 0) -> None:
        """Make a change with the engine, on its thread and in order."""
        self.engine_host.post(change, size)

    async def off_loop(self, work: Callable[[], T]) -> T:
        """Return ``work()``, which may read the disk."""
        return await self.executor.run(Schedule.WORKER, lambda cancel: work())

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run ``work`` that nobody awaits."""
        self.protocol.spawn(work, name)

    def spawn_from_thread(self, work: Callable[["Session"], Coroutine[Any, Any, Any]], name: str) -> None:
        """Run ``work(session)`` on the event loop. Safe on any thread."""
        try:
            self.loop.call_soon_threadsafe(lambda: self.spawn(work(self), name))
        except RuntimeError:  # the loop has closed: the session is over
            return

    def notify_latest(self, method: str, params: Json) -> None:
        """Send a notification in the place of an older one of the method that a slow client has not read yet."""
        self.protocol.notify(method, params, replace_key=method)

    def send_progress(self, token: int | str, value: Json, *, replaces: bool = False) -> None:
        """Send ``$/progress``; with ``replaces`` in the place of an older one that a slow client has not read yet."""
        key = ("progress", token) if replaces else None
        self.protocol.notify(types.PROGRESS, {"token": token, "value": value}, replace_key=key)

    async def request_client(self, answer: Coroutine[Any, Any, T]) -> T | None:
        """Return the client's answer to a request of :attr:`editor`; None when it refuses."""
        try:
            return await answer
        except Failure as refusal:
            log.warning("The editor refused a request of the server (%s)", refusal.code)
            return None

    def refresh_diagnostics(self) -> None:
        """Have the client pull the diagnostics of open documents anew, where it can."""
        if self.client.refreshes_diagnostics:
            refresh = self._diagnostics_refresh.run(
                lambda: self.request_client(self.editor.workspace_diagnostic_refresh_async(None))
            )
            self.spawn(refresh, "refreshing diagnostics")

    def refresh_code_lenses(self) -> None:
        """Have the client ask for lenses anew, where it can."""
        if self.client.refreshes_lenses:
            refresh = self._code_lens_refresh.run(
                lambda: self.request_client(self.editor.workspace_code_lens_refresh_async(None))
            )
            self.spawn(refresh, "refreshing lenses")

    async def stop(self) -> None:
        """Stop the engine and every request."""
        self.executor.stop()
        await self.engine_host.stop()

    def _too_many_changes(self) -> None:
        log.error("The session ends: too many changes wait to be taken in")
        self.lifetime.end()


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What a request is answered with, on a thread."""

    engine: "Engine"
    cancel: Event
    """Set when nobody wants the answer any more."""
    client: Client
    settings: Settings
    folders: WorkspaceFolders
    documents: OpenDocuments
    translator: Translator
    results_dir: Path
    send_progress: Callable[[str | int, Any, bool], None]
    """(token, value, whether it replaces one that the client has not read yet) → ``$/progress``, unless cancelled."""

    def partial_results(self, token: str | int | None, shape: Callable[[Hit], Any]) -> "PartialResultSender":
        """Return what sends hits, each as ``shape`` says, while the answer is still being found."""
        return PartialResultSender(self, token, shape)

    def report_percentage(self, token: str | int | None) -> Callable[[float], None]:
        """Return what takes a share, 0 to 1, and tells the client each percent once."""
        reported = 0

        def report(share: float) -> None:
            nonlocal reported
            percent = int(100 * share)
            if token is not None and reported < percent < 100:  # the end is told by the request itself
                reported = percent
                self.send_progress(token, types.WorkDoneProgressReport(percentage=percent), True)

        return report


class PartialResultSender:
    """Sends hits as ``$/progress`` as they become final; what was sent is not in the response."""

    def __init__(self, context: RequestContext, token: str | int | None, shape: Callable[[Hit], Any]) -> None:
        self._context = context
        self._token = token
        self._shape = shape
        self._sent = 0

    @property
    def on_hits(self) -> Callable[[tuple[Hit, ...]], None] | None:
        """What the engine calls with hits; None for a client that wants the answer in one piece."""
        return None if self._token is None else self._send

    def unsent(self, hits: tuple[Hit, ...]) -> list[Any]:
        """Return what is left for the response once the whole answer is there; nothing with a token."""
        if self._token is None:
            return [self._shape(hit) for hit in hits]
        self._send(hits[self._sent :])
        return []

    def _send(self, hits: tuple[Hit, ...]) -> None:
        if hits and self._token is not None:
            self._sent += len(hits)
            self._context.send_progress(self._token, [wire.unstructure(self._shape(hit)) for hit in hits], False)
