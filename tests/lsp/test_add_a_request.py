"""The example of ``docs/contributing/add-a-request.md``: one file, beside the others, is a request."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from dowse.lsp import requests
from dowse.lsp.discovery import discover
from lsp.conftest import Session
from lsp.test_protocol_document import commands_table, messages_table
from test_vscode_client import generator

PAGE = Path(__file__).parents[2] / "docs" / "contributing" / "add-a-request.md"
METHOD = "dowse/definitionLines"
COMMAND = "dowse.definitionLines"
DOCUMENT = {"textDocument": {"uri": "untitled:1"}}

__all__ = ["generator"]


@pytest.fixture(autouse=True)
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the page's file into the folder of requests; before a session is made."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    folder = tmp_path / "requests"
    folder.mkdir()
    (folder / "definition_lines.py").write_text(code, "utf-8")
    monkeypatch.setattr(requests, "__path__", [*requests.__path__, str(folder)])
    yield
    sys.modules.pop("dowse.lsp.requests.definition_lines", None)


async def test_it_is_announced_and_answered(example: None, session: Session) -> None:
    announced = (await session.client.initialize())["capabilities"]
    assert METHOD in announced["experimental"]["dowse"]["methods"]
    assert COMMAND in announced["executeCommandProvider"]["commands"]
    session.open("untitled:1", "x = 1\n\n\ndef one():\n    return 1\n")
    assert await session.client.request(METHOD, DOCUMENT) == {"lines": [3]}
    command = {"command": COMMAND, "arguments": [DOCUMENT]}
    assert await session.client.request("workspace/executeCommand", command) == {"lines": [3]}


async def test_its_failures_are_told_in_the_protocols_words(example: None, session: Session) -> None:
    await session.opened()
    error = await session.client.error(METHOD, DOCUMENT)
    assert (error["code"], error["message"]) == (-32803, "the document is not open")
    assert (await session.client.error(METHOD, {"textDocument": 5}))["code"] == -32602


def test_documents_and_client_derive_from_it(generator: ModuleType) -> None:
    declarations = discover()
    row = f"| `{METHOD}` | request | DefinitionLinesParams | DefinitionLinesResult | latency-sensitive |"
    assert row in messages_table(declarations).splitlines()
    assert f"| `{COMMAND}` | DefinitionLinesParams | DefinitionLinesResult | latency-sensitive |" in commands_table(
        declarations
    )
    typescript = generator.protocol_module(declarations)
    assert f'  DEFINITION_LINES: "{METHOD}",\n' in typescript
    assert f'  LIST_DEFINITIONS: "{COMMAND}",\n' in typescript
    assert "export interface DefinitionLinesResult {\n  readonly lines: readonly number[];\n}\n" in typescript
