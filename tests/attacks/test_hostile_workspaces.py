"""A workspace that was made to do harm: the server answers on, and says what it refuses."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dowse.chunking.chunker import chunk_text
from dowse.lsp.markdown import escape_markdown, fence_code
from e2e import raw
from e2e.raw import RawClient, Server, started

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="makes files that other systems do not have")

HONEST = "def weigh_parcels(parcels):\n    return sum(parcel.weight for parcel in parcels)\n"
CRASHES_ITS_GRAMMAR = "-}" * 300
"""Agda's scanner writes what is open into 1,024 bytes without looking whether it fits."""


@asynccontextmanager
async def serving(tmp_path: Path, root: Path, **initialize: object) -> AsyncIterator[Server]:
    async with started(tmp_path / "cache") as server:
        await server.client.initialize(root, **initialize)
        yield server


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "honest.py").write_text(HONEST, "utf-8")
    return tmp_path / "root"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer than elsewhere: what is asked for takes long by its nature."""
    monkeypatch.setattr(raw, "PATIENCE", 200.0)


async def still_finds(client: RawClient) -> None:
    await client.ready()
    assert (await client.names("weigh parcels"))[0] == "weigh_parcels"


async def skipped(client: RawClient) -> dict[str, int]:
    return (await client.request("dowse/indexStatus"))["folders"][0]["skipped"]


async def test_a_file_that_crashes_its_parser_costs_itself_whether_saved_opened_or_compared(tmp_path, root) -> None:
    crashing = root / "crashing.agda"
    crashing.write_text(CRASHES_ITS_GRAMMAR + "\nelephants levitate here\n", "utf-8")
    async with serving(tmp_path, root) as server:
        client = server.client
        await still_finds(client)
        assert "crashing" in await client.names("elephants levitate here")
        client.open(crashing.as_uri(), CRASHES_ITS_GRAMMAR + "\nparcels weighed twice\n", "agda")
        assert "crashing" in await client.names("parcels weighed twice")
        place = {"textDocument": {"uri": crashing.as_uri()}, "position": {"line": 1, "character": 0}}
        await client.request("textDocument/similarCode", place)
        crashing.write_text(CRASHES_ITS_GRAMMAR * 2, "utf-8")
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": crashing.as_uri(), "type": 2}]})
        await still_finds(client)
        assert await server.close() == 0


async def test_a_note_about_a_file_that_crashes_its_parser_costs_the_note_its_link(tmp_path, root) -> None:
    (root / "crashing.agda").write_text(CRASHES_ITS_GRAMMAR + "\nelephants levitate here\n", "utf-8")
    (root / ".notes").mkdir()
    note = root / ".notes" / "why.md"
    note.write_text("# Why they weigh\n\n[`weigh`](../crashing.agda) [`weigh_parcels`](../honest.py)\n", "utf-8")
    async with serving(tmp_path, root) as server:
        client = server.client
        await still_finds(client)
        (best, *_) = (await client.request("workspace/semanticSearch", {"query": "weigh parcels", "space": "code"}))[
            "results"
        ]
        assert [each["title"] for each in best["notes"]] == ["Why they weigh"]
        await client.request("textDocument/documentLink", {"textDocument": {"uri": note.as_uri()}})
        place = {"textDocument": {"uri": (root / "crashing.agda").as_uri()}, "position": {"line": 1, "character": 0}}
        await client.request("textDocument/hover", place)
        await still_finds(client)
        assert await server.close() == 0


async def test_things_that_are_no_files_are_left_alone(tmp_path, root) -> None:
    os.mkfifo(root / "pipe.py")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(os.path.relpath(root / "socket.py"))
    for name, target in (
        ("endless.py", "/dev/zero"),
        ("kernel.py", "/proc/kmsg"),
        ("users.py", "/etc/passwd"),
        ("memory", "/proc/self"),
        ("everything", "/"),
        ("self.py", "self.py"),
        ("around", "."),
    ):
        (root / name).symlink_to(target)
    if os.geteuid() == 0:
        with suppress(PermissionError):  # root in a container
            os.mknod(root / "zero.py", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert (await server.client.request("dowse/indexStatus"))["folders"][0]["filesIndexed"] == 1
        assert await server.close() == 0
    listening.close()


async def test_names_of_any_bytes_are_found_and_shown(tmp_path, root) -> None:
    names = [b"new\nline.py", b"caf\xe9.py", b"\xff\xfe.md", b"](command:evil).py", b"\x1b[2J.py", b" .py", b"-rf.py"]
    for number, name in enumerate(names):
        with open(os.fsencode(root) + b"/" + name, "w") as file:
            file.write(f"# number{number}\nprint('oddly named {number}')\n")
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        answer = await server.client.request("workspace/semanticSearch", {"query": "oddly named", "limit": 50})
        assert len({hit["location"]["uri"] for hit in answer["results"]} - {(root / "honest.py").as_uri()}) == len(
            names
        )
        assert await server.close() == 0


ENDLESS = {
    "deep.ipynb": "[" * 400_000,
    "wide.ipynb": '{"cells": [' + '{"cell_type": "code", "source": ["x"]},' * 20_000 + "{}]}",
    "nested.ipynb": '{"cells": [{"cell_type": "code", "source": ' + '{"source": ' * 50_000 + "}" * 50_002,
    "deep.json": "[" * 400_000,
    "deep.py": "(" * 400_000,
    "deep.md": "> " * 200_000 + "x",
    "deep.yaml": "".join(" " * n + "a:\n" for n in range(1000)),
    "deep.html": "<div>" * 100_000,
    "ticks.md": "`" * 300_000 + "[" * 300_000,
    "lines.py": "\n" * 900_000,
    "returns.py": "\r" * 900_000,
    "names.js": "function a(){" * 60_000,
    "words.txt": "weigh " * 150_000,
}
"""Nesting and repetition of every kind, each just below the size at which a file is left out."""


async def test_nesting_and_repetition_without_end_cost_a_file_at_most(tmp_path, root, patient) -> None:
    for name, text in ENDLESS.items():
        (root / name).write_text(text, "utf-8")
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert await server.close() == 0


HALF_A_MEGABYTE = "iVBORw0KGgoAAAANSUhEUg" * 25_000
COMPRESSED = base64.b64encode(gzip.compress(b"<script>evil()</script>" * 400_000)).decode()
"""Nine megabytes in twelve kilobytes."""


def cell(kind: str, source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source} | more


def output(kind: str, content: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {kind: content}}


BOMBS: dict[str, list[dict[str, Any]]] = {
    "pictures": [cell("code", "concealed = 1", outputs=[output("image/png", HALF_A_MEGABYTE)])],
    "compressed": [cell("code", "concealed = 1", outputs=[output("text/html", COMPRESSED)])],
    "attached": [cell("markdown", "![hidden](a.gz)", attachments={"a.gz": {"application/gzip": COMPRESSED}})],
    "one string": [cell("code", "hidden = 1;" * 25_000)],
    "pieces": [cell("code", ["hidden\n"] * 20_000)],
    "many": [cell("code", "hidden = 1")] * 4_000,
    "all under one": [cell("markdown", "\n".join("#" * n + " " + "w" * 900 for n in range(1, 7)))]
    + [cell("code", f"hidden_{number}()") for number in range(4_000)],
    "nested": [cell("code", json.loads("[" * 900 + "]" * 900))] * 500,
}
"""Cells of notebooks that are small on the disk."""


async def test_a_notebook_costs_what_its_cells_say_whatever_they_hold(tmp_path, root, patient) -> None:
    for name, cells in BOMBS.items():
        text = json.dumps({"cells": cells, "metadata": {"kernelspec": {"language": "python"}}})
        assert len(text) < 1_000_000
        (root / f"{name}.ipynb").write_text(text, "ascii")
    with (root / "a hundred megabytes.ipynb").open("w") as file:
        file.write('{"cells": [{"cell_type": "code", "source": "')
        file.truncate(100_000_000)
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert await skipped(server.client) == {"too-large": 1}
        answer = await server.client.request("workspace/semanticSearch", {"query": "concealed"})
        assert {"pictures", "compressed"} <= {Path(hit["location"]["uri"]).stem for hit in answer["results"]}
        shown = json.dumps(answer["results"])
        assert "iVBORw0KGgoAAAANSUhEUg" not in shown
        assert COMPRESSED[:60] not in shown
        assert await peak_of(server) < 1_000_000_000
        assert await server.close() == 0


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_kept_of_a_notebook_is_bounded_by_its_size(name) -> None:
    text = json.dumps({"cells": BOMBS[name]})
    for parse in (True, False) if name != "one string" else (False,):
        chunks = chunk_text(f"{name}.ipynb", text, parse=parse)
        kept = sum(len(each.text) + len(each.embedded_text) + len(each.container or "") for each in chunks)
        assert kept <= 50 * len(text)


async def test_what_a_workspace_may_not_set_is_refused_and_named(tmp_path, root) -> None:
    """Neither its own file nor what an editor passes on of it chooses models, endpoints, code or places."""
    with socket.create_server(("127.0.0.1", 0)) as endpoint:
        endpoint.setblocking(False)
        address = f"http://127.0.0.1:{endpoint.getsockname()[1]}"
        wanted = {
            "models.code": f"openai:m@{address}",
            "models.prose": [f"ollama:m@{address}", f"sentence-transformers:{root / 'model'}"],
            "models.backend": "torch",
            "models.trustRemoteCode": ["evil/model"],
            "models.allowDownload": True,
            "cacheDir": "/tmp",
            "cache.folder": "/tmp",
            "indexing.oneCoreWhileTyping": False,
            "files.follow": True,
        }
        (root / ".dowse.toml").write_text(
            "".join(f"{name} = {json.dumps(value)}\n" for name, value in wanted.items()), "utf-8"
        )
        (root / ".vscode").mkdir()
        (root / ".vscode" / "settings.json").write_text(json.dumps({f"dowse.{k}": v for k, v in wanted.items()}))
        async with started(tmp_path / "cache") as server:
            server.client.answers["workspace/configuration"] = lambda params: [wanted]
            await server.client.initialize(
                root, name="Visual Studio Code", capabilities={"workspace": {"configuration": True}}
            )
            await still_finds(server.client)
            told = " ".join(each["message"] for each in server.client.of("window/showMessage"))
            assert [name for name in wanted if name not in told] == []
            models = (await server.client.request("dowse/indexStatus"))["models"]
            assert {model["name"] for model in models} == {"builtin:code", "builtin:prose"}
            assert await server.close() == 0
        with pytest.raises(BlockingIOError):
            endpoint.accept()


LINKS = st.sampled_from(
    ["[x](command:evil)", "<command:evil>", "![](https://evil.example/x.png)", "<img src=x onerror=evil()>", "<a href=",
     "<script>", "&#91;", "\n\n# x", "```", "~~~", "    code", "https://evil.example", "www.evil.example", "[x]: evil",
     "|a|b|\n|-|-|\n", "\r", "\u2028", "\\", "]", "(", ")", "$(evil)", "<!--", "- ", "1. ", "\t", "javascript:evil"]
)  # fmt: skip


@given(parts=st.lists(st.one_of(LINKS, st.text(max_size=8)), max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_a_workspace_calls_its_functions_is_text_in_a_hover(parts: list[str]) -> None:
    """Read by a CommonMark parser with everything on that editors turn on: HTML, tables and bare links."""
    markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    markdown.validateLink = lambda url: True
    name = "".join(parts)
    tokens = markdown.parse(f"- [{escape_markdown(name)}](<file:///a>) 0.5 {escape_markdown(name)}\n")
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in tokens} <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close",
        "bullet_list_close",
    }  # fmt: skip
    assert [child.attrs.get("href") for child in inner if child.type == "link_open"] == ["file:///a"]
    assert {child.type for child in inner} <= {"text", "text_special", "link_open", "link_close"}


@given(parts=st.lists(st.one_of(LINKS, st.text(max_size=8)), max_size=12), language=st.text(max_size=8))
def test_a_preview_never_leaves_its_code_block(parts: list[str], language: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).parse(fence_code("".join(parts), language))
    assert [token.type for token in tokens] == ["fence"]


async def test_a_pickle_in_the_cache_is_never_loaded(tmp_path, root) -> None:
    canary = tmp_path / "executed"
    pickle = b"cos\nsystem\n(S'touch " + os.fsencode(canary) + b"'\ntR."
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert await server.close() == 0
    (directory,) = (path for path in (tmp_path / "cache").iterdir() if path.is_dir() and path.name != "results")
    (directory / "vectors").mkdir(exist_ok=True)
    made = [directory / name for name in ("words-code/x.pickle", "vectors/x.pkl", "catalogue.pkl", "model.pt")]
    for path in [*made, *directory.rglob("*.json")]:
        path.write_bytes(pickle)
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert await server.close() == 0
    assert not canary.exists()


async def peak_of(server: Server) -> int:
    """Return the most memory that the server and its workers have held so far, in bytes."""
    process = psutil.Process(server.process.pid)
    peaks = []
    for each in (process, *process.children(recursive=True)):
        try:
            status = Path(f"/proc/{each.pid}/status").read_text("ascii")
        except OSError:
            continue  # it has just ended
        peaks += [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")]
    return sum(peaks)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("unit", ["x", "def f(): "])
async def test_a_line_of_a_hundred_megabytes_and_one_of_ten(tmp_path, root, unit, patient) -> None:
    """Both are left out, and where the workspace raises the limit as far as it goes, memory is bounded all the same."""
    (root / "longer.py").write_text(unit * (100_000_000 // len(unit)), "ascii")
    (root / "long.py").write_text(unit * (9_900_000 // len(unit)), "ascii")
    async with serving(tmp_path, root) as server:
        await still_finds(server.client)
        assert (await skipped(server.client))["too-large"] == 2
        before = await peak_of(server)
        (root / ".dowse.toml").write_text("files.maxSize = 10000000\n", "utf-8")
        changes = [{"uri": (root / ".dowse.toml").as_uri(), "type": 1}]
        server.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        async with asyncio.timeout(200):
            while (await skipped(server.client))["too-large"] == 2:
                await asyncio.sleep(0.1)
        await still_finds(server.client)
        assert await peak_of(server) - before < 600_000_000
        assert await server.close() == 0


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_a_great_many_empty_files(tmp_path, root, request, patient) -> None:
    count = request.config.getoption("--files")
    for number in range(count):
        if number % 1000 == 0:
            (root / f"d{number // 1000}").mkdir()
        (root / f"d{number // 1000}" / f"{number}.py").touch()
    async with serving(tmp_path, root) as server:
        async with asyncio.timeout(500):
            while (await server.client.request("dowse/indexStatus"))["state"] != "ready":
                await asyncio.sleep(0.5)
        await still_finds(server.client)
        status = await server.client.request("dowse/indexStatus")
        print(f"{count} empty files: memory {status['memoryBytes']:,}")  # noqa: T201 - shown with -s
        assert status["folders"][0]["filesIndexed"] == count + 1
        assert status["memoryBytes"] < 250_000_000 + count * 1_000
        assert await server.close() == 0


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_folders_ten_thousand_deep(tmp_path, root, patient) -> None:
    here = os.open(root, os.O_RDONLY)
    for _ in range(10_000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    try:
        async with serving(tmp_path, root) as server:
            await still_finds(server.client)
            assert await server.close() == 0
    finally:
        subprocess.run(["rm", "-rf", str(root / "d")], check=True)
