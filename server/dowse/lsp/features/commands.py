"""``workspace/executeCommand``: the same operations for clients without custom requests."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from dowse.lsp import protocol, wire
from dowse.lsp.features import duplicates, index_status, notes, results_document, semantic_search, similar_code
from dowse.lsp.jsonrpc import INVALID_PARAMS, Failure
from dowse.lsp.wire import Json

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer

_ANSWERS: "Mapping[str, Callable[[DowseServer, Any], Awaitable[Any]]]" = {
    protocol.SEARCH.name: semantic_search.search,
    protocol.SIMILAR.name: similar_code.similar,
    protocol.LIST_DUPLICATES.name: duplicates.duplicates,
    protocol.SEARCH_TO_DOCUMENT.name: results_document.of_search,
    protocol.SIMILAR_TO_DOCUMENT.name: results_document.of_similar,
    protocol.DUPLICATES_TO_DOCUMENT.name: results_document.of_duplicates,
    protocol.WRITE_NOTE.name: notes.write,
    protocol.SHOW_INDEX_STATUS.name: index_status.status,
}
"""What answers a command with its one argument."""

_ACTIONS: "Mapping[str, Callable[[Engine], None]]" = {
    protocol.PAUSE_INDEXING.name: lambda engine: engine.pause(),
    protocol.RESUME_INDEXING.name: lambda engine: engine.resume(),
    protocol.REBUILD_INDEX.name: lambda engine: engine.rebuild(),
}
"""What the engine is told to do; the command does not wait for it."""


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute)


async def execute(ls: "DowseServer", params: types.ExecuteCommandParams) -> Json:
    """Run a command and return its result; it is cancelled like any request."""
    command = next((command for command in protocol.COMMANDS if command.name == params.command), None)
    if command is None:
        raise Failure(INVALID_PARAMS, f"there is no command {params.command}")
    argument = _argument(command, params.arguments or [])
    if (answer := _ANSWERS.get(command.name)) is not None:
        return await answer(ls, argument)
    ls.host.tell(_ACTIONS[command.name])
    return None


def _argument(command: protocol.Command, arguments: Sequence[Json]) -> Json:
    """Return the command's one argument. Typed by hand it may be JSON in a string, or just words."""
    if command.argument is None:
        return None
    if len(arguments) != 1:
        raise Failure(INVALID_PARAMS, f"{command.name} takes one argument, an object")
    given = arguments[0]
    if isinstance(given, str):
        given = _typed(given, command.argument)
    try:
        return wire.structure(given, command.argument)
    except wire.InvalidParams as error:
        raise Failure(INVALID_PARAMS, f"{command.name}: {error}") from None


def _typed(text: str, kind: type) -> Json:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass  # words that begin with a brace
    words = {protocol.SemanticSearchParams: "query", protocol.WriteNoteParams: "text"}.get(kind)
    return text if words is None else {words: text}
