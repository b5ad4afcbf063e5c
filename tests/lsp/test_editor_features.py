"""Hover, lenses, actions, symbols, commands: the same answers in the editor's own dress."""

import asyncio
import json
import os
import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from dowse.lsp.markdown import escape_markdown
from lsp.conftest import Session

TEXT = "def one(): 1\ndef two(): 2\n\nx = 1\n"
URI = "untitled:1"


def at(line: int) -> dict[str, Any]:
    return {"textDocument": {"uri": URI}, "position": {"line": line, "character": 5}}


def places_of(link: str, command: str) -> Any:
    """The arguments of a link that runs ``command``."""
    found = re.search(rf"\(command:{re.escape(command)}\?([^)\s]*)\)", link)
    assert found is not None
    return json.loads(unquote(found[1]))


async def hover(session: Session, line: int) -> Any:
    return await session.client.request("textDocument/hover", at(line))


async def test_hover_shows_what_is_similar_on_a_definitions_line_only(session: Session) -> None:
    await session.opened(capabilities={"textDocument": {"hover": {"contentFormat": ["markdown"]}}})
    session.open(URI, TEXT)
    shown = (await hover(session, 0))["contents"]
    assert shown["kind"] == "markdown"
    assert "[two](<untitled:1#L2>)" in shown["value"]
    assert await hover(session, 3) is None


async def test_hover_is_plain_text_for_a_client_without_markdown(session: Session) -> None:
    await session.opened()
    session.open(URI, TEXT)
    assert (await hover(session, 0))["contents"] == {"kind": "plaintext", "value": "Similar:\ntwo  0.50  untitled:1:2"}


async def test_hover_is_for_the_name_alone(session: Session) -> None:
    await session.opened()
    session.open(URI, "def one(): 1\ndef two(): 2\n")
    assert (await hover(session, 0))["range"] == {
        "start": {"line": 0, "character": 4},
        "end": {"line": 0, "character": 7},
    }
    elsewhere = at(0) | {"position": {"line": 0, "character": 9}}
    assert await session.client.request("textDocument/hover", elsewhere) is None


