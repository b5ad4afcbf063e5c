"""The real server on real files: what is asked is answered from the text as it is now."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from e2e.raw import PATIENCE, RawClient, Server, started

RETRIES = '''\
def retry_with_backoff(call, attempts):
    """Repeat a failing call, waiting longer each time."""
    for attempt in range(attempts):
        try:
            return call()
        except ConnectionError:
            sleep(2**attempt)
'''
INVOICES = '''\
def total_of_invoice(lines):
    """Add up the amounts of an invoice with value added tax."""
    return sum(line.amount * (1 + line.tax) for line in lines)
'''
BACKOFF = "where are failing calls repeated with a longer wait"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work space"
    folder.mkdir()
    (folder / "net.py").write_text(RETRIES, "utf-8")
    (folder / "billing.py").write_text(INVOICES, "utf-8")
    return folder


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with started(tmp_path / "cache") as server:
        yield server
        assert await server.close() == 0
        assert server.client.of("window/showMessage") == []
        senders = [m["id"] for m in server.client.messages if "method" not in m]
        assert len(senders) == len(set(senders))


@pytest.fixture
async def client(server: Server, workspace: Path) -> RawClient:
    await server.client.initialize(workspace)
    await server.client.ready()
    return server.client


def edit(client: RawClient, uri: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
    place = {"start": position(start), "end": position(end)}
    identifier = {"uri": uri, "version": 2}
    params = {"textDocument": identifier, "contentChanges": [{"range": place, "text": text}]}
    client.notify("textDocument/didChange", params)


def position(place: tuple[int, int]) -> dict[str, int]:
    return {"line": place[0], "character": place[1]}


async def until_found(client: RawClient, query: str, name: str, found: bool = True) -> None:
    async with asyncio.timeout(PATIENCE):
        while (name in await client.names(query)) is not found:
            pass


async def hits(client: RawClient, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = await client.request("workspace/semanticSearch", {"query": query} | more)
    return list(answer["results"])


async def test_code_is_found_by_what_it_does(client: RawClient, workspace: Path) -> None:
    [best, *_] = await hits(client, BACKOFF)
    assert best["name"] == "retry_with_backoff"
    assert best["location"]["uri"] == (workspace / "net.py").as_uri()
    assert best["location"]["range"]["start"] == position((0, 0))
    assert best["preview"].startswith("def retry_with_backoff")
    assert (await hits(client, "value added tax of an invoice"))[0]["name"] == "total_of_invoice"


async def test_an_unsaved_edit_is_found_before_it_is_saved(client: RawClient, workspace: Path) -> None:
    uri = (workspace / "net.py").as_uri()
    client.open(uri, RETRIES)
    edit(client, uri, (0, 0), (0, 0), "def parse_timestamp(text):\n    return datetime.fromisoformat(text)\n\n\n")
    [best, *_] = await hits(client, "parse timestamp")
    assert best["name"] == "parse_timestamp"
    moved = next(hit for hit in await hits(client, BACKOFF) if hit["name"] == "retry_with_backoff")
    assert moved["selectionRange"]["start"] == position((4, 4))
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert "parse_timestamp" not in await client.names("parse timestamp")


async def test_a_deleted_file_is_never_returned(client: RawClient, workspace: Path) -> None:
    (workspace / "net.py").unlink()
    assert "retry_with_backoff" not in await client.names(BACKOFF)


async def test_a_new_file_is_found(client: RawClient, workspace: Path) -> None:
    file = workspace / "mail.py"
    file.write_text('def send_reminder(address):\n    """Send a reminder by electronic mail."""\n', "utf-8")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file.as_uri(), "type": 1}]})
    await until_found(client, "reminder by electronic mail", "send_reminder")


async def test_an_untitled_document_is_searched(client: RawClient) -> None:
    client.open("untitled:Untitled-1", "def shuffle_playlist(songs):\n    random.shuffle(songs)\n")
    [best, *_] = await hits(client, "shuffle playlist")
    assert best["location"]["uri"] == "untitled:Untitled-1"
    similar = await client.request(
        "textDocument/similarCode",
        {"textDocument": {"uri": "untitled:Untitled-1"}, "position": position((1, 4)), "limit": 5},
    )
    assert similar["source"]["name"] == "shuffle_playlist"
    assert "shuffle_playlist" not in [hit["name"] for hit in similar["results"]]


async def test_a_document_whose_language_is_none_is_taken_by_its_name(client: RawClient, workspace: Path) -> None:
    for number, language in enumerate([None, 5, True, 1e308, "", "no such language"]):
        uri = (workspace / f"playlist{number}.py").as_uri()
        text = f"def shuffle_playlist_{number}(songs):\n    pass\n"
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        [best, *_] = await hits(client, f"shuffle playlist {number}")
        assert best["location"]["uri"] == uri


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_edits_and_hits_in_every_encoding(server: Server, workspace: Path, encoding: str) -> None:
    client = server.client
    await client.initialize(workspace, capabilities={"general": {"positionEncodings": [encoding]}})
    name = "zähle_𝒳_wörter"
    units = {"utf-8": len(name.encode()), "utf-16": len(name.encode("utf-16-le")) // 2, "utf-32": len(name)}[encoding]
    party = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[encoding]
    text = f"# 🎉\u2028 one line\x0c still\rdef {name}(text):\n    '🎉' + count_words(text)\n"
    client.open("untitled:words", text)
    column = 4 + 1 + party + 1 + 3  # behind the quote, the emoji, the quote, and " + "
    edit(client, "untitled:words", (2, column), (2, column + len("count_words")), "count_syllables")
    [best, *_] = await hits(client, "count syllables", limit=1)
    assert best["location"]["uri"] == "untitled:words"
    assert "'🎉' + count_syllables(text)" in best["preview"]
    named = best["selectionRange"]
    assert named["start"]["line"] == 1
    assert (named["start"]["character"], named["end"]["character"]) == (4, 4 + units)


async def test_folders_come_go_and_nest(client: RawClient, workspace: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    nested = workspace / "nested"
    for folder, name in ((other, "launch_rocket"), (nested, "peel_potato")):
        folder.mkdir()
        (folder / "code.py").write_text(f"def {name}():\n    return 1\n", "utf-8")

    def change(added: list[Path], removed: list[Path]) -> None:
        event = {
            "added": [{"uri": f.as_uri(), "name": f.name} for f in added],
            "removed": [{"uri": f.as_uri(), "name": f.name} for f in removed],
        }
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})

    change([other, nested], [])
    await until_found(client, "launch rocket", "launch_rocket")
    await until_found(client, "peel potato", "peel_potato")
    await client.ready()
    assert (await client.names("peel potato")).count("peel_potato") == 1
    only = {"filter": {"folders": [nested.as_uri()]}}
    assert await client.names("launch rocket or peel potato", **only) == ["peel_potato"]
    change([], [other])
    await until_found(client, "launch rocket", "launch_rocket", found=False)
    change([], [nested])
    await until_found(client, "peel potato", "peel_potato")  # the outer folder owns it again


async def test_cells_of_a_notebook_are_searched_as_they_are(client: RawClient, workspace: Path) -> None:
    file = workspace / "n.ipynb"
    saved = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "def old_cell(): 1"}
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file.write_text(json.dumps(saved), "utf-8")
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": file.as_uri(), "type": 1}]})
    await until_found(client, "old cell", "old_cell")
    cell = file.as_uri().replace("file:", "vscode-notebook-cell:") + "#C1"
    notebook = {
        "uri": file.as_uri(),
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": cell}],
    }
    item = {"uri": cell, "languageId": "python", "version": 1, "text": "def plot_histogram(data):\n    pass\n"}
    client.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": [item]})
    [best, *_] = await hits(client, "plot histogram")
    assert best["location"]["uri"] == cell
    assert "old_cell" not in await client.names("old cell")
    content = {
        "document": {"uri": cell, "version": 2},
        "changes": [{"range": {"start": position((0, 4)), "end": position((0, 18))}, "text": "draw_scatter"}],
    }
    change = {"notebookDocument": {"uri": file.as_uri(), "version": 2}, "change": {"cells": {"textContent": [content]}}}
    client.notify("notebookDocument/didChange", change)
    assert (await hits(client, "draw scatter"))[0]["name"] == "draw_scatter"
    closed = {"notebookDocument": {"uri": file.as_uri()}, "cellTextDocuments": [{"uri": cell}]}
    client.notify("notebookDocument/didClose", closed)
    await until_found(client, "old cell", "old_cell")
    assert "draw_scatter" not in await client.names("draw scatter")


async def test_a_workspace_without_folders(server: Server) -> None:
    client = server.client
    await client.initialize()
    client.open("untitled:1", "def lonely_function():\n    return 1\n")
    assert await client.names("lonely function") == ["lonely_function"]
    assert (await client.request("dowse/indexStatus"))["folders"] == []


async def test_a_folder_that_does_not_exist_leaves_the_rest_answering(workspace: Path, tmp_path: Path) -> None:
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(tmp_path / "absent", workspace)
        await server.client.ready()
        assert (await hits(server.client, BACKOFF))[0]["name"] == "retry_with_backoff"
        messages = server.client.of("window/showMessage")
        assert messages
        assert all("absent" in message["message"] for message in messages)
        assert await server.close() == 0


async def test_many_requests_many_cancelled_each_answered_once(client: RawClient) -> None:
    senders = []
    for n in range(1000):
        senders.append(client.start("workspace/semanticSearch", {"query": f"retry number {n}", "limit": n % 7 + 1}))
        if n % 2:
            client.notify("$/cancelRequest", {"id": senders[-1]})
    for sender in senders:
        response = await client.response(sender)
        assert "result" in response or response["error"]["code"] in {-32800, -32802}
    assert "result" in await client.response(senders[-2])


async def test_similar_code_of_a_file_outside_the_workspace(client: RawClient, tmp_path: Path) -> None:
    loose = tmp_path / "loose.py"
    loose.write_text(RETRIES.replace("retry_with_backoff", "try_again"), "utf-8")
    answer = await client.request(
        "textDocument/similarCode", {"textDocument": {"uri": loose.as_uri()}, "position": position((3, 0))}
    )
    assert answer["source"]["name"] == "try_again"
    assert answer["results"][0]["name"] == "retry_with_backoff"


async def test_similar_code_of_a_selection(client: RawClient, workspace: Path) -> None:
    place = {"start": position((3, 8)), "end": position((6, 29))}
    answer = await client.request(
        "textDocument/similarCode", {"textDocument": {"uri": (workspace / "net.py").as_uri()}, "range": place}
    )
    assert answer["source"]["range"] == place


async def test_input_ends_while_it_indexes(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(400):
        (folder / f"f{n}.py").write_text(RETRIES.replace("retry", f"retry_{n}"), "utf-8")
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(folder)
        await server.client.notification("dowse/didChangeIndexStatus")
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert await server.exit_code() == 1
    async with started(tmp_path / "cache") as server:  # what was committed is sound
        await server.client.initialize(folder)
        await server.client.ready()
        status = await server.client.request("dowse/indexStatus")
        assert status["folders"][0]["filesIndexed"] == 400
        assert len(await server.client.names(BACKOFF, limit=200)) == 200
        assert await server.close() == 0


async def test_flags_that_editors_add_do_no_harm(workspace: Path, tmp_path: Path) -> None:
    flags = ("--clientProcessId=123", "--node-ipc", "--socket", "--stdio")
    async with started(tmp_path / "cache", extra=flags) as server:
        await server.client.initialize(workspace)
        await server.client.ready()
        assert (await hits(server.client, BACKOFF))[0]["name"] == "retry_with_backoff"
        assert await server.close() == 0


async def test_the_log_holds_neither_code_nor_questions(workspace: Path, tmp_path: Path) -> None:
    async with started(tmp_path / "cache", extra=("--log-level", "debug")) as server:
        client = server.client
        await client.initialize(workspace, initializationOptions={"files": {"maxSize": "secretsetting"}})
        await client.ready()
        client.open("untitled:1", "def secretcode():\n    return 'secretcode'\n")
        await client.names("secretquestion")
        await client.error("workspace/semanticSearch", {"query": "secretquestion", "mode": "secretmode"})
        await client.error("secretmethod", {"secret": "secretparams"})
        client.notify("textDocument/didOpen", {"textDocument": {"text": "secrettext"}})
        client.send(b'{"secretjson": ')
        assert await server.close() == 0
        assert server.process.stderr is not None
        logged = (await server.process.stderr.read()).decode()
        assert "secret" not in logged
        assert "didOpen" in logged  # it did log
