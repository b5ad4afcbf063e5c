"""Folders, files and notebooks that change while the server runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Session


def folder(path: Path) -> dict[str, str]:
    return {"uri": path.as_uri(), "name": path.name}


async def test_folders_are_taken_from_wherever_the_client_names_them(session: Session, tmp_path: Path) -> None:
    params = {"processId": None, "capabilities": {}, "rootPath": str(tmp_path)}
    await session.client.request("initialize", params)
    session.client.notify("initialized", {})
    await session.client.request("dowse/indexStatus")
    assert session.engine.folders == [tmp_path]


@pytest.mark.parametrize("params", [{}, {"params": None}])
async def test_the_workspace_is_opened_however_a_client_spells_no_parameters(
    session: Session, tmp_path: Path, params: dict[str, None]
) -> None:
    await session.client.request("initialize", {"processId": None, "capabilities": {}, "rootUri": tmp_path.as_uri()})
    session.client.send(json.dumps({"jsonrpc": "2.0", "method": "initialized", **params}).encode())
    await session.client.request("dowse/indexStatus")
    assert session.engine.folders == [tmp_path]


async def test_a_file_that_is_open_under_two_names_stays_open_until_both_are_closed(
    session: Session, tmp_path: Path
) -> None:
    await session.opened(tmp_path)
    (tmp_path / "a.py").write_text("")
    (tmp_path / "link.py").symlink_to("a.py")
    name, other = (tmp_path / "a.py").as_uri(), f"{tmp_path.as_uri()}/link.py"
    for first, last in ((name, other), (other, name)):
        session.open(name, "one = 1\n")
        session.open(other, "one = 1\n")
        session.client.notify("textDocument/didClose", {"textDocument": {"uri": first}})
        session.change(last, {"text": "two = 2\n"})
        assert await session.text(str(tmp_path / "a.py")) == "two = 2\n"
        assert session.server.session.translator.uri_of(str(tmp_path / "a.py")) == last
        session.client.notify("textDocument/didClose", {"textDocument": {"uri": last}})
        assert await session.text(str(tmp_path / "a.py")) is None


async def test_no_folder_at_all_is_a_workspace(session: Session) -> None:
    engine = await session.opened(workspaceFolders=None)
    session.open("untitled:1", "def loose(): 1")
    assert engine.folders == []
    assert await session.client.names("loose") == ["loose"]


async def test_folders_come_and_go(session: Session, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    engine = await session.opened(tmp_path)
    event: dict[str, Any] = {"added": [folder(inner)], "removed": [folder(tmp_path)]}
    session.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    session.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    status = await session.client.request("dowse/indexStatus")
    assert [f["uri"] for f in status["folders"]] == [inner.as_uri()]
    assert [call for call in engine.calls if call[0] == "change_folders"] == [("change_folders", ([inner], [tmp_path]))]


async def test_changed_files_reach_the_engine_by_their_folders_real_path(session: Session, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)
    engine = await session.opened(link)
    changes = [{"uri": (link / "gone.py").as_uri(), "type": 3}, {"uri": "untitled:x", "type": 1}]
    session.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    await session.client.request("dowse/indexStatus")
    assert engine.calls == [("files_changed", [str(real / "gone.py")])]


WATCHES = {"dynamicRegistration": True}


@pytest.mark.parametrize(
    ("client", "capability", "relative"),
    [
        ("Visual Studio Code", WATCHES | {"relativePatternSupport": True}, True),
        ("Visual Studio Code", WATCHES, False),
        ("Neovim", {"dynamicRegistration": False}, None),
        ("Eglot", WATCHES, None),
    ],
)
async def test_the_client_watches_where_it_can(
    session: Session, tmp_path: Path, client: str, capability: dict[str, bool], relative: bool | None
) -> None:
    await session.opened(tmp_path, name=client, capabilities={"workspace": {"didChangeWatchedFiles": capability}})
    registered = session.client.of("client/registerCapability")
    assert bool(registered) is (relative is not None)
    if registered:
        pattern = registered[0]["registrations"][0]["registerOptions"]["watchers"][0]["globPattern"]
        assert pattern == ({"baseUri": tmp_path.as_uri(), "pattern": "**/*"} if relative else "**/*")


NOTEBOOK = "file:///projects/n.ipynb"


def cell(number: int) -> str:
    return f"vscode-notebook-cell:/projects/n.ipynb#C{number}"


def item(number: int, text: str, language: str = "python") -> dict[str, Any]:
    return {"uri": cell(number), "languageId": language, "version": 1, "text": text}


def cells(*numbers: int) -> list[dict[str, Any]]:
    return [{"kind": 2, "document": cell(number)} for number in numbers]


async def open_notebook(session: Session) -> None:
    notebook = {"uri": NOTEBOOK, "notebookType": "jupyter-notebook", "version": 1, "cells": cells(1, 2)}
    texts = [item(1, "def first(): 1\n"), item(2, "def second(): 2\n")]
    session.client.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": texts})


def change_cells(session: Session, change: dict[str, Any]) -> None:
    identifier = {"uri": NOTEBOOK, "version": 2}
    session.client.notify("notebookDocument/didChange", {"notebookDocument": identifier, "change": {"cells": change}})


async def test_cells_are_searched_as_they_stand(session: Session) -> None:
    engine = await session.opened()
    await open_notebook(session)
    assert await session.client.names("def") == ["first", "second"]
    assert engine.document_text("/projects/n.ipynb") is not None  # the saved cells are not found beside the open ones

    place = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 9}}
    text = {"document": {"uri": cell(1), "version": 2}, "changes": [{"range": place, "text": "edited"}]}
    change_cells(session, {"textContent": [text]})
    assert await session.client.names("def") == ["edited", "second"]

    array = {"start": 0, "deleteCount": 1, "cells": cells(3, 4)}
    structure = {
        "array": array,
        "didOpen": [item(3, "def third(): 3\n"), item(4, "def fourth(): 4\n")],
        "didClose": [{"uri": cell(1)}],
    }
    change_cells(session, {"structure": structure})
    assert await session.client.names("def") == ["second", "third", "fourth"]
    symbols = await session.client.request("workspace/symbol", {"query": "?third"})
    assert symbols[0]["containerName"] == "/projects/n.ipynb cell 1"

    closing = {"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": [{"uri": cell(2)}]}
    session.client.notify("notebookDocument/didClose", closing)
    assert await session.client.names("def") == []
    assert engine.documents.snapshot() == ()


async def test_a_change_of_a_notebook_that_is_not_open_is_dropped(session: Session) -> None:
    await session.opened()
    change_cells(session, {"structure": {"array": {"start": 5, "deleteCount": 9}, "didClose": [{"uri": cell(9)}]}})
    session.client.notify(
        "notebookDocument/didClose", {"notebookDocument": {"uri": "file:///other.ipynb"}, "cellTextDocuments": []}
    )
    assert await session.client.names("def") == []
