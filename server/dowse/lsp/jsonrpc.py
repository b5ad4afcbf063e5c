"""The protocol layer: JSON-RPC as the language server protocol wants it, over what pygls does well.

pygls gives typed requests and notifications to the client (``LanguageServer.window_show_document_async`` and its like)
and keeps book of those that wait for an answer; lsprotocol gives the protocol's classes and their converter. What comes
from the client is read here, once and as a whole, by :meth:`Protocol.receive`, and handled as ``declarations`` say.
pygls 2.1.1 leaves requests whose parameters do not parse without a response, answers before ``initialize`` and not at
all after ``shutdown``, pops up a message for every parse error, logs whole payloads, interprets any nested object with
a ``jsonrpc`` key as a message, shares one table between requests in both directions, cannot send from threads over
sockets, and knows neither schedules nor cancellation. Its features, documents and transports are not used.
"""

import asyncio
import json
import logging
import threading
import traceback
import uuid
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from typing import Protocol as Interface

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol

from dowse.lsp import wire
from dowse.lsp.wire import Json
from dowse.search.query import Cancelled

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

log = logging.getLogger(__name__)

PARSE_ERROR = types.ErrorCodes.ParseError.value
INVALID_REQUEST = types.ErrorCodes.InvalidRequest.value
METHOD_NOT_FOUND = types.ErrorCodes.MethodNotFound.value
INVALID_PARAMS = types.ErrorCodes.InvalidParams.value
INTERNAL_ERROR = types.ErrorCodes.InternalError.value
NOT_INITIALIZED = types.ErrorCodes.ServerNotInitialized.value
REQUEST_CANCELLED = types.LSPErrorCodes.RequestCancelled.value
SERVER_CANCELLED = types.LSPErrorCodes.ServerCancelled.value
REQUEST_FAILED = types.LSPErrorCodes.RequestFailed.value

Id = int | str

_INITIALIZE = ("processId", "clientInfo", "rootPath", "rootUri", "workspaceFolders", "initializationOptions")
"""What is read of the parameters of ``initialize`` besides the capabilities."""


class Endpoint(Interface):
    """Where messages go; called on the event loop only, and never waits."""

    def send(self, body: bytes, replace_key: Hashable = None) -> None:
        """Queue one message, in the place of the one with the same key that still waits."""
        ...


@dataclass(frozen=True, slots=True)
class Handler:
    """What is called with a message; the result of a request may be a coroutine."""

    params: type | None
    """The class of the parameters; None where there are none."""
    call: Callable[[Any, int], Any]
    """Takes the parameters and the size of the message in bytes."""


