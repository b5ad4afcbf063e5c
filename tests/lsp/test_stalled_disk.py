"""Nothing that touches the disk runs on the event loop: while a disk hangs, every message is still handled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from attacks.test_protocol import NOTIFICATIONS, REQUESTS
from lsp.conftest import RealEngine, Session
from lsp.stalled_disk import StalledDisk, watched_loop

SEARCH = "workspace/semanticSearch"


@pytest.fixture
def hanging_disk(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StalledDisk]:
    """A mount that hangs."""
    mount = tmp_path / "mount"
    mount.mkdir()
    (mount / "a.py").write_text("def saved(): 1\n", "utf-8")
    disk = StalledDisk(mount, monkeypatch)
    yield disk
    disk.release()


@pytest.fixture
def disk(hanging_disk: StalledDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[StalledDisk]:
    """A mount that hangs, and a check that the event loop never waited for it."""
    with watched_loop(monkeypatch):
        yield hanging_disk


async def test_open_and_changed_documents_are_searched(session: Session, disk: StalledDisk) -> None:
    await session.opened()
    uri = (disk.folder / "a.py").as_uri()
    session.open(uri, "def before(): 1\n")
    session.change(uri, {"text": "def after(): 1\n"})
    session.open("untitled:1", "def elsewhere(): 1\n")
    assert await session.client.names("def") == ["after", "elsewhere"]
    assert disk.reached.is_set()
    assert [
        hit["location"]["uri"] for hit in (await session.client.request(SEARCH, {"query": "after"}))["results"]
    ] == [uri]


async def test_a_request_that_waits_for_the_disk_can_be_cancelled(session: Session, disk: StalledDisk) -> None:
    await session.opened()
    place = {"textDocument": {"uri": (disk.folder / "a.py").as_uri()}, "position": {"line": 0, "character": 0}}
    sender = session.client.start("textDocument/similarCode", place)
    await asyncio.to_thread(disk.reached.wait, 10)
    session.client.notify("$/cancelRequest", {"id": sender})
    assert (await session.client.response(sender))["error"]["code"] == -32800
    assert await session.client.names("def") == []


async def test_a_workspace_on_it_is_opened_and_shut_down(session: Session, disk: StalledDisk) -> None:
    await session.client.initialize(disk.folder)
    session.open("untitled:1", "def here(): 1\n")
    assert await session.client.names("def") == ["here"]
    assert await session.client.request("shutdown") is None


async def test_folders_on_it_come_and_go(session: Session, disk: StalledDisk) -> None:
    await session.opened()
    folder = {"uri": disk.folder.as_uri(), "name": "mount"}
    for event in ({"added": [folder], "removed": []}, {"added": [], "removed": [folder]}):
        session.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    session.client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": folder["uri"] + "/b", "type": 1}]})
    assert await session.client.names("def") == []
    assert await session.client.request("shutdown") is None


def on_the_mount(value: Any, uri: str) -> Any:
    """Return a message's parameters with a document of the mount in place of every other."""
    if isinstance(value, dict):
        return {key: on_the_mount(each, uri) for key, each in value.items()}
    if isinstance(value, list):
        return [on_the_mount(each, uri) for each in value]
    return uri if isinstance(value, str) and value.startswith(("untitled:", "file:", "vscode-notebook")) else value


@pytest.mark.parametrize("method", [*REQUESTS, *NOTIFICATIONS])
async def test_no_message_makes_the_event_loop_wait(session: Session, disk: StalledDisk, method: str) -> None:
    options = {"editor": {"codeLens": True, "nearDuplicates": True}}
    await session.opened(disk.folder, initializationOptions=options)
    uri = (disk.folder / "a.py").as_uri()
    session.open(uri, "def open(): 1\n")
    if method in REQUESTS:
        sender = session.client.start(method, on_the_mount(REQUESTS[method], uri))
        session.client.notify("$/cancelRequest", {"id": sender})
        await session.client.response(sender)
    else:
        session.client.notify(method, on_the_mount(NOTIFICATIONS[method], uri))
    assert "result" in await session.client.response(session.client.start(SEARCH, {"query": "anything"}))
    assert await session.client.request("shutdown") is None


class TestTheEngineItself:
    @pytest.fixture
    def make_engine(self, tmp_path: Path) -> Callable[..., Any]:
        return partial(RealEngine, cache_dir=tmp_path / "index")

    async def test_the_other_folder_of_the_workspace_is_indexed_and_searched(
        self, session: Session, hanging_disk: StalledDisk, tmp_path: Path
    ) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "b.py").write_text("def weigh_parcel(parcel):\n    return parcel.weight\n", "utf-8")
        await session.client.initialize(folder, hanging_disk.folder)
        session.open((hanging_disk.folder / "a.py").as_uri(), "def edited(): 1\n")
        async with asyncio.timeout(60):
            while await session.client.names("weigh parcel", limit=1) != ["weigh_parcel"]:
                pass  # it is still being indexed
        assert await session.client.request("shutdown") is None
