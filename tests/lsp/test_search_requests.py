"""``workspace/semanticSearch`` and ``textDocument/similarCode``: positions, pieces, progress."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from lsp.conftest import Session

SEARCH = "workspace/semanticSearch"
ASTRAL = "def f\U0001f389\u00e9(): pass\n"  # the name is 3 code points, 4 units of UTF-16, 7 bytes


async def test_a_hit_has_every_field_of_the_protocol(session: Session) -> None:
    await session.opened()
    session.open("untitled:1", "def here(): pass\n")
    answer = await session.client.request(SEARCH, {"query": "here"})
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 16}}
    assert answer == {
        "results": [
            {
                "location": {"uri": "untitled:1", "range": place},
                "selectionRange": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 8}},
                "name": "here",
                "kind": 12,
                "languageId": "python",
                "space": "code",
                "score": 0.5,
                "preview": "def here(): pass",
                "reasons": [{"signal": "keywords", "share": 1.0}],
                "answer": {"range": place, "text": "def here(): pass", "marks": [{"start": 4, "end": 8}]},
                "nameMarks": [{"start": 0, "end": 4}],
            }
        ],
        "index": {"state": "ready", "filesIndexed": 1, "filesTotal": 1, "generation": 7},
        "tookMs": 1.5,
    }


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", 11), ("utf-16", 8), ("utf-32", 7)])
async def test_positions_are_in_the_clients_encoding(session: Session, encoding: str, end: int) -> None:
    await session.opened(capabilities={"general": {"positionEncodings": [encoding]}})
    session.open("untitled:1", "\n" + ASTRAL)
    answer = await session.client.request(SEARCH, {"query": "def"})
    [hit] = answer["results"]
    assert hit["selectionRange"] == {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": end}}
    assert hit["answer"]["marks"] == [{"start": 4, "end": end}]
    assert hit["nameMarks"] == [{"start": 0, "end": end - 4}]
    place = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": end}}
    similar = await session.client.request(
        "textDocument/similarCode", {"textDocument": {"uri": "untitled:1"}, "range": place}
    )
    assert similar["source"] == {"range": place, "name": "source", "kind": 12}
    assert session.engine.calls[-1][1].span.end_column == 7


async def test_the_request_reaches_the_engine_as_it_was_asked(session: Session, tmp_path: Path) -> None:
    engine = await session.opened(tmp_path)
    wanted = {
        "include": ["*.py"],
        "exclude": ["tests/"],
        "languages": ["python"],
        "kinds": ["Function", "Class"],
        "folders": [tmp_path.as_uri()],
        "tests": "out",
    }
    params = {"query": "q", "limit": 3, "space": "code", "queryType": "code_search", "mode": "lexical"}
    await session.client.request(SEARCH, params | {"filter": wanted, "minScore": 0.25})
    asked = engine.calls[-1][1]
    assert (asked.query, asked.limit, asked.space, asked.query_type, asked.mode, asked.min_score) == (
        "q",
        3,
        "code",
        "code_search",
        "lexical",
        0.25,
    )
    assert asked.filter.include == ("*.py",)
    assert asked.filter.kinds == ("Function", "Class")
    assert asked.filter.folders == (str(tmp_path),)
    assert asked.filter.tests == "out"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        (SEARCH, {"query": "def"}),
        ("textDocument/similarCode", {"textDocument": {"uri": "untitled:1"}, "position": {"line": 9, "character": 0}}),
    ],
)
async def test_pieces_of_an_answer_come_as_progress(session: Session, method: str, params: dict[str, Any]) -> None:
    await session.opened()
    session.open("untitled:1", "def a(): 1\ndef b(): 2\ndef c(): 3\n")
    answer = await session.client.request(method, params | {"partialResultToken": "piece"})
    assert answer["results"] == []
    pieces = [p["value"] for p in session.client.of("$/progress") if p["token"] == "piece"]
    assert [[hit["name"] for hit in piece] for piece in pieces] == [["a"], ["b", "c"]]
    order = [m.get("method", "response") for m in session.client.messages[-3:]]
    assert order == ["$/progress", "$/progress", "response"]


async def test_no_piece_follows_a_cancelled_response(session: Session) -> None:
    engine = await session.opened()
    session.open("untitled:1", "def a(): 1\ndef b(): 2\n")
    engine.released.clear()
    engine.deaf = True
    sender = session.client.start(SEARCH, {"query": "def", "partialResultToken": 5})
    await asyncio.to_thread(engine.asked.acquire)
    session.client.notify("$/cancelRequest", {"id": sender})
    await session.client.response(sender)
    engine.deaf = False
    engine.released.set()
    await session.client.names("def")
    methods = [m.get("method") for m in session.client.messages]
    assert methods.count("$/progress") <= 1


async def test_a_token_for_work_gets_a_beginning_and_an_end(session: Session) -> None:
    await session.opened()
    await session.client.request(SEARCH, {"query": "x", "workDoneToken": "w"})
    await session.client.error(SEARCH, {"query": "x", "workDoneToken": "w", "filter": {"folders": ["file:///no"]}})
    kinds = [p["value"]["kind"] for p in session.client.of("$/progress") if p["token"] == "w"]
    assert kinds == ["begin", "end", "begin", "end"]


async def test_a_document_that_cannot_be_read_fails_the_request(session: Session, tmp_path: Path) -> None:
    await session.opened()
    place = {"position": {"line": 0, "character": 0}}
    for uri in ((tmp_path / "absent.py").as_uri(), "untitled:never", "file:///a%00b"):
        error = await session.client.error("textDocument/similarCode", {"textDocument": {"uri": uri}} | place)
        assert error["code"] == -32803


async def test_edits_reach_a_search_that_follows_them(session: Session) -> None:
    await session.opened()
    session.open("untitled:1", "def before(): pass\n")
    place = {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 10}}
    session.change("untitled:1", {"range": place, "text": "after"})
    assert await session.client.names("def") == ["after"]


async def test_lines_end_where_the_protocol_says(session: Session) -> None:
    await session.opened()
    session.open("untitled:1", "a\u2028b\x0cc\rdef x(): 1\n")
    place = {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 5}}
    session.change("untitled:1", {"range": place, "text": "y"})
    assert await session.text("untitled:1") == "a\u2028b\x0cc\rdef y(): 1\n"
