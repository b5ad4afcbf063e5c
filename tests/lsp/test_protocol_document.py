"""``docs/protocol.md`` says what the classes say."""

import json
import re
import types as python_types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from dowse.lsp import jsonrpc, protocol, wire
from dowse.lsp.features import commands

DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
TABLE = re.compile(r"^`(\w+)`[^\n]*\n\n\| field \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE)
EXAMPLE = re.compile(r"```json (\w+)\n(.*?)```", re.DOTALL)
CELLS = re.compile(r"(?<!\\)\|")

WORDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
CLASSES = {
    name: kind
    for name, kind in vars(protocol).items()
    if isinstance(kind, type) and attrs.has(kind) and name not in {"Method", "Command"}
}


def camel(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


def shown(kind: Any) -> str:
    """Return a type as the document writes it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        bounds = arguments[1]
        return f"{shown(arguments[0])}, {bounds.ge} to {bounds.le}"
    if origin in (Union, python_types.UnionType):
        return r" \| ".join(shown(a) for a in arguments if a is not type(None))
    if origin is Literal:
        return "KindName" if kind == protocol.KindName else r" \| ".join(f'"{a}"' for a in arguments)
    if origin is Sequence:
        return f"{shown(arguments[0])}[]"
    if origin is Mapping:
        return f"object of {shown(arguments[1])}"
    return WORDS.get(kind) or str(kind.__name__)


def presence(field: Any) -> str:
    if field.default is attrs.NOTHING:
        return "required"
    if field.default is None:
        return "optional"
    if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
        return "`{}`"
    return f"`{json.dumps(list(field.default) if field.default == () else field.default)}`"


def test_every_class_is_documented_once() -> None:
    assert sorted(name for name, _ in TABLE.findall(DOCUMENT)) == sorted(CLASSES)


@pytest.mark.parametrize(("name", "rows"), TABLE.findall(DOCUMENT))
def test_a_table_lists_the_fields_of_its_class(name: str, rows: str) -> None:
    documented = [[cell.strip() for cell in CELLS.split(row)[1:4]] for row in rows.splitlines()]
    hints = get_type_hints(CLASSES[name], include_extras=True)
    assert documented == [
        [f"`{camel(field.name)}`", shown(hints[field.name]), presence(field)] for field in attrs.fields(CLASSES[name])
    ]


@pytest.mark.parametrize(("name", "example"), EXAMPLE.findall(DOCUMENT))
def test_an_example_is_what_its_class_sends(name: str, example: str) -> None:
    value = json.loads(example)
    kind = CLASSES[name]
    if name.endswith("Params"):
        assert set(value) <= {camel(field.name) for field in attrs.fields(kind)}
        wire.structure(value, kind)
    else:
        assert wire.plain(wire.converter().structure(value, kind)) == value


def test_every_method_has_its_examples() -> None:
    examples = {name for name, _ in EXAMPLE.findall(DOCUMENT)}
    for method in protocol.METHODS:
        assert f"`{method.name}`" in DOCUMENT
        assert {kind.__name__ for kind in (method.params, method.result) if kind is not None} <= examples


def test_the_commands_are_those_that_are_announced() -> None:
    rows = re.findall(r"^\| `(dowse\.\w+)` \| (\w+) \| (\w+) \|$", DOCUMENT, re.MULTILINE)
    assert rows == [
        (
            command.name,
            command.argument.__name__ if command.argument else "none",
            command.result.__name__ if command.result else "null",
        )
        for command in protocol.COMMANDS
    ]


def test_the_error_codes_are_those_in_use() -> None:
    documented = {int(code) for code in re.findall(r"^\| (-\d+) \|", DOCUMENT, re.MULTILINE)}
    used = {value for value in vars(jsonrpc).values() if isinstance(value, int) and value < -30_000}
    assert documented == used


def test_the_version_is_the_documented_one() -> None:
    assert f'"version": {protocol.PROTOCOL_VERSION}' in DOCUMENT


def test_every_command_does_something() -> None:
    done = [*commands._ANSWERS, *commands._ACTIONS]
    assert sorted(done) == sorted(command.name for command in protocol.COMMANDS)
