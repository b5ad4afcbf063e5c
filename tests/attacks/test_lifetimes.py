"""The whole server, in the middle of real work: however its session ends, it is gone, and its workers with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from attacks.test_hostile_workspaces import HONEST
from e2e.raw import COMMAND, PATIENCE, Server, frame, started

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

STUCK_LOADING = """
    import sys, time
    from dowse.embedding import providers
    def load(name, settings):
        time.sleep(600)
    providers.PROVIDERS["sentence-transformers"] = providers.Provider("slow", load)
    from dowse.cli import main
    sys.argv = ["dowse", "server", "--stdio", "--set", 'models.code="sentence-transformers:/slow"', *sys.argv[1:]]
    main()
"""
STUCK_PARSING = """
    import os, re
    from pathlib import Path
    from dowse.chunking import worker
    def stuck(*arguments, **more):
        Path(os.environ["STUCK"], str(os.getpid())).touch()
        re.fullmatch("(a|a)*b", "a" * 100)  # C code that never lets go of the interpreter's lock
    worker.chunk_text = stuck
    worker.prepare = stuck
    worker.main()
"""
WITH_STUCK_WORKERS = """
    import sys
    from dowse.chunking import worker_process
    worker_process._COMMAND = (sys.executable, "-P", "-c", sys.argv.pop(1))
    from dowse.cli import main
    sys.argv = ["dowse", "server", "--stdio", *sys.argv[1:]]
    main()
"""
COMMANDS = {
    "indexing": [*COMMAND, "--stdio"],
    "loading a model": [sys.executable, "-c", textwrap.dedent(STUCK_LOADING)],
    "parsing for ever": [
        sys.executable, "-c", textwrap.dedent(WITH_STUCK_WORKERS), textwrap.dedent(STUCK_PARSING)
    ],
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that takes a while to index."""
    (tmp_path / "root").mkdir()
    for number in range(300):
        text = "".join(HONEST.replace("parcels", f"parcels_{number}_{n}") for n in range(30))
        (tmp_path / "root" / f"module_{number}.py").write_text(text, "utf-8")
    return tmp_path / "root"


@asynccontextmanager
async def at_work(tmp_path: Path, root: Path, moment: str) -> AsyncIterator[tuple[Server, list[psutil.Process]]]:
    """Yield a server in the middle of ``moment``, and its workers."""
    command = [*COMMANDS[moment], "--cache-dir", str(tmp_path / "cache")]
    stuck = tmp_path / "stuck"
    stuck.mkdir(parents=True)
    async with started(tmp_path, command=command, env={"STUCK": str(stuck)}) as server:
        await server.client.initialize(root)
        process = psutil.Process(server.process.pid)
        if moment == "loading a model":
            await server.client.names("parcels")
        async with asyncio.timeout(PATIENCE):
            while not (process.children() if moment != "parsing for ever" else any(stuck.iterdir())):
                await asyncio.sleep(0.005)
        yield server, process.children(recursive=True)


async def leave(server: Server) -> int:
    server.client.notify("exit")
    return 1


async def shut_down_and_leave(server: Server) -> int:
    server.client.start("shutdown")
    server.client.notify("exit")
    return 0


async def shut_down_and_hang_up(server: Server) -> int:
    await server.client.request("shutdown")
    return await hang_up(server) - 1


async def hang_up(server: Server) -> int:
    assert server.process.stdin is not None
    server.process.stdin.close()
    return 1


async def terminate(server: Server) -> int:
    server.process.send_signal(signal.SIGTERM)
    return 1


async def kill(server: Server) -> int:
    server.process.kill()
    return -signal.SIGKILL


ENDINGS = [leave, shut_down_and_leave, shut_down_and_hang_up, hang_up, terminate, kill]


MOMENTS = [
    "indexing",
    "loading a model",
    # A worker whose server is killed computes for four seconds more, and here are a dozen.
    pytest.param("parsing for ever", marks=pytest.mark.long),
]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_nothing_is_left_of_a_session_however_it_ends(tmp_path: Path, root: Path, moment: str) -> None:
    async def end(ending: Callable[[Server], Awaitable[int]]) -> None:
        async with at_work(tmp_path / ending.__name__, root, moment) as (server, workers):
            code = await ending(server)
            assert await server.exit_code() == code, ending
            _, alive = await asyncio.to_thread(psutil.wait_procs, workers, 4 * PATIENCE)
            assert alive == [], ending

    await asyncio.gather(*map(end, ENDINGS))


EDITOR = """
    import subprocess, sys
    server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    print(server.pid, flush=True)
    while data := sys.stdin.buffer.read1():
        server.stdin.write(data)
        server.stdin.flush()
"""


async def test_an_editor_that_is_killed_takes_its_server_along(tmp_path: Path, root: Path) -> None:
    """The editor holds the only end of the pipe, as editors do."""
    editor = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", textwrap.dedent(EDITOR), *COMMAND, "--stdio", "--cache-dir", str(tmp_path / "cache")],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert editor.stdin is not None
    assert editor.stdout is not None
    server = psutil.Process(int(await editor.stdout.readline()))
    folder = {"uri": root.as_uri(), "name": "root"}
    params = {"processId": editor.pid, "capabilities": {}, "rootUri": None, "workspaceFolders": [folder]}
    editor.stdin.write(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
    editor.stdin.write(frame({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
    async with asyncio.timeout(PATIENCE):
        while not (workers := server.children(recursive=True)):
            await asyncio.sleep(0.005)
    editor.kill()
    await editor.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, [server, *workers], PATIENCE)
    assert alive == []
