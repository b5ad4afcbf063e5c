"""What runs the handlers of messages does not know them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import dowse.lsp

PACKAGE = Path(dowse.lsp.__file__).parent


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_file_that_handles_a_message_is_named_by_what_runs_it() -> None:
    handlers = ("dowse.lsp.requests.", "dowse.lsp.notifications.")
    for runner in ("discovery", "dispatcher", "session", "declarations", "jsonrpc", "request_executor"):
        assert [name for name in imported(PACKAGE / f"{runner}.py") if name.startswith(handlers)] == []
