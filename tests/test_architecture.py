"""The invariants that can be read off the source: who imports whom, what start-up costs, what guards each of them."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "server" / "dowse"
DEV_PACKAGE = ROOT / "server" / "dowse_dev"
ARCHITECTURE = ROOT / "docs" / "architecture.md"

ORDER = [
    {"system"},
    {"settings"},
    {"throttle"},
    {"workspace"},
    {"chunking"},
    {"embedding"},
    {"index"},
    {"status"},
    {"search"},
    {"notes"},
    {"indexing"},
    {"engine"},
    {"evaluation"},
    {"training"},
    {"lsp"},
    {"cli"},
    {"dowse_dev"},
]
"""A part imports only itself and what stands before it. ``cli`` stands behind ``lsp`` because it starts it."""

AT_HOME = {
    "pygls": "lsp",
    "lsprotocol": "lsp",
    "attrs": "lsp",
    "cattrs": "lsp",
    "websockets": "lsp",
    "click": "cli dowse_dev",
    "rich": "cli",
    "watchdog": "workspace",
    "markdown_it": "notes",
    "tree_sitter": "chunking",
    "tree_sitter_language_pack": "chunking",
    "sentence_transformers": "embedding dowse_dev",
    "torch": "embedding training dowse_dev",
    "scipy": "dowse_dev",
    "datasketch": "dowse_dev",
    "lightgbm": "dowse_dev",
    "sqlite3": "index",
    "tantivy": "index",
    "hnswlib": "index",
    "httpx2": "embedding",
    "keyring": "embedding",
}
"""Libraries that one part wraps for all others; torch is run by one and trained with by another."""

HEAVY = {
    "httpx2",
    "keyring",
    "numpy",
    "torch",
    "sentence_transformers",
    "tantivy",
    "hnswlib",
    "tree_sitter",
    "tree_sitter_language_pack",
}

SHIPPED = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*SHIPPED, *sorted(DEV_PACKAGE.rglob("*.py"))]


def part_of(path: Path) -> str:
    """The package or top-level module of ``dowse`` that a file belongs to; empty for dowse's own two files.

    All of ``dowse_dev`` is one part.
    """
    if path.is_relative_to(DEV_PACKAGE):
        return DEV_PACKAGE.name
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if first in {"__init__", "__main__"} else first


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import of a file wherever it stands, as line and dotted name; relative ones made absolute."""
    package = path.relative_to(PACKAGE.parent).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, (base, node.module)))
            # ``from dowse import engine`` imports a part, ``from dowse import __version__`` does not.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def dowse_part(name: str) -> str | None:
    """The part of ``dowse`` that a dotted name is in, if it is in one."""
    segments = name.split(".")
    if segments[0] == DEV_PACKAGE.name:
        return DEV_PACKAGE.name
    if segments[0] != "dowse" or len(segments) < 2:
        return None
    return segments[1] if any(segments[1] in level for level in ORDER) else None


