"""What a guest does not do: take in a home folder unasked, take more of the machine than it needs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from attacks.test_caches import in_a_namespace
from attacks.test_hostile_workspaces import HONEST
from dowse.cli.app import run
from dowse.lsp.consent import NO, YES
from dowse.workspace.wide import holds_home
from e2e.raw import PATIENCE, Server, started


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "people" / "me"
    home.mkdir(parents=True)
    (home / "honest.py").write_text(HONEST, "utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    return home


def test_a_home_folder_is_known_and_what_lies_in_it_is_not_one(home: Path) -> None:
    assert holds_home(home)
    assert holds_home(home.parent)
    assert holds_home(Path(home.anchor))
    assert not holds_home(home / "project")
    assert not holds_home(home.parent / "other")


@pytest.mark.parametrize("answer", [{"title": YES}, {"title": NO}, None])
@pytest.mark.parametrize("when", ["opened first", "added later"])
async def test_an_editor_is_asked_before_a_home_folder_is_indexed(tmp_path, home, answer, when) -> None:
    async with started(tmp_path / "cache") as server:
        client = server.client
        client.answers["window/showMessageRequest"] = lambda params: answer
        await client.initialize(*([home] if when == "opened first" else []))
        await client.request("dowse/indexStatus")
        if when == "added later":
            event = {"added": [{"uri": home.as_uri(), "name": "me"}], "removed": []}
            client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        asked = await client.until(lambda message: message.get("method") == "window/showMessageRequest")
        assert str(home) in asked["params"]["message"]
        wanted = [str(home)] if answer == {"title": YES} else []
        async with asyncio.timeout(PATIENCE):
            while await folders_of(server) != wanted:
                await asyncio.sleep(0.02)
        await client.ready()
        assert await client.names("weigh parcels") == ["weigh_parcels"] * len(wanted)
        assert await server.close() == 0


async def folders_of(server: Server) -> list[str]:
    status = await server.client.request("dowse/indexStatus")
    return [folder["uri"].removeprefix("file://") for folder in status["folders"]]


async def test_the_user_s_settings_answer_for_good(tmp_path, home) -> None:
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(home, initializationOptions={"files.allowHome": True})
        await server.client.ready()
        assert await folders_of(server) == [str(home)]
        assert server.client.of("window/showMessageRequest") == []
        assert await server.close() == 0


@pytest.mark.parametrize("folder", ["home", "root"])
def test_the_command_line_refuses_a_home_folder_and_says_what_to_do(tmp_path, home, folder, capsys) -> None:
    path = home if folder == "home" else Path(home.anchor)
    assert run(["--cache-dir", str(tmp_path / "cache"), "search", "weigh parcels", str(path)]) == 2
    said = capsys.readouterr().err
    assert "--set files.allowHome=true" in said
    assert not (tmp_path / "cache").exists()


def test_the_command_line_does_it_when_told_to(tmp_path, home, capsys) -> None:
    arguments = ["--cache-dir", str(tmp_path / "cache"), "--set", "files.allowHome=true"]
    assert run([*arguments, "search", "weigh parcels", str(home)]) == 0
    assert "weigh_parcels" in capsys.readouterr().out


LIMITED = """
    import sys
    from pathlib import Path
    Path("/proc/sys/user/max_inotify_watches").write_text("100")
    print("mounted", flush=True)
    from attacks.workspaces import HASH
    from dowse.engine import Engine
    from dowse.search.query import SearchRequest
    from waiting import until
    root, told = Path(sys.argv[1]) / "root", []
    for n in range(300):
        (root / f"d{n}").mkdir(parents=True)
    engine = Engine(HASH, cache_dir=Path(sys.argv[1]) / "cache", on_message=lambda message: told.append(message.text))
    engine.start([root])
    assert engine.wait_until_ready(60)
    assert engine.status().folders[0].watching == "polling"
    (root / "d299" / "late.py").write_text("def levitate_elephants(): pass")
    until(lambda: [h.name for h in engine.search(SearchRequest("levitate elephants")).hits] == ["levitate_elephants"],
          "a change was not found by polling")
    engine.stop()
    assert len(told) == 1 and "fs.inotify.max_user_watches" in told[0], told
"""


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("unshare") is None, reason="needs unshare and Linux")
def test_with_a_hundred_watches_left_it_polls_and_says_so_once(tmp_path: Path) -> None:
    """The system itself refuses the hundred-and-first; the setting that is read still says what it said."""
    assert in_a_namespace(LIMITED, str(tmp_path)) == ""


@pytest.mark.skipif(not hasattr(os, "nice"), reason="niceness is POSIX's")
def test_workers_that_index_are_nice_and_the_one_that_is_waited_for_is_not() -> None:
    import psutil

    from dowse.chunking.worker_process import WorkerProcess

    own = psutil.Process().nice()
    for background in (True, False):
        worker = WorkerProcess(background=background)
        try:
            assert worker.chunk("a.py", HONEST, "python")
            assert psutil.Process(worker.pid).nice() == (min(19, own + 10) if background else own)
        finally:
            worker.kill()
