"""Modules of the language server import in one direction, what is only for type checkers included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import dowse.lsp

PACKAGE = Path(dowse.lsp.__file__).parent
SOURCES = {
    ".".join(("dowse.lsp", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in SOURCES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_module_imports_in_a_circle() -> None:
    graph = {name: {each for each in imported(path) if each in SOURCES} for name, path in SOURCES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_no_file_that_handles_a_message_is_named_by_what_runs_it() -> None:
    handlers = {name for name in SOURCES if name.count(".") > 2}
    named = {
        (importer, each)
        for importer in ("dowse.lsp.discovery", "dowse.lsp.dispatcher", "dowse.lsp.session", "dowse.lsp.declarations")
        for each in imported(SOURCES[importer])
    }
    assert {pair for pair in named if pair[1] in handlers} == set()
