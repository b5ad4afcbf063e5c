"""However a session ends, the process ends soon after, with the code that the protocol wants."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from e2e.raw import PATIENCE, WITH_TESTS, Server, frame, started

ENTRY = Path(__file__).parent / "entry.py"


@asynccontextmanager
async def running(tmp_path: Path, *what: str) -> AsyncIterator[Server]:
    command = [sys.executable, str(ENTRY), str(tmp_path), *what]
    async with started(tmp_path, command=command, env=WITH_TESTS) as server:
        yield server


async def end_of_input(server: Server) -> None:
    assert server.process.stdin is not None
    server.process.stdin.close()


async def leave(server: Server) -> None:
    server.client.notify("exit")


async def terminate(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)


async def break_output(server: Server) -> None:
    """Close the reading end of the server's output, and make it write."""
    assert server.process.stdout is not None
    server.process.stdout._transport.close()  # type: ignore[attr-defined] - asyncio has no other way
    for _ in range(3):
        server.client.start("no/such/method")


ENDINGS = [end_of_input, leave, break_output] + ([terminate] if os.name == "posix" else [])
MOMENTS: dict[str, tuple[str, ...]] = {
    "idle": (),
    "starting": ("slow-start",),
    "searching": ("deaf",),
    "stuck": ("deaf", "never-stop"),
}


async def busy(server: Server, moment: str) -> None:
    """Bring a server to a moment of its life."""
    await server.client.initialize()
    if moment != "starting":
        await server.client.request("dowse/indexStatus")
        server.client.start("workspace/semanticSearch", {"query": "a"})


@pytest.mark.parametrize("moment", MOMENTS)
async def test_without_shutdown_the_code_is_one(tmp_path: Path, moment: str) -> None:
    async def end(ending: Callable[[Server], Awaitable[None]]) -> int:
        async with running(tmp_path, *MOMENTS[moment]) as server:
            await busy(server, moment)
            await ending(server)
            return await server.exit_code()

    assert await asyncio.gather(*map(end, ENDINGS)) == [1] * len(ENDINGS)


@pytest.mark.parametrize("moment", ["starting", "stuck"])
async def test_after_shutdown_the_code_is_zero(tmp_path: Path, moment: str) -> None:
    async def end(ending: Callable[[Server], Awaitable[None]]) -> int:
        async with running(tmp_path, *MOMENTS[moment]) as server:
            await busy(server, moment)
            assert await server.client.request("shutdown") is None
            await ending(server)
            return await server.exit_code()

    assert await asyncio.gather(end(end_of_input), end(leave)) == [0, 0]


@pytest.mark.parametrize("ending", [end_of_input, leave])
async def test_before_initialize_it_ends_as_well(tmp_path: Path, ending: Callable[[Server], Awaitable[None]]) -> None:
    async with running(tmp_path) as server:
        await server.client.error("dowse/indexStatus")
        await ending(server)
        assert await server.exit_code() == 1


async def test_exit_just_before_the_end_of_input_counts(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        await server.client.initialize()
        server.client.start("shutdown")
        server.client.notify("exit")
        await end_of_input(server)
        assert await server.exit_code() == 0


async def test_a_client_that_does_not_read_does_not_hold_the_server(tmp_path: Path) -> None:
    unread, full = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, str(ENTRY), str(tmp_path)],
        stdin=asyncio.subprocess.PIPE,
        stdout=full,
        env=os.environ | WITH_TESTS,
    )
    os.close(full)
    assert process.stdin is not None
    for n in range(5_000):
        process.stdin.write(frame({"jsonrpc": "2.0", "id": n, "method": "x" * 100}))
    process.stdin.close()
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 1
    os.close(unread)


async def test_what_is_printed_does_not_reach_the_client(tmp_path: Path) -> None:
    async with running(tmp_path, "print") as server:
        await server.client.initialize()
        assert (await server.client.request("dowse/indexStatus"))["state"] == "ready"
        assert await server.close() == 0
        assert server.process.stderr is not None
        assert b"this would break the stream" in await server.process.stderr.read()


@pytest.mark.skipif(os.name == "nt", reason="os.kill")
async def test_it_does_not_outlive_its_editor(tmp_path: Path) -> None:
    """The editor is another process than the one that holds the pipes."""
    editor = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    async with running(tmp_path) as server:
        await server.client.initialize(processId=editor.pid)
        await server.client.request("dowse/indexStatus")
        editor.kill()
        await editor.wait()
        assert await server.exit_code() == 1


async def test_an_editor_that_cannot_be_seen_is_not_taken_for_dead(tmp_path: Path) -> None:
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    async with running(tmp_path) as server:
        await server.client.initialize(processId=gone.pid)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(server.process.wait(), 0.5)  # longer than the watch takes to look again
        assert await server.close() == 0


@pytest.mark.skipif(os.name == "nt", reason="children inherit by default there")
async def test_children_do_not_hold_the_pipe(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys; from pathlib import Path; sys.argv = ['x', '.', 'child'];"
        "from e2e import engines; from dowse.lsp.server import run;"
        "start = engines.LineEngine.start;"
        "engines.LineEngine.start = lambda self, folders, watch=True: "
        "(subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read(); print(1)']), start(self, folders));"
        "sys.exit(run(engines.LineEngine, tcp=None, websocket=None, results_dir=Path('.'), settings={}))"
    )
    async with started(tmp_path, command=[sys.executable, "-c", code], env=WITH_TESTS) as server:
        await server.client.initialize()
        assert (await server.client.request("dowse/indexStatus"))["state"] == "ready"
        assert await server.close() == 0
        async with asyncio.timeout(PATIENCE):
            await server.client.closed()
