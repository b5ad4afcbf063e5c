"""The log of a full session, at its most talkative, holds no line of source, no question and no key."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from dowse.engine import Edit, Engine
from dowse.search.query import SearchRequest, SimilarRequest
from dowse.settings import Settings
from dowse.workspace.text import Span
from e2e.raw import started

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
QUESTIONS = ("zanzibar question one", "where is the quagga fed", "def levitate_elephants():")
SHORTEST = 24
"""Characters from which on a line of source is not said by chance."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES, tmp_path / "root")
    (tmp_path / "root" / "broken.py").write_bytes(b"def unclosed_secret_parenthesis(\n  '''\xff\xfe")
    (tmp_path / "root" / "crashing.agda").write_text("-}" * 300)
    return tmp_path / "root"


def lines_of(root: Path) -> set[str]:
    texts = (path.read_text("utf-8", "replace") for path in root.rglob("*") if path.is_file())
    return {line.strip() for text in texts for line in text.splitlines() if len(line.strip()) >= SHORTEST}


def assert_silent(logged: str, root: Path) -> None:
    said = [line for line in lines_of(root) if line in logged]
    assert said == []
    assert [each for each in (*QUESTIONS, "sk-secret-key", "unclosed_secret") if each in logged] == []


async def test_the_log_of_a_session(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-key")
    options = ("--log-level", "debug", "--set", 'models.prose="openai:m@http://127.0.0.1:9"')
    async with started(tmp_path / "cache", extra=options) as server:
        client = server.client
        await client.initialize(root)
        for number, path in enumerate(sorted(root.rglob("*.py"))):
            client.open(path.as_uri(), path.read_text("utf-8", "replace"))
            place = {"textDocument": {"uri": path.as_uri()}, "position": {"line": number, "character": 0}}
            client.start("textDocument/similarCode", place)
            client.start("textDocument/hover", place)
        for question in QUESTIONS:
            await client.request("workspace/semanticSearch", {"query": question})
            await client.error("workspace/semanticSearch", {"query": question, "limit": "many"})
            await client.request(
                "workspace/executeCommand", {"command": "dowse.searchToDocument", "arguments": [question]}
            )
        await client.request("workspace/executeCommand", {"command": "dowse.rebuildIndex"})
        await client.request("dowse/indexStatus")
        assert await server.close() == 0
        assert server.process.stderr is not None
        logged = (await server.process.stderr.read()).decode()
    assert len(logged) > 1000  # it did log
    assert_silent(logged, root)


def test_the_log_of_failures(root: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong in the middle of things is logged with where it went wrong, and not with what it was about."""
    engine = Engine(Settings(), cache_dir=tmp_path / "cache")
    with caplog.at_level(logging.DEBUG):
        engine.start([root], watch=False)
        try:
            assert engine.wait_until_ready(60)
            shutil.rmtree(root / "waybill" / "service")
            document = str(next(root.rglob("*.go")))
            engine.open_document(document, "go", Path(document).read_text("utf-8"))
            engine.change_document(document, [Edit(Span(0, 0, 1, 0), "")])
            for question in QUESTIONS:
                engine.search(SearchRequest(question))
            engine.similar(SimilarRequest(document, Span(20, 0, 20, 0)))
            shutil.rmtree(root)
            engine.reconcile()
            assert engine.wait_until_ready(60)
        finally:
            engine.stop()
    assert_silent("\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records), FIXTURES)