class Failure(JsonRpcException):
    """An answer that is an error: what went wrong, in words for the user."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message, code)


class Protocol(LanguageServerProtocol):
    """Gives every request exactly one response, and no input the power to silence or end the server."""

    def __init__(self, server: "LanguageServer", converter: "Converter") -> None:
        super().__init__(server, converter)
        self.handlers: Mapping[str, Handler] = {}
        """By method."""
        self._running_limit = 0
        self.endpoint: Endpoint | None = None
        self.capabilities: dict[str, Json] = {}
        """The client's, as they came."""
        self.initialized = False
        self.stopping = False
        """``shutdown`` has been received."""
        self._incoming: dict[Id, asyncio.Task[Any]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0

    def handle_with(self, handlers: Mapping[str, Handler], running_limit: int) -> None:
        """Handle messages so, by method; at most ``running_limit`` requests may run or wait at once."""
        self.handlers = handlers
        self._running_limit = running_limit

    def connect(self, endpoint: Endpoint) -> None:
        """Send to ``endpoint`` from now on. Called on the event loop."""
        self.endpoint = endpoint
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()

    # Receiving

    def receive(self, body: bytes | str) -> None:
        """Handle one message as it came. Called on the event loop; never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self.refuse(None, PARSE_ERROR, "the message is not valid JSON")
            return
        if isinstance(message, list):
            self.refuse(None, INVALID_REQUEST, "batches are not part of the language server protocol")
            return
        if not isinstance(message, dict):
            self.refuse(None, INVALID_REQUEST, "the message is not an object")
            return
        has_id = "id" in message
        sender = message.get("id", "")
        if isinstance(sender, bool) or not isinstance(sender, int | str):
            # A response to a message that could not be read has the id null; there is nothing to do about it.
            if "method" in message:
                self.refuse(None, INVALID_REQUEST, "a request's id is a number or a string")
            return
        method = message.get("method")
        if message.get("jsonrpc") != "2.0" or ("method" in message and not isinstance(method, str)):
            self.refuse(sender if has_id else None, INVALID_REQUEST, "not a JSON-RPC 2.0 message")
        elif method is None:
            if has_id:
                self._receive_response(sender, message)
            else:
                self.refuse(None, INVALID_REQUEST, "neither a method nor an id")
        elif has_id:
            self._receive_request(sender, method, message.get("params"), len(body))
        else:
            self._receive_notification(method, message.get("params"), len(body))

    def _receive_request(self, sender: Id, method: str, params: Json, size: int) -> None:
        handler = self.handlers.get(method)
        if sender in self._incoming:
            self.refuse(sender, INVALID_REQUEST, "a request with this id is still running")
        elif self.stopping:
            self.refuse(sender, INVALID_REQUEST, "the server is shutting down")
        elif not self.initialized and method != types.INITIALIZE:
            self.refuse(sender, NOT_INITIALIZED, "the server is not initialized")
        elif self.initialized and method == types.INITIALIZE:
            self.refuse(sender, INVALID_REQUEST, "the server is initialized already")
        elif handler is None:
            self.refuse(sender, METHOD_NOT_FOUND, f"no such method: {method}")
        elif len(self._incoming) >= self._running_limit and method != types.SHUTDOWN:
            self.refuse(sender, REQUEST_FAILED, "too many requests wait for an answer; ask again")
        else:
            try:
                structured = self._structure(method, params, handler.params)
            except wire.InvalidParams as error:
                self.refuse(sender, INVALID_PARAMS, f"invalid parameters: {error}")
                return
            task = asyncio.ensure_future(_as_coroutine(handler.call, structured, size))
            self._incoming[sender] = task
            task.add_done_callback(partial(self._respond, sender))

    def _receive_notification(self, method: str, params: Json, size: int) -> None:
        if method == types.CANCEL_REQUEST:
            sender = params.get("id") if isinstance(params, dict) else None
            task = self._incoming.get(sender) if isinstance(sender, int | str) else None
            if task is not None:
                task.cancel()
            return
        handler = self.handlers.get(method)
        if handler is None or (method != types.EXIT and (not self.initialized or self.stopping)):
            return
        try:
            structured = self._structure(method, params, handler.params)
        except wire.InvalidParams as error:
            log.warning("Ignoring a malformed %s: %s", method, error)
            return
        self.spawn(_as_coroutine(handler.call, structured, size), method)

    def _receive_response(self, sender: Id, message: dict[str, Json]) -> None:
        future = self._request_futures.pop(sender, None)
        expected = self._result_types.pop(sender, None)
        if future is None or not future.set_running_or_notify_cancel():
            return
        if (error := message.get("error")) is not None:
            known = error if isinstance(error, dict) else {}
            code = known.get("code")
            future.set_exception(
                Failure(code if isinstance(code, int) else INTERNAL_ERROR, str(known.get("message", "unknown error")))
            )
            return
        try:
            future.set_result(wire.structure(message, expected).result if expected else message.get("result"))
        except wire.InvalidParams as fault:
            future.set_exception(Failure(INTERNAL_ERROR, f"the client's response is malformed: {fault}"))

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Run ``work`` that nobody awaits; the loop itself holds tasks by weak references only."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(partial(_log_failure, name))

    def _structure(self, method: str, params: Json, kind: type | None) -> Json:
        if method == types.INITIALIZE and isinstance(params, dict) and isinstance(params.get("capabilities"), dict):
            # A newer editor may list values that lsprotocol does not know; that must not keep it from connecting.
            self.capabilities = params["capabilities"]
            params = {"processId": None, "rootUri": None} | {key: params[key] for key in _INITIALIZE if key in params}
            params["capabilities"] = {}
        return wire.structure(params, kind)

    # Sending

    def notify(self, method: str, params: Json = None, *, replace_key: Hashable = None) -> None:
        """Send a notification; its parameters are of the protocol's classes or plain.

        It takes the place of the one with the same ``replace_key`` that has not been sent yet.
        """
        self._send_data({"jsonrpc": "2.0", "method": method, "params": wire.unstructure(params)}, replace_key)

    def send_request(
        self,
        method: str,
        params: Json = None,
        callback: Callable[[Any], None] | None = None,
        msg_id: Id | None = None,
    ) -> "Future[Any]":
        """Send a request to the client, as pygls does. One that nobody waits for any more leaves nothing behind."""
        sender = msg_id or str(uuid.uuid4())
        future = super().send_request(method, params, callback, sender)
        future.add_done_callback(lambda _: self._forget_request(sender))
        return future

    def _respond(self, sender: Id, task: asyncio.Task[Any]) -> None:
        """Answer a request whose handler has ended, however it ended."""
        self._incoming.pop(sender, None)
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or isinstance(error, Cancelled):
            self.refuse(sender, REQUEST_CANCELLED, "cancelled")
        elif isinstance(error, JsonRpcException):
            self.refuse(sender, error.code or INTERNAL_ERROR, error.message, error.data)
        elif error is not None:
            log.error("A request failed: %s", describe_fault(error))
            self.refuse(sender, INTERNAL_ERROR, f"internal error ({type(error).__name__}); the server's log has more")
        else:
            try:
                self._send_data({"jsonrpc": "2.0", "id": sender, "result": wire.unstructure(task.result())})
            except (TypeError, ValueError, RecursionError) as unserialisable:
                log.error("A result cannot be sent: %s", describe_fault(unserialisable))
                self.refuse(sender, INTERNAL_ERROR, "internal error (the result cannot be sent)")

    def refuse(self, sender: Id | None, code: int, message: str, data: Json = None) -> None:
        """Answer with an error; ``sender`` None where the request's id is unknown."""
        error = {"code": code, "message": message} | ({} if data is None else {"data": data})
        self._send_data({"jsonrpc": "2.0", "id": sender, "error": error})

    def cancel_all(self) -> None:
        """Cancel every request that runs, but not the one that asks."""
        for task in list(self._incoming.values()):
            if task is not asyncio.current_task():
                task.cancel()

    def _forget_request(self, sender: Id) -> None:
        self._request_futures.pop(sender, None)
        self._result_types.pop(sender, None)

    def _send_data(self, data: Json, replace_key: Hashable = None) -> None:
        """Send one message, from any thread; its content is not logged."""
        if self._loop is None:
            return
        body = wire.encode(data if isinstance(data, dict) else wire.unstructure(data))
        if threading.get_ident() == self._loop_thread:
            self._send(body, replace_key)
        else:
            self._loop.call_soon_threadsafe(self._send, body, replace_key)

    def _send(self, body: bytes, replace_key: Hashable) -> None:
        if self.endpoint is not None:
            self.endpoint.send(body, replace_key)


def describe_fault(error: BaseException) -> str:
    """Describe an exception for the log: its kind and place, not its message, which may hold the user's text."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return f"{type(error).__name__} at " + " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames))


async def _as_coroutine(handler: Callable[[Json, int], Json], params: Json, size: int) -> Json:
    result = handler(params, size)
    return await result if asyncio.iscoroutine(result) else result


def _log_failure(method: str, task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s failed: %s", method, describe_fault(error))
