"""Notes as an editor meets them, with the real server: written, shown with code, followed."""

import asyncio
from pathlib import Path

import pytest

from e2e.raw import PATIENCE, RawClient, started

NET = """\
def send_parcel(parcel, attempts=3):
    \"\"\"Hand a parcel to the carrier, again and again.\"\"\"
    for attempt in range(attempts):
        hand_over(parcel)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "work space"
    folder.mkdir()
    (folder / "net.py").write_text(NET, "utf-8")
    return folder


async def test_a_note_is_written_shown_with_its_code_and_followed(workspace: Path, tmp_path: Path) -> None:
    async with started(tmp_path / "cache") as server:
        client = server.client
        show = {"window": {"showDocument": {"support": True}}}
        await client.initialize(workspace, name="raw", capabilities=show)
        client.answers["window/showDocument"] = lambda params: {"success": True}
        await client.ready()
        code = (workspace / "net.py").as_uri()
        place = {"textDocument": {"uri": code}, "position": {"line": 2, "character": 4}}

        written = await execute(client, {"text": "Why \U0001f98a three attempts\n\nThe carrier sleeps."} | place)
        assert written["repeats"] == []
        assert client.of("window/showDocument") == [{"uri": written["uri"], "takeFocus": True}]
        await client.ready()
        again = await execute(client, {"text": "Why three attempts: the carrier sleeps"})
        assert [hit["location"]["uri"] for hit in again["repeats"]] == [written["uri"]]
        await client.ready()

        [hit] = await search(client, "hand a parcel to the carrier", space="code")
        assert [(note["title"], note["location"]["uri"]) for note in hit["notes"]] == [
            ("Why \U0001f98a three attempts", written["uri"])
        ]
        found = await search(client, "three attempts", space="prose")
        assert [link["target"]["range"]["start"]["line"] for hit in found for link in hit.get("links", ())] == [2]

        client.notify("textDocument/didOpen", opened(code, "# one\n# two\n" + NET, "python"))
        note = next((workspace / ".notes").glob("*-why-three-attempts.md"))
        text = note.read_text("utf-8").replace("2026", "\U0001f98a", 1)
        client.notify("textDocument/didOpen", opened(written["uri"], text, "markdown"))
        [link] = await client.request("textDocument/documentLink", {"textDocument": {"uri": written["uri"]}})
        assert link["target"] == f"{code}#L5"
        line = text.split("\n")[2].encode("utf-16-le")
        shown = line[2 * link["range"]["start"]["character"] : 2 * link["range"]["end"]["character"]]
        assert shown.decode("utf-16-le").startswith("[`send_parcel` in `net.py`](../net.py#L3 ")

        hover = await until_shown(client, {"textDocument": {"uri": code}, "position": {"line": 2, "character": 6}})
        assert hover["contents"]["value"].startswith("Notes:\nWhy \U0001f98a three attempts  .notes/")
        assert await server.close() == 0


async def test_a_note_that_cannot_be_written_is_one_clear_error(workspace: Path, tmp_path: Path) -> None:
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(workspace)
        await server.client.ready()
        (workspace / ".notes").write_text("no folder", "utf-8")
        for argument, message in (
            ({"text": " "}, "empty"),
            ({"text": "Why"}, "the note cannot be written: File exists"),
            (
                {"text": "Why", "textDocument": {"uri": "file:///etc/hosts"}, "position": {"line": 0, "character": 0}},
                "no folder of",
            ),
            ({"text": "Why", "position": {"line": 0, "character": 0}}, "both textDocument and position"),
        ):
            params = {"command": "dowse.writeNote", "arguments": [argument]}
            assert message in (await server.client.error("workspace/executeCommand", params))["message"]
        assert await server.close() == 0


async def execute(client: RawClient, argument: dict) -> dict:
    return await client.request("workspace/executeCommand", {"command": "dowse.writeNote", "arguments": [argument]})


async def search(client: RawClient, query: str, **more: object) -> list[dict]:
    return (await client.request("workspace/semanticSearch", {"query": query} | more))["results"]


async def until_shown(client: RawClient, params: dict) -> dict:
    """Ask for a hover until it comes in time: the first may have a parser to load."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (found := await client.request("textDocument/hover", params)) is not None:
                return found


def opened(uri: str, text: str, language: str) -> dict:
    return {"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}
