"""``workspace/executeCommand``: the same operations for clients without custom requests."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol, wire
from dowse.lsp.features import duplicates, index_status, notes, results_document, semantic_search, similar_code
from dowse.lsp.jsonrpc import INVALID_PARAMS, Failure
from dowse.lsp.wire import Json

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute)


async def execute(ls: "DowseServer", params: types.ExecuteCommandParams) -> Json:
    """Run a command and return its result; it is cancelled like any request."""
    command = next((command for command in protocol.COMMANDS if command.name == params.command), None)
    if command is None:
        raise Failure(INVALID_PARAMS, f"there is no command {params.command}")
    argument = _argument(command, params.arguments or [])
    if command is protocol.SEARCH:
        return await semantic_search.search(ls, argument)
    if command is protocol.SIMILAR:
        return await similar_code.similar(ls, argument)
    if command is protocol.LIST_DUPLICATES:
        return await duplicates.duplicates(ls, argument)
    if command is protocol.DUPLICATES_TO_DOCUMENT:
        return await results_document.of_duplicates(ls, argument)
    if command is protocol.SEARCH_TO_DOCUMENT:
        return await results_document.of_search(ls, argument)
    if command is protocol.SIMILAR_TO_DOCUMENT:
        return await results_document.of_similar(ls, argument)
    if command is protocol.WRITE_NOTE:
        return await notes.write(ls, argument)
    if command is protocol.SHOW_INDEX_STATUS:
        return await index_status.status(ls, None)
    if command is protocol.PAUSE_INDEXING:
        ls.host.tell(lambda engine: engine.pause())
    elif command is protocol.RESUME_INDEXING:
        ls.host.tell(lambda engine: engine.resume())
    else:
        ls.host.tell(lambda engine: engine.rebuild())
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