async def test_hover_links_run_the_commands_of_a_client_that_has_them(session: Session) -> None:
    markdown = {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}
    await session.opened(capabilities=markdown | {"experimental": {"dowse": {"hoverCommands": True}}})
    session.open(URI, "def one(): 1\ndef two) [x](command:evil): 2\n")
    shown = (await hover(session, 0))["contents"]["value"]
    [target] = places_of(shown, "dowse.openPlace")
    assert (target["uri"], target["range"]["start"]["line"]) == (URI, 1)
    source, other = places_of(shown, "dowse.comparePlaces")
    assert (source["range"]["start"]["line"], other) == (0, target)
    assert "](command:evil" not in shown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("call_until_it_works", "call_until_it_works"),
        ("src/a-b_c.py:3", "src/a-b_c.py:3"),
        ("__init__", r"\_\_init\_\_"),
        ("_one_ `two` *three*", r"\_one\_ \`two\` \*three\*"),
        ("[x](command:evil)", r"\[x\](command:evil)"),
        ("<b>&amp;\n", r"\<b\>\&amp;" + "\ufffd"),
    ],
)
def test_what_could_be_markup_is_escaped_and_nothing_else(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown


async def test_names_from_the_workspace_are_no_markup(session: Session) -> None:
    await session.opened(capabilities={"textDocument": {"hover": {"contentFormat": ["markdown"]}}})
    session.open(URI, "def one(): 1\ndef [x](command:evil)\n")
    assert "](command:" not in (await hover(session, 0))["contents"]["value"]


@pytest.mark.parametrize(
    ("client", "setting", "answered"),
    [("Neovim", None, True), ("Eglot", None, False), ("Eglot", "on", True), ("Neovim", "off", False)],
)
async def test_hover_is_off_where_it_is_asked_at_every_move(
    session: Session, client: str, setting: str | None, answered: bool
) -> None:
    options = {"editor": {"hover": setting}} if setting else None
    await session.opened(name=client, initializationOptions=options)
    session.open(URI, TEXT)
    assert (await hover(session, 0) is not None) is answered


async def test_a_hover_that_would_be_late_is_absent(session: Session) -> None:
    engine = await session.opened()
    session.open(URI, TEXT)
    engine.released.clear()
    assert await hover(session, 0) is None


async def test_a_hover_asks_the_engine_once(session: Session) -> None:
    """Text, neighbours and notes are of one state of the workspace."""
    engine = await session.opened()
    session.open(URI, TEXT)
    assert await hover(session, 0) is not None
    assert engine.calls == [("hover", 0)]


async def test_lenses_are_off_unless_turned_on(session: Session) -> None:
    await session.opened()
    session.open(URI, TEXT)
    assert await session.client.request("textDocument/codeLens", {"textDocument": {"uri": URI}}) == []


LENSED = "def one():\n    return 1\n\n\nclass Two:\n    def three(self):\n        return 3\n"


async def lenses_of(session: Session, uri: str = URI) -> list[Any]:
    params = {"textDocument": {"uri": uri}}
    async with asyncio.timeout(20):
        while not (lenses := await session.client.request("textDocument/codeLens", params)):
            pass  # the first parse loads the parser, and may be too late for its answer
    return list(lenses)


async def test_lenses_stand_above_definitions_and_name_their_neighbours(session: Session) -> None:
    await session.opened(initializationOptions={"editor.codeLens": True})
    session.open(URI, LENSED)
    session.open("untitled:2", "def twin(): 1\n")
    lenses = await lenses_of(session)
    assert [lens["range"]["start"]["line"] for lens in lenses] == [0, 4, 5]
    assert all("command" not in lens for lens in lenses)
    command = (await session.client.request("codeLens/resolve", lenses[0]))["command"]
    assert command["title"] == "1 similar: twin"
    assert (await session.client.request("workspace/executeCommand", command))["hits"] == 1


@pytest.mark.parametrize(
    ("neighbours", "title"),
    [
        (1, "1 similar: twin0"),
        (2, "2 similar: twin0, twin1"),
        (9, "9 similar: twin0, twin1, …"),
        (10, "9+ similar: twin0, twin1, …"),
    ],
)
async def test_a_lens_counts_its_neighbours(session: Session, neighbours: int, title: str) -> None:
    await session.opened(initializationOptions={"editor.codeLens": True})
    session.open(URI, LENSED)
    session.open("untitled:2", "".join(f"def twin{number}(): 1\n" for number in range(neighbours)))
    [lens, *_] = await lenses_of(session)
    assert (await session.client.request("codeLens/resolve", lens))["command"]["title"] == title


async def test_lenses_follow_edits(session: Session) -> None:
    await session.opened(initializationOptions={"editor.codeLens": True})
    session.open(URI, LENSED)
    await lenses_of(session)
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    session.change(URI, {"range": place, "text": "\n"})
    assert [lens["range"]["start"]["line"] for lens in await lenses_of(session)] == [1, 5, 6]


async def test_a_lens_without_known_neighbours_offers_to_look(session: Session) -> None:
    engine = await session.opened(initializationOptions={"editor.codeLens": True})
    session.open(URI, LENSED)
    lenses = await lenses_of(session)
    engine.released.clear()
    assert (await session.client.request("codeLens/resolve", lenses[0]))["command"]["title"] == "Find similar code"
    odd = lenses[0] | {"data": ["odd"]}
    assert await session.client.request("codeLens/resolve", odd) == odd


def action(start: int, end: int, **context: Any) -> dict[str, Any]:
    place = {"start": {"line": start, "character": 0}, "end": {"line": end, "character": 0}}
    return {"textDocument": {"uri": URI}, "range": place, "context": {"diagnostics": []} | context}


@pytest.mark.parametrize(
    ("params", "offered"),
    [
        (action(0, 1), True),
        (action(3, 4), True),
        (action(0, 0), True),
        (action(3, 3), False),
        (action(0, 1, triggerKind=1), True),
        (action(0, 1, triggerKind=2), False),
        (action(0, 1, only=["source"]), True),
        (action(0, 1, only=["source.dowse.findSimilar"]), True),
        (action(0, 1, only=["quickfix", "source.dowse"]), True),
        (action(0, 1, only=["source.organizeImports"]), False),
        (action(0, 1, only=["sour"]), False),
        (action(0, 1, only=["quickfix"]), False),
        (action(0, 1, only=[]), False),
    ],
)
async def test_the_action_is_offered_where_it_was_asked_for(
    session: Session, params: dict[str, Any], offered: bool
) -> None:
    await session.opened()
    session.open(URI, TEXT)
    actions = await session.client.request("textDocument/codeAction", params)
    assert bool(actions) is offered
    for found in actions:
        assert found["kind"] == "source.dowse.findSimilar"
        result = await session.client.request("workspace/executeCommand", found["command"])
        assert result["hits"] >= 1


async def test_the_action_can_be_turned_off(session: Session) -> None:
    await session.opened(initializationOptions={"editor.codeAction": False})
    session.open(URI, TEXT)
    assert await session.client.request("textDocument/codeAction", action(0, 1)) == []


async def test_an_action_that_would_be_late_is_absent(session: Session) -> None:
    engine = await session.opened()
    session.open(URI, TEXT)
    engine.released.clear()
    assert await session.client.request("textDocument/codeAction", action(0, 0)) == []


async def test_a_selection_is_offered_the_action_before_there_is_anything_to_ask(session: Session) -> None:
    engine = await session.opened()
    session.open(URI, TEXT)
    engine.released.clear()
    held = [asyncio.ensure_future(session.client.request("textDocument/codeAction", action(0, 0))) for _ in range(5)]
    assert len(await session.client.request("textDocument/codeAction", action(0, 1))) == 1
    assert [await each for each in held] == [[]] * 5


async def test_symbols_that_would_be_late_are_absent_and_their_search_ends(session: Session) -> None:
    engine = await session.opened(name="Neovim")
    session.open(URI, TEXT)
    engine.released.clear()
    assert await session.client.request("workspace/symbol", {"query": "def"}) == []
    await asyncio.to_thread(engine.cancelled.acquire)


@pytest.mark.parametrize(
    ("client", "setting", "query", "found"),
    [
        ("Neovim", None, "def", ["one", "two"]),
        ("Neovim", None, "  ", []),
        ("Visual Studio Code", None, "def", []),
        ("Visual Studio Code", None, "?def", []),
        ("unknown", None, "def", []),
        ("unknown", None, "? def", ["one", "two"]),
        ("unknown", None, "?", []),
        ("Visual Studio Code", "on", "def", ["one", "two"]),
        ("Neovim", "off", "def", []),
        ("Neovim", "prefixed", "def", []),
        ("Neovim", "prefixed", "?def", ["one", "two"]),
    ],
)
async def test_workspace_symbols_suit_the_client(
    session: Session, client: str, setting: str | None, query: str, found: list[str]
) -> None:
    options = {"editor": {"workspaceSymbols": setting}} if setting else None
    await session.opened(name=client, initializationOptions=options)
    session.open(URI, TEXT)
    symbols = await session.client.request("workspace/symbol", {"query": query})
    assert [symbol["name"] for symbol in symbols] == found
    assert all(symbol["location"]["range"]["end"]["character"] == 12 for symbol in symbols)


async def command(session: Session, name: str, *arguments: Any) -> Any:
    return await session.client.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


@pytest.mark.parametrize("argument", [{"query": "one"}, "one", '{"query": "one"}'])
async def test_a_search_by_command_takes_an_object_or_just_words(session: Session, argument: Any) -> None:
    await session.opened()
    session.open(URI, TEXT)
    assert [hit["name"] for hit in (await command(session, "dowse.search", argument))["results"]] == ["one"]


async def test_commands_do_what_requests_do(session: Session) -> None:
    engine = await session.opened()
    session.open(URI, TEXT)
    assert [hit["name"] for hit in (await command(session, "dowse.similar", at(0)))["results"]] == ["two"]
    assert (await command(session, "dowse.indexStatus"))["state"] == "ready"
    assert await command(session, "dowse.rebuildIndex") is None
    await command(session, "dowse.indexStatus")
    assert ("rebuild", None) in engine.calls
    assert await command(session, "dowse.pauseIndexing") is None
    assert await command(session, "dowse.resumeIndexing") is None
    await session.client.request("dowse/indexStatus")
    assert engine.calls[-2:] == [("pause", None), ("resume", None)]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("dowse.search", []),
        ("dowse.search", [{}]),
        ("dowse.search", [{"query": "a"}, {}]),
        ("dowse.search", ["{query: broken"]),
        ("dowse.similar", ["words"]),
        ("dowse.nonsense", []),
    ],
)
async def test_commands_refuse_what_they_cannot_read(session: Session, name: str, arguments: list[Any]) -> None:
    await session.opened()
    if name == "dowse.search" and arguments == ["{query: broken"]:
        assert (await command(session, name, *arguments))["results"] == []  # words that begin with a brace
        return
    params = {"command": name, "arguments": arguments}
    assert (await session.client.error("workspace/executeCommand", params))["code"] == -32602


