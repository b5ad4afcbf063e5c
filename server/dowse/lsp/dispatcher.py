"""From a declared message to its handler: on which thread, how it is cancelled, and what its failures become."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from threading import Event
from typing import Any

from lsprotocol import types

from dowse.lsp import wire
from dowse.lsp.declarations import (
    AnyCommand,
    Command,
    Declarations,
    EngineCommand,
    Notification,
    ProtocolNotification,
    ProtocolRequest,
    Request,
)
from dowse.lsp.jsonrpc import INVALID_PARAMS, REQUEST_FAILED, Failure, Handler
from dowse.lsp.linked_folders import follow_links
from dowse.lsp.session import RequestContext, Session
from dowse.lsp.wire import Json
from dowse.status import EngineFailed

EXECUTE_COMMAND = types.WORKSPACE_EXECUTE_COMMAND


class Dispatcher:
    """Handles the messages of one session as they are declared. Belongs to the event loop."""

    def __init__(self, session: Session, declarations: Declarations) -> None:
        self._session = session
        self._commands = declarations.commands
        self.handlers: dict[str, Handler] = {
            each.name: Handler(each.params, self._handler(each)) for each in declarations.incoming.values()
        }
        """By method."""
        self.handlers[EXECUTE_COMMAND] = Handler(types.ExecuteCommandParams, self._execute)

    def _handler(
        self, declared: Request | ProtocolRequest | Notification | ProtocolNotification
    ) -> Callable[[Json, int], Any]:
        session = self._session
        match declared:
            case Request():
                return lambda params, size: self._answer_request(declared, params)
            case ProtocolRequest(answer=answer):
                return lambda params, size: answer(session, params)
            case ProtocolNotification(handle=handle):
                return lambda params, size: handle(session, params)
            case Notification(handle=change):
                return lambda params, size: session.post(lambda engine: change(session, engine, params), size)

    async def _answer_request(self, request: Request, params: Json) -> Json:
        session = self._session
        if not request.is_enabled(session.settings, session.client, params):
            return request.otherwise(params)
        if request.deadline is None:
            return await self._answer(request, params)
        try:
            return await asyncio.wait_for(self._answer(request, params), request.deadline)
        except (TimeoutError, Failure):
            return (request.without_engine or request.otherwise)(params)

    async def _execute(self, params: types.ExecuteCommandParams, size: int) -> Json:
        """Run a command and return its result; it is cancelled like any request."""
        command = self._commands.get(params.command)
        if command is None:
            raise Failure(INVALID_PARAMS, f"there is no command {params.command}")
        argument = _read_argument(command, params.arguments or [])
        if isinstance(command, EngineCommand):
            self._session.post(command.change)
            return None
        answer = await self._answer(command, argument)
        return answer if command.present is None else await command.present(self._session, answer)

    async def _answer(self, declared: Request | Command, params: Json) -> Json:
        """Return the handler's answer, once all changes before are known; its errors become the protocol's."""
        session = self._session
        key = None if declared.supersede_key is None else declared.supersede_key(params)
        async with self._work_done(getattr(params, "work_done_token", None), declared.title):
            if session.folders.has_links:
                session.post(lambda engine: follow_links(session, engine))
            engine = await session.engine_host.current()

            def answer(cancel: Event) -> Json:
                return declared.answer(self._context(engine, cancel), params)

            try:
                return await session.executor.run(declared.schedule, answer, supersede_key=key)
            except Failure:
                raise
            except ValueError as error:
                raise Failure(INVALID_PARAMS, str(error)) from None
            except (LookupError, EngineFailed) as error:
                raise Failure(REQUEST_FAILED, str(error.args[0]) if error.args else "not found") from None

    def _context(self, engine: Any, cancel: Event) -> RequestContext:  # noqa: ANN401 - the engine, or one of the tests
        session = self._session
        return RequestContext(
            engine=engine,
            cancel=cancel,
            client=session.client,
            settings=session.settings,
            folders=session.folders,
            documents=session.documents,
            translator=session.translator,
            results_dir=session.results_dir,
            send_progress=partial(self._send_progress, cancel),
        )

    def _send_progress(self, cancel: Event, token: int | str, value: Json, replaces: bool) -> None:
        """Send it from a request's thread; nothing follows the response that says that it was cancelled."""

        def send() -> None:
            if not cancel.is_set():
                self._session.send_progress(token, value, replaces=replaces)

        self._session.loop.call_soon_threadsafe(send)

    @asynccontextmanager
    async def _work_done(self, token: int | str | None, title: str) -> AsyncIterator[None]:
        if token is None:
            yield
            return
        self._session.send_progress(token, types.WorkDoneProgressBegin(title, percentage=0))
        try:
            yield
        finally:
            self._session.send_progress(token, types.WorkDoneProgressEnd())


def _read_argument(command: AnyCommand, arguments: Sequence[Json]) -> Json:
    """Return the command's one argument. Typed by hand it may be JSON in a string, or just words."""
    if command.params is None:
        return None
    if len(arguments) != 1:
        raise Failure(INVALID_PARAMS, f"{command.name} takes one argument, an object")
    given = arguments[0]
    if isinstance(given, str):
        given = _read_typed_argument(given, command)
    try:
        return wire.structure(given, command.params)
    except wire.InvalidParams as error:
        raise Failure(INVALID_PARAMS, f"{command.name}: {error}") from None


def _read_typed_argument(text: str, command: AnyCommand) -> Json:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass  # words that begin with a brace
    field = command.typed_field if isinstance(command, Command) else None
    return text if field is None else {field: text}
