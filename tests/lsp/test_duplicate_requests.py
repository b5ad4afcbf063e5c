"""Near-duplicates over the protocol, from a real index: the request, its commands, and hints in open documents."""

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dowse_dev.evaluation.changed_copies import changed
from lsp.conftest import RealEngine, Session
from search.lookalikes import INVOICE, OTHER

URI = "untitled:1"
COPY = "x = 1\n\n\n" + changed(INVOICE, "renamed", random.Random(3)).lstrip()


@pytest.fixture
def make_engine(tmp_path: Path) -> Callable[..., Any]:
    return partial(RealEngine, cache_dir=tmp_path / "index")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "a.py").write_text(INVOICE)
    (folder / "b.py").write_text(changed(INVOICE, "renamed", random.Random(1)))
    (folder / "c.py").write_text(OTHER)
    return folder


async def ready(session: Session, workspace: Path, **initialize: Any) -> None:
    await session.opened(workspace, **initialize)
    await session.client.ready()


async def diagnostics(session: Session, uri: str = URI) -> list[Any]:
    answer = await session.client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert answer["kind"] == "full"
    return list(answer["items"])


async def test_the_request_gives_clusters(session: Session, workspace: Path) -> None:
    await ready(session, workspace)
    answer = await session.client.request("dowse/duplicates", {"limit": 5, "workDoneToken": "t"})
    [cluster] = answer["clusters"]
    assert {Path(copy["location"]["uri"]).name for copy in cluster["copies"]} == {"a.py", "b.py"}
    assert (answer["found"], answer["compared"], answer["index"]["state"]) == (1, 3, "ready")
    assert cluster["savedLines"] > 5
    values = [params["value"] for params in session.client.of("$/progress") if params["token"] == "t"]
    assert [values[0]["title"], values[-1]["kind"]] == ["Comparing functions", "end"]
    percentages = [value["percentage"] for value in values if value["kind"] == "report"]
    assert percentages
    assert percentages == sorted(percentages)


async def test_it_is_announced(session: Session, workspace: Path) -> None:
    capabilities = (await session.client.initialize(workspace))["capabilities"]
    assert "dowse/duplicates" in capabilities["experimental"]["dowse"]["methods"]
    assert "dowse.duplicates" in capabilities["executeCommandProvider"]["commands"]
    assert capabilities["diagnosticProvider"]["identifier"] == "dowse"


async def test_a_filter_and_bounds_are_checked(session: Session, workspace: Path) -> None:
    await ready(session, workspace)
    some = {"filter": {"exclude": ["a.py"]}}
    assert (await session.client.request("dowse/duplicates", some))["clusters"] == []
    for wrong in ({"limit": 0}, {"minSimilarity": 0.2}, {"filter": {"folders": ["file:///elsewhere"]}}):
        assert (await session.client.error("dowse/duplicates", wrong))["code"] == -32602


async def test_commands_give_the_same_and_a_results_file(session: Session, workspace: Path) -> None:
    await ready(session, workspace)
    run = partial(session.client.request, "workspace/executeCommand")
    assert (await run({"command": "dowse.duplicates", "arguments": [{}]}))["found"] == 1
    shown = await run({"command": "dowse.duplicatesToDocument", "arguments": [{}]})
    [text] = [file.read_text("utf-8") for file in session.server.session.results_dir.iterdir()]
    assert (shown["hits"], shown["uri"].endswith(".md")) == (2, True)
    assert f"{workspace}/a.py:2:5 overdue" in text.replace("\\_", "_")


async def test_no_hint_unless_the_settings_ask_for_it(session: Session, workspace: Path) -> None:
    await ready(session, workspace)
    session.open(URI, COPY)
    assert await diagnostics(session) == []


async def test_a_function_with_a_near_copy_gets_a_hint_that_leads_to_it(session: Session, workspace: Path) -> None:
    await ready(session, workspace, initializationOptions={"editor.nearDuplicates": True})
    session.open(URI, COPY)
    [hint] = await diagnostics(session)
    assert (hint["severity"], hint["source"], hint["code"]) == (4, "dowse", "near-duplicate")
    assert hint["range"]["start"] == {"line": 3, "character": 4}
    [related] = hint["relatedInformation"]
    assert Path(related["location"]["uri"]).name in {"a.py", "b.py"}
    assert related["location"]["range"]["start"]["line"] == 1
    session.change(URI, {"text": OTHER.replace("read_table", "load")})
    [hint] = await diagnostics(session)
    assert "read_table (c.py:2)" in hint["message"]
    session.change(URI, {"text": "x = 1\n"})
    assert await diagnostics(session) == []
    assert await diagnostics(session, "untitled:closed") == []


async def test_the_client_is_asked_to_pull_when_the_setting_changes(session: Session, workspace: Path) -> None:
    capabilities = {"workspace": {"diagnostics": {"refreshSupport": True}}}
    await ready(session, workspace, capabilities=capabilities)
    settings = {"dowse": {"editor": {"nearDuplicates": True}}}
    session.client.notify("workspace/didChangeConfiguration", {"settings": settings})
    await session.client.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