SHOWS = {"window": {"showDocument": {"support": True}}}


async def test_results_are_written_and_shown(session: Session) -> None:
    await session.opened(capabilities=SHOWS)
    session.client.answers["window/showDocument"] = lambda params: {"success": True}
    session.open(URI, "def one(): '```'\n")
    result = await command(session, "dowse.searchToDocument", {"query": "one"})
    shown = session.client.of("window/showDocument")
    assert [(s["uri"], s["takeFocus"]) for s in shown] == [(result["uri"], True)]
    assert session.client.of("window/showMessage") == []
    text = private_text(Path(result["uri"].removeprefix("file://")))
    assert "untitled:1:1:5" in text.splitlines()
    assert "def one(): '\\`\\`\\`'" in text.splitlines()
    assert "````python\ndef one(): '```'\n````" in text


def private_text(path: Path) -> str:
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    return path.read_text("utf-8")


@pytest.mark.parametrize("capabilities", [{}, SHOWS])
async def test_where_the_file_cannot_be_shown_its_path_is_told(session: Session, capabilities: Any) -> None:
    await session.opened(capabilities=capabilities)
    session.client.answers["window/showDocument"] = lambda params: {"success": False}
    result = await command(session, "dowse.searchToDocument", {"query": "one"})
    assert result["hits"] == 0
    [message] = session.client.of("window/showMessage")
    assert result["uri"].removeprefix("file://") in message["message"]


async def test_old_results_files_are_removed(session: Session) -> None:
    await session.opened()
    for _ in range(23):
        await command(session, "dowse.searchToDocument", {"query": "one"})
    assert len(list(session.server.session.results_dir.iterdir())) == 20


async def test_a_cancelled_command_stops(session: Session) -> None:
    engine = await session.opened()
    engine.released.clear()
    params = {"command": "dowse.searchToDocument", "arguments": [{"query": "one"}]}
    sender = session.client.start("workspace/executeCommand", params)
    await asyncio.to_thread(engine.asked.acquire)
    session.client.notify("$/cancelRequest", {"id": sender})
    assert (await session.client.response(sender))["error"]["code"] == -32800
    await asyncio.to_thread(engine.cancelled.acquire)
    assert not session.server.session.results_dir.exists()
