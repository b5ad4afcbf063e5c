"""The pages about editors that cannot be run here: what they show can at least be read, and is what the server has."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from dowse.lsp.discovery import discover
from editors.editor import DOCS, ROOT, blocks

OTHERS = DOCS / "others.md"
INDEX = ROOT / "docs" / "editors.md"


def test_configuration_in_toml_and_json_can_be_read() -> None:
    [helix] = [tomllib.loads(text) for text in blocks(OTHERS, "toml")]
    command = helix["language-server"]["dowse"]
    assert [command["command"], *command["args"]] == ["dowse", "server"]
    tasks, kate, sublime, keys = [json.loads(text) for text in blocks(OTHERS, "json")]
    assert {task["command"] for task in tasks} == {"dowse"}
    assert kate["servers"]["markdown"]["command"] == sublime["clients"]["dowse"]["command"] == ["dowse", "server"]
    assert keys[0]["args"]["command_name"] == "dowse.searchToDocument"


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_every_command_named_exists(page: Path) -> None:
    assert set(re.findall(r"dowse\.(?:search|similar)To\w+", page.read_text("utf-8"))) <= set(discover().commands)


def test_the_index_names_every_page() -> None:
    linked = set(re.findall(r"\(editors/(\w+)\.md", INDEX.read_text("utf-8")))
    assert linked == {page.stem for page in DOCS.glob("*.md")}
