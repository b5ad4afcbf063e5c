"""Writes what the extension shares with the server: types of messages, settings, and these in package.json.

    .venv/bin/python vscode-client/scripts/generate.py

A test of the server compares the files with what this would write.
"""

import json
import re
import types as python_types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec
from lsprotocol import types as lsp

from dowse import __version__
from dowse.lsp import protocol
from dowse.lsp.declarations import Declarations
from dowse.lsp.discovery import discover
from dowse.lsp.requests import hover
from dowse.settings import USER_ONLY, Settings

CLIENT = Path(__file__).parents[1]
HEAD = "// Written by scripts/generate.py from the server's own classes. Do not edit.\n\n"
STANDARD = ("Location", "Position", "Range", "SymbolKind", "TextDocumentIdentifier")
SETTINGS_START = 100
"""``order`` of the server's settings, after the extension's own."""

GROUPS = {"files": "files", "indexing": "files", "models": "models", "notes": "notes", "editor": "editor"}
"""In which group of VS Code's settings a section of the server's settings stands."""

IN_VSCODE = {
    "editor.hover": "Whether a hover over a function's name lists similar functions and the notes about it.",
    "editor.workspaceSymbols": "Whether *Go to Symbol in Workspace* answers by meaning too.",
}
"""What a setting does in VS Code, where the server's own text speaks of editors in general."""

_PAGE_LINK = re.compile(r"\[([^]]*)\]\((?!https:)[^)]*\)")
"""A link to another page of the documentation, which leads nowhere in an editor's settings."""

_PRIMITIVES = {str: "string", int: "number", float: "number", bool: "boolean"}


def outputs() -> dict[Path, str]:
    """Return the content of every generated file."""
    return {
        CLIENT / "src" / "protocol.generated.ts": protocol_module(),
        CLIENT / "src" / "settings.generated.ts": settings_module(),
        CLIENT / "package.json": manifest((CLIENT / "package.json").read_text("utf-8")),
        CLIENT / "package.nls.json": texts((CLIENT / "package.nls.json").read_text("utf-8")),
    }


def protocol_module(declarations: Declarations | None = None) -> str:
    """Return TypeScript for the server's own classes, methods and commands."""
    declared = declarations or discover()
    parts = [HEAD, f'import type {{ {", ".join(STANDARD)} }} from "vscode-languageclient";\n\n']
    parts.append(f"export const PROTOCOL_VERSION = {protocol.PROTOCOL_VERSION};\n")
    parts.append(f'export const SERVER_VERSION = "{__version__}";\n\n')
    literals = {"State": protocol.State, "Space": protocol.Space, "KindName": protocol.KindName}
    parts += [f"export type {name} = {_literal(kind)};\n" for name, kind in literals.items()]
    parts += [_interface(name, kind) for name, kind in declared.wire_types.items()]
    names = {constant: each.name for constant, each in declared.constants.items()}
    methods = {constant: json.dumps(name) for constant, name in names.items() if name in declared.own_messages}
    commands = {constant: json.dumps(name) for constant, name in names.items() if name in declared.commands}
    parts.append(_object("Method", methods))
    parts.append(_object("ServerCommand", commands))
    links = {"OPEN_PLACE": hover.OPEN_PLACE, "COMPARE_PLACES": hover.COMPARE_PLACES}
    parts.append(_object("HoverCommand", {name: json.dumps(command) for name, command in links.items()}))
    return "".join(parts)


def settings_module() -> str:
    """Return TypeScript that says which settings the server has and which only the user may set."""
    rows = "".join(
        f"  {{ name: {json.dumps(name)}, userOnly: {json.dumps(user_only)} }},\n"
        for name, _, user_only, _ in _settings()
    )
    return (
        f"{HEAD}export interface ServerSetting {{\n  readonly name: string;\n"
        "  /** Whether a workspace's own files cannot set it. */\n  readonly userOnly: boolean;\n}\n\n"
        f"export const SERVER_SETTINGS: readonly ServerSetting[] = [\n{rows}];\n"
    )


