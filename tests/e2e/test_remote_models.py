"""A server whose model is behind an endpoint: it answers without it, and ends without waiting for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.raw import COMMAND, Server, started
from embedding.endpoint import Endpoint, running, status


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running() as endpoint:
        yield endpoint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    for number in range(40):
        (root / f"module_{number}.py").write_text(f"def levitate_{number}():\n    return broomstick({number})\n")
    return root


def command(cache: Path, endpoint: Endpoint) -> list[str]:
    return [*COMMAND, "--stdio", "--cache-dir", str(cache), "--set", f"models.code={endpoint.openai}"]


async def asked(server: Server, endpoint: Endpoint, text: str) -> None:
    """Wait until the endpoint has been asked for a text, with requests that the server answers meanwhile."""
    while not any(text in str(request) for _, request in endpoint.requests):
        await server.client.request("dowse/indexStatus")


@pytest.mark.parametrize("hanging", ["opening", "indexing", "resting"])
async def test_a_request_that_hangs_holds_up_neither_answers_nor_the_end(
    tmp_path: Path, root: Path, endpoint: Endpoint, hanging: str
) -> None:
    if hanging == "opening":
        endpoint.released.clear()
    elif hanging == "resting":
        endpoint.behave = status(429, {"Retry-After": "15"})
    else:
        endpoint.behave = lambda endpoint, path, request, answer: (
            answer if request["input"] == ["dowse"] or endpoint.released.clear() or endpoint.released.wait() else None
        )
    async with started(tmp_path, command=command(tmp_path / "cache", endpoint)) as server:
        await server.client.initialize(root)
        await asked(server, endpoint, "levitate" if hanging == "indexing" else "dowse")
        while not await server.client.names("levitate 7"):
            pass
        assert await server.close() == 0


async def test_the_status_says_which_model_answers_and_why(tmp_path: Path, root: Path, endpoint: Endpoint) -> None:
    endpoint.die()
    async with started(tmp_path, command=command(tmp_path / "cache", endpoint)) as server:
        await server.client.initialize(root)
        await server.client.ready()
        status = await server.client.request("dowse/indexStatus")
        assert status["state"] == "degraded"
        code = [model for model in status["models"] if model["space"] == "code"]
        assert [(model["name"], model["role"], model["health"]) for model in code] == [
            ("builtin:code", "serving", "ready"),
            (endpoint.openai, "waiting", "failed"),
        ]
        assert "cannot be reached" in code[1]["reason"]
        answer = await server.client.request("workspace/semanticSearch", {"query": "levitate 7"})
        assert answer["index"]["state"] == "degraded"
        assert answer["results"]
        assert await server.close() == 0
