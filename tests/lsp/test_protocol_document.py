"""``docs/protocol.md`` says what the classes and declarations say; ``--update-golden`` writes two tables anew."""

import json
import re
import types as python_types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from dowse.lsp import jsonrpc, protocol, wire
from dowse.lsp.declarations import (
    Command,
    Declarations,
    EngineCommand,
    OutgoingNotification,
    ProtocolRequest,
    Request,
)
from dowse.lsp.discovery import discover
from dowse.lsp.tuning import Tuning

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
DOCUMENT = PAGE.read_text("utf-8")
MESSAGES = re.compile(r"^\| message \|.*?\n(?=\n)", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^\| command \|.*?\n(?=\n)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^`(\w+)`[^\n]*\n\n\| field \|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)", re.MULTILINE)
EXAMPLE = re.compile(r"```json (\w+)\n(.*?)```", re.DOTALL)
CELLS = re.compile(r"(?<!\\)\|")

WORDS = {str: "string", int: "integer", float: "number", bool: "boolean"}
DECLARATIONS = discover()
CLASSES = DECLARATIONS.wire_types


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
        assert wire.unstructure(wire.converter().structure(value, kind)) == value


def test_every_method_has_its_examples() -> None:
    examples = {name for name, _ in EXAMPLE.findall(DOCUMENT)}
    for message in DECLARATIONS.own_messages.values():
        assert f"`{message.name}`" in DOCUMENT
        assert {kind.__name__ for kind in (message.params, message.result) if kind is not None} <= examples


def named(kind: Any) -> str:
    """Return the type of parameters or of a result as a table of messages shows it."""
    if kind is None:
        return "none"
    if get_origin(kind) in (Union, python_types.UnionType):
        return r" \| ".join("null" if each is type(None) else named(each) for each in get_args(kind))
    return f"{named(get_args(kind)[0])}[]" if get_origin(kind) is list else str(kind.__name__)


def answered(message: Any) -> str:
    """Return how a request is answered."""
    if not isinstance(message, Request | Command):
        return "at once" if isinstance(message, ProtocolRequest | EngineCommand) else ""
    facts = [message.schedule.value]
    if message.supersede_key is not None:
        facts.append("the newest only")
    if isinstance(message, Request) and message.deadline is not None:
        facts.append(f"within {message.deadline:g} s")
    return ", ".join(facts)


def messages_table(declarations: Declarations) -> str:
    rows = ["| message | | parameters | result | answered |", "|---|---|---|---|---|"]
    for message in declarations.messages.values():
        kind = "request" if isinstance(message, Request | ProtocolRequest) else "notification"
        direction = f"{kind} to the client" if isinstance(message, OutgoingNotification) else kind
        result = named(message.result) if kind == "request" else ""
        rows.append(f"| `{message.name}` | {direction} | {named(message.params)} | {result} | {answered(message)} |")
    return "\n".join(rows) + "\n"


def commands_table(declarations: Declarations) -> str:
    rows = ["| command | argument | result | answered |", "|---|---|---|---|"]
    for command in declarations.commands.values():
        result = "null" if command.result is None else named(command.result)
        rows.append(f"| `{command.name}` | {named(command.params)} | {result} | {answered(command)} |")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("table", "written"), [(MESSAGES, messages_table), (COMMANDS, commands_table)])
def test_the_tables_of_messages_are_what_is_declared(table: Any, written: Any, update_golden: bool) -> None:
    expected = written(DECLARATIONS)
    if update_golden:
        PAGE.write_text(table.sub(lambda _: expected, PAGE.read_text("utf-8")), "utf-8")
    assert table.findall(PAGE.read_text("utf-8")) == [expected]


def test_the_error_codes_are_those_in_use() -> None:
    documented = {int(code) for code in re.findall(r"^\| (-\d+) \|", DOCUMENT, re.MULTILINE)}
    used = {value for value in vars(jsonrpc).values() if isinstance(value, int) and value < -30_000}
    assert documented == used


def test_the_limits_are_those_in_force() -> None:
    tuning = Tuning()
    assert f"{tuning.running_requests:,} requests" in DOCUMENT
    assert f"until {tuning.unsent_bytes >> 20} MB wait" in DOCUMENT
    assert f"{tuning.waiting_changes:,} changes, or {tuning.waiting_change_bytes >> 20} MB" in DOCUMENT


def test_the_version_is_the_documented_one() -> None:
    assert f'"version": {protocol.PROTOCOL_VERSION}' in DOCUMENT