def manifest(text: str) -> str:
    """Return package.json with the server's version and settings in it; all else stays as it is."""
    content = json.loads(text)
    content["version"] = __version__
    groups = content["contributes"]["configuration"]
    for group in groups:
        own = {name: value for name, value in group["properties"].items() if value["order"] < SETTINGS_START}
        group["properties"] = own | _group_settings(group["id"].removeprefix("dowse."))
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def texts(text: str) -> str:
    """Return package.nls.json with the server's descriptions of its settings; all else stays as it is."""
    described = {
        f"setting.{name}": IN_VSCODE.get(name) or _PAGE_LINK.sub(r"\1", schema["description"])
        for name, schema, _, _ in _settings()
    }
    content = json.loads(text)
    return json.dumps(content | described, indent=2, ensure_ascii=False) + "\n"


def _group_settings(group: str) -> dict[str, Any]:
    """Return the properties of the server's settings that belong to a group of the editor's settings."""
    properties = {}
    for order, (name, schema, user_only, default) in enumerate(_settings(), SETTINGS_START):
        if GROUPS.get(name.partition(".")[0]) == group:
            del schema["description"]
            described = {"markdownDescription": f"%setting.{name}%"}
            if "enum" in schema:
                described["markdownEnumDescriptions"] = [f"%setting.{name}.{value}%" for value in schema["enum"]]
            scope = "machine" if user_only else "window"
            properties[f"dowse.{name}"] = {**schema, "default": default, "scope": scope, "order": order} | described
    return properties


def _settings() -> Iterator[tuple[str, dict[str, Any], bool, Any]]:
    """Yield each setting's name, JSON schema, whether only the user may set it, and its default."""
    for section in msgspec.structs.fields(Settings):
        hints = get_type_hints(section.type, include_extras=True)
        for field in msgspec.structs.fields(section.type):
            metas = [meta for meta in hints[field.name].__metadata__ if isinstance(meta, msgspec.Meta)]
            schema = msgspec.json.schema(hints[field.name])
            user_only = any(meta.extra == USER_ONLY for meta in metas)
            default = msgspec.to_builtins(field.default)
            yield f"{section.encode_name}.{field.encode_name}", schema, user_only, default


def _interface(name: str, kind: type[Any]) -> str:
    hints = get_type_hints(kind, include_extras=True)
    fields = "".join(
        f"  readonly {_camel(field.name)}{'' if field.default is attrs.NOTHING else '?'}: {_type(hints[field.name])};\n"
        for field in attrs.fields(kind)
    )
    return f"\nexport interface {name} {{\n{fields}}}\n"


def _type(kind: object) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is Literal:
        named = {protocol.State: "State", protocol.Space: "Space", protocol.KindName: "KindName"}
        return named.get(kind) or _literal(kind)
    if origin in (Union, python_types.UnionType):
        return " | ".join(_type(each) for each in arguments if each is not type(None))
    if origin is Sequence:
        return f"readonly {_type(arguments[0])}[]"
    if origin is Mapping:
        return f"Readonly<Record<string, {_type(arguments[1])}>>"
    if kind in _PRIMITIVES:
        return _PRIMITIVES[kind]
    if not (kind.__name__ in STANDARD if kind.__module__ == lsp.__name__ else attrs.has(kind)):
        raise TypeError(f"{kind} has no TypeScript type here yet")
    return str(kind.__name__)


def _literal(kind: object) -> str:
    return " | ".join(json.dumps(value) for value in get_args(kind))


def _object(name: str, members: Mapping[str, str]) -> str:
    rows = "".join(f"  {key}: {value},\n" for key, value in members.items())
    return f"\nexport const {name} = {{\n{rows}}} as const;\n"


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda match: match[1].upper(), name)


if __name__ == "__main__":
    for path, content in outputs().items():
        path.write_text(content, "utf-8")
