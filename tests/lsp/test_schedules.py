"""Requests of one schedule do not hold up those of another, and what is bounded stays so."""

from __future__ import annotations

import asyncio
import threading

import pytest

from dowse.lsp.tuning import Tuning
from lsp.conftest import Session

SEARCH = "workspace/semanticSearch"
REFUSED = -32803
PLACE = {"textDocument": {"uri": "untitled:1"}, "position": {"line": 0, "character": 0}}


async def test_reports_of_visible_editors_do_not_hold_up_a_search(session: Session) -> None:
    """Four editors are visible, each asks for diagnostics, and somebody wants the duplicates of the workspace."""
    engine = await session.opened(initializationOptions={"editor.nearDuplicates": True})
    engine.reports_released.clear()
    reports = [session.client.start("dowse/duplicates", {})]
    for number in range(4):
        session.open(f"untitled:{number}", "def one(): 1\n")
        document = {"textDocument": {"uri": f"untitled:{number}"}}
        reports.append(session.client.start("textDocument/diagnostic", document))
    await asyncio.to_thread(engine.asked.acquire)
    await asyncio.to_thread(engine.asked.acquire)
    assert await session.client.names("def", limit=2) == ["one", "one"]
    assert session.client.responses(reports[0]) == []
    engine.reports_released.set()
    for sender in reports:
        assert "result" in await session.client.response(sender)


async def test_similar_code_that_takes_long_does_not_hold_up_a_search(session: Session) -> None:
    engine = await session.opened()
    session.open("untitled:1", "def one(): 1\n")
    engine.reports_released.clear()
    senders = [session.client.start("textDocument/similarCode", PLACE) for _ in range(8)]
    await asyncio.to_thread(engine.asked.acquire)
    assert await session.client.names("def") == ["one"]
    engine.reports_released.set()
    for sender in senders:
        assert "result" in await session.client.response(sender)


async def test_cancelled_requests_leave_no_place_in_a_queue(session: Session) -> None:
    """The engine does not notice that its four searches are cancelled; those that wait behind them must not remain."""
    engine = await session.opened()
    engine.deaf = True
    engine.released.clear()
    running = [session.client.start(SEARCH, {"query": "a", "limit": limit}) for limit in range(1, 5)]
    for _ in running:
        await asyncio.to_thread(engine.asked.acquire)
    waiting = [session.client.start(SEARCH, {"query": "a", "limit": limit}) for limit in range(5, 200)]
    for sender in [*running, *waiting]:
        session.client.notify("$/cancelRequest", {"id": sender})
    for sender in [*running, *waiting]:
        assert (await session.client.response(sender))["error"]["code"] == -32800
    searched = len(engine.calls)
    engine.deaf = False
    engine.released.set()
    assert await session.client.names("nothing") == []
    assert len(engine.calls) == searched + 1


class TestManyRequests:
    @pytest.fixture
    def tuning(self) -> Tuning:
        return Tuning(running_requests=10)

    async def test_one_too_many_is_refused_and_the_session_goes_on(self, session: Session) -> None:
        engine = await session.opened()
        engine.released.clear()
        running = [session.client.start("textDocument/similarCode", PLACE) for _ in range(10)]
        error = await session.client.error(SEARCH, {"query": "a"})
        assert (error["code"], error["message"]) == (REFUSED, "too many requests wait for an answer; ask again")
        for sender in running:
            session.client.notify("$/cancelRequest", {"id": sender})
        for sender in running:
            await session.client.response(sender)
        engine.released.set()
        assert await session.client.names("a") == []

    async def test_shutdown_is_never_refused(self, session: Session) -> None:
        engine = await session.opened()
        engine.released.clear()
        for _ in range(10):
            session.client.start("textDocument/similarCode", PLACE)
        assert await session.client.request("shutdown") is None


class TestChangesThatWait:
    @pytest.fixture
    def tuning(self) -> Tuning:
        return Tuning(waiting_changes=50, changes_patience=0.05)

    async def test_a_question_waits_for_them_only_so_long(self, session: Session) -> None:
        engine = await session.opened()
        held = threading.Event()
        session.server.session.post(lambda engine: held.wait(60))
        error = await session.client.error(SEARCH, {"query": "a"})
        assert (error["code"], error["message"]) == (REFUSED, "earlier changes have not been taken in yet; ask again")
        assert engine.calls == []
        held.set()

    async def test_with_too_many_the_session_ends_and_the_log_says_why(
        self, session: Session, caplog: pytest.LogCaptureFixture
    ) -> None:
        await session.opened()
        held = threading.Event()
        session.server.session.post(lambda engine: held.wait(60))
        session.open("untitled:1", "def one(): 1\n")
        for _ in range(60):
            session.change("untitled:1", {"text": "def two(): 2\n"})
        async with asyncio.timeout(10):
            await session.server.session.lifetime.ended()
        assert "too many changes wait to be taken in" in caplog.text
        held.set()

    async def test_many_that_are_taken_in_end_nothing(self, session: Session) -> None:
        await session.opened()
        session.open("untitled:1", "def one(): 1\n")
        for number in range(500):
            session.change("untitled:1", {"text": f"def two{number}(): 2\n"})
            await asyncio.sleep(0)
            await session.server.session.engine_host.current()
        assert await session.client.names("two499") == ["two499"]