def at(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def test_every_part_has_its_place_in_the_order() -> None:
    placed = set().union(*ORDER)
    assert {part_of(path) for path in SOURCES} - {""} <= placed


def test_imports_point_only_to_the_left() -> None:
    position = {part: index for index, level in enumerate(ORDER) for part in level}
    wrong = [
        f"{at(path, line)} imports {name}"
        for path in SOURCES
        if (part := part_of(path))
        for line, name in imports(path)
        if (target := dowse_part(name)) and position[target] > position[part]
    ]
    assert wrong == []


def test_what_users_install_never_imports_what_developers_do() -> None:
    wrong = [
        f"{at(path, line)} imports {name}"
        for path in SHIPPED
        for line, name in imports(path)
        if name.split(".")[0] == DEV_PACKAGE.name
    ]
    assert wrong == []


ONE_SYSTEM = {"sys.platform", "os.name"}
OF_ONE_SYSTEM = {"ctypes", "fcntl", "grp", "msvcrt", "pwd", "resource", "termios", "winreg"}
"""What tells systems apart, and modules that not every system has or that call one by name."""


def test_only_the_system_package_asks_which_system_it_runs_on() -> None:
    elsewhere = [path for path in SHIPPED if part_of(path) != "system"]
    asking = [
        f"{at(path, node.lineno)} asks for {asked}"
        for path in elsewhere
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and (asked := ast.unparse(node)) in ONE_SYSTEM
    ]
    importing = [
        f"{at(path, line)} imports {name}"
        for path in elsewhere
        for line, name in imports(path)
        if name.split(".")[0] in OF_ONE_SYSTEM
    ]
    assert asking + importing == []


def module_of(path: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circles() -> list[list[str]]:
    """Groups of modules that import each other, in functions and for types too.

    The two packages themselves are left out: what ``import dowse`` offers is imported when it is asked for.
    """
    left_out = {PACKAGE / "__init__.py", DEV_PACKAGE / "__init__.py"}
    modules = {module_of(path): path for path in SOURCES if path not in left_out}
    imported = {
        module: {
            target
            for _, name in imports(path)
            if (target := name if name in modules else name.rpartition(".")[0]) in modules and target != module
        }
        for module, path in modules.items()
    }

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        waiting = [start]
        while waiting:
            waiting += (new := imported[waiting.pop()] - found)
            found |= new
        return found

    reach = {module: reached(module) for module in modules}
    groups = {frozenset(other for other in reach[module] if module in reach[other]) for module in modules}
    return sorted(sorted(group) for group in groups if group)


def test_modules_do_not_import_each_other_in_circles() -> None:
    assert circles() == []


def test_only_the_server_command_joins_the_two_faces() -> None:
    joined = {
        path.name
        for path in SOURCES
        if part_of(path) == "cli"
        for _, name in imports(path)
        if dowse_part(name) == "lsp"
    }
    assert joined <= {"server.py"}


def test_each_wrapped_library_is_imported_only_where_it_is_at_home() -> None:
    wrong = [
        f"{at(path, line)} imports {name}"
        for path in SOURCES
        for line, name in imports(path)
        if (home := AT_HOME.get(name.split(".")[0])) is not None and part_of(path) not in home.split()
    ]
    assert wrong == []


def test_only_what_runs_in_no_server_may_parse_in_its_own_process() -> None:
    """A grammar that crashes or never ends takes its process along; others ask the chunker's processes."""
    parsers = {
        at(path, line)
        for path in SOURCES
        if part_of(path) not in {"chunking", "evaluation", "training"} and path.is_relative_to(PACKAGE)
        for line, name in imports(path)
        if name.startswith(("dowse.chunking.chunker.chunk_text", "dowse.chunking.parsing"))
    }
    assert parsers == set()


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running ``code``."""
    report = "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    ran = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(ran.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["dowse", "dowse.settings", "dowse.engine", "dowse.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import {module}") & HEAVY == set()


def test_importing_the_whole_language_server_loads_nothing_heavy() -> None:
    code = (
        "import importlib, pkgutil, dowse.lsp\n"
        "for found in pkgutil.walk_packages(dowse.lsp.__path__, 'dowse.lsp.'):\n"
        "    importlib.import_module(found.name)"
    )
    assert loaded_by(code) & HEAVY == set()


def test_an_engine_loads_no_library_of_models_before_a_model_is_asked_for() -> None:
    code = (
        "from dowse.engine import Engine\n"
        "from dowse.settings import Settings\n"
        "engine = Engine(Settings())\n"
        "engine.start([])\n"
        "engine.wait_until_ready()\n"
        "engine.status()\n"
        "engine.stop()"
    )
    assert loaded_by(code) & {"torch", "sentence_transformers", "hnswlib", "httpx2", "keyring"} == set()


def defined_tests(path: Path) -> set[str]:
    """Names of a file's tests as node ids have them; a state machine's ``TestCase`` is an assignment."""
    tree = ast.parse(path.read_text("utf-8"))
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names.add(node.name)
            case ast.ClassDef():
                names.add(node.name)
                functions = (inner for inner in node.body if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef))
                names.update(f"{node.name}::{inner.name}" for inner in functions)
            case ast.Assign(targets=[ast.Name(id=name)]):
                names.add(name)
            case _:
                pass
    return names


def guards() -> dict[int, list[tuple[str, str]]]:
    """The tests that the architecture document names, as path and name, by invariant."""
    text = ARCHITECTURE.read_text("utf-8")
    sections = re.split(r"^### (\d+)\. .*$", text, flags=re.MULTILINE)
    numbered = zip(sections[1::2], sections[2::2], strict=True)
    return {
        int(number): re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", re.split(r"^## ", body, flags=re.MULTILINE)[0])
        for number, body in numbered
    }


def test_the_architecture_document_names_a_test_for_each_invariant() -> None:
    found = guards()
    assert found
    assert [number for number, tests in found.items() if not tests] == []


def test_every_test_that_the_architecture_document_names_exists() -> None:
    missing = [
        f"{path}::{name}"
        for tests in guards().values()
        for path, name in tests
        if not (ROOT / path).is_file() or name not in defined_tests(ROOT / path)
    ]
    assert missing == []


def test_the_documents_link_only_to_files_that_exist() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{at(document, 1)} -> {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []
