"""Definitions of a syntax tree, found by the language's query and nested as they stand in the text.

The queries (``queries/*.scm``) name what they capture:

* ``@function``, ``@class``, ``@constant`` … (:data:`ROLES`): a definition. Where two patterns capture one node the
  later one decides.
* ``@name``: its name, by default the node's ``name`` field, or what C's ``declarator`` fields lead to.
* ``@body``: where its signature ends, by default the ``body`` field, else the end of its first line.
* ``@extent``: a node around it that belongs to it (``template <…>``, ``export``).
* ``@container``: a name it belongs to that does not enclose it (a Go receiver).
* ``@prefix``: a name that all that follows belongs to (``package Foo;``).
* ``@signature``: its declaration, on the line before it (Haskell). ``@parameters``: what its first line lacks of it.
* ``@comment``, ``@attribute``: belong to the definition on the line after them. ``@doc``: the docstring within one.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from dowse.chunking import naming
from dowse.chunking.chunk import Kind
from dowse.chunking.outline import Definition, Outline, Role, give_docs, give_prefixes, merge_neighbours, nest
from dowse.chunking.parsing import Source, matches

if TYPE_CHECKING:
    from tree_sitter import Node, Query


ROLES: dict[str, tuple[Role, Kind]] = {
    "function": (Role.FUNCTION, Kind.FUNCTION),
    "method": (Role.FUNCTION, Kind.METHOD),
    "constructor": (Role.FUNCTION, Kind.CONSTRUCTOR),
    "operator": (Role.FUNCTION, Kind.OPERATOR),
    "declaration": (Role.DECLARATION, Kind.FUNCTION),
    "event": (Role.FUNCTION, Kind.EVENT),
    "class": (Role.TYPE, Kind.CLASS),
    "interface": (Role.TYPE, Kind.INTERFACE),
    "enum": (Role.TYPE, Kind.ENUM),
    "struct": (Role.TYPE, Kind.STRUCT),
    "object": (Role.TYPE, Kind.OBJECT),
    "impl": (Role.SCOPE, Kind.CLASS),
    "module": (Role.SCOPE, Kind.MODULE),
    "namespace": (Role.SCOPE, Kind.NAMESPACE),
    "constant": (Role.MINOR, Kind.CONSTANT),
    "variable": (Role.MINOR, Kind.VARIABLE),
    "property": (Role.MINOR, Kind.PROPERTY),
    "field": (Role.MINOR, Kind.FIELD),
    "type": (Role.MINOR, Kind.INTERFACE),
    "rule": (Role.MINOR, Kind.CLASS),
    "key": (Role.MINOR, Kind.PROPERTY),
}


@dataclass(slots=True)
class _Found:
    node: Node
    capture: str
    pattern: int
    name: Node | None
    body: Node | None
    parameters: Node | None
    container: str
    first: Node
    last: Node


def outline(
    root: Node, query: Query, source: Source, *, by_clauses: bool = False, unbroken_only: bool = False
) -> Outline:
    """Run the query and nest what it finds. Definitions without a name are left out.

    With ``unbroken_only`` those with a syntax error in them are left out as well: where most of a file cannot be
    parsed, their ends are guesses.
    """
    found: dict[tuple[int, int], _Found] = {}
    docs: list[Node] = []
    result = Outline([], {}, set())
    _collect(root, query, source, found, docs, result)
    definitions = [d for f in found.values() if (d := _definition(f, source, result)) is not None]
    if unbroken_only:
        definitions = [d for d in definitions if not d.broken]
    definitions.sort(key=lambda d: (d.span[0], -d.span[1]))
    nest(definitions, result)
    give_docs(definitions, docs, source.data)
    give_prefixes(result)
    merge_neighbours(result.definitions, by_clauses)
    return result


def _collect(
    root: Node, query: Query, source: Source, found: dict[tuple[int, int], _Found], docs: list[Node], result: Outline
) -> None:
    for pattern, captures in matches(root, query):
        for capture, nodes in captures.items():
            node = nodes[0]
            if capture in ROLES:
                name, body = captures.get("name"), captures.get("body")
                around = [*captures.get("extent", ()), node]
                container, parameters = captures.get("container"), captures.get("parameters")
                new = _Found(
                    node,
                    capture,
                    pattern,
                    name[0] if name else None,
                    body[0] if body else None,
                    parameters[0] if parameters else None,
                    naming.node_text(container[0], source.data) if container else "",
                    min(around, key=attrgetter("start_byte")),
                    max(around, key=attrgetter("end_byte")),
                )
                key = (node.start_byte, node.end_byte)
                old = found.get(key)
                found[key] = new if old is None else _combined(old, new)
            elif capture in ("comment", "attribute"):
                for node in nodes:
                    _attach(node, capture, source, result)
            elif capture == "signature":
                _attach(node, capture, source, result)
                result.signatures[_last_row(node)] = naming.signature(
                    source.data, node.start_byte, node.end_byte, node.end_byte
                )
            elif capture == "doc":
                docs.append(node)
            elif capture == "prefix":
                result.prefixes.append((node.start_byte, naming.scope_name(node, source.data)))


def _combined(old: _Found, new: _Found) -> _Found:
    winner, other = (new, old) if new.pattern >= old.pattern else (old, new)
    winner.first = min(winner.first, other.first, key=attrgetter("start_byte"))
    winner.last = max(winner.last, other.last, key=attrgetter("end_byte"))
    return winner


def _last_row(node: Node) -> int:
    row, column = node.end_point
    return row - 1 if column == 0 and row > node.start_point[0] else row


def _attach(node: Node, capture: str, source: Source, result: Outline) -> None:
    row = node.start_point[0]
    if not source.data[source.offsets[row] : node.start_byte].strip():
        last = _last_row(node)
        result.attached[last] = min(row, result.attached.get(last, row))
        if capture == "comment":
            result.comments.add(row)


def _definition(found: _Found, source: Source, result: Outline) -> Definition | None:
    node = found.node
    name_node = found.name or naming.name_node(node)
    if name_node is None:
        return None
    name = naming.split_name(name_node, source.data)
    if not name.text:
        return None
    role, kind = ROLES[found.capture]
    if kind is Kind.FUNCTION and name.of_type and not found.container:
        kind = naming.function_kind(name.text, name.qualifier)
    own_start = found.first.start_point[0]
    start = own_start
    declared = ""
    while (above := result.attached.get(start - 1)) is not None and above < start:
        declared = declared or result.signatures.get(start - 1, "")
        start = above
    line = name_node.start_point[0]
    before = source.data[source.offsets[line] : name_node.start_byte + name.offset]
    return Definition(
        role,
        kind,
        name.text,
        found.container or name.qualifier,
        line,
        len(before.decode("utf-8", "replace")) if name.length else 0,
        name.length,
        start,
        own_start,
        _last_row(found.last) + 1,
        declared or _signature(found, name_node, source),
        _doc(start, own_start, source, result),
        (found.first.start_byte, found.last.end_byte),
        node.has_error,
    )


def _signature(found: _Found, name: Node, source: Source) -> str:
    body = found.body or found.node.child_by_field_name("body")
    end = body.start_byte if body is not None and body.start_byte > name.start_byte else None
    start = found.first.start_byte
    if source.data[start : start + 1] in b"\"'":  # GraphQL's description is part of what it describes
        start = source.offsets[name.start_point[0]]
    text = naming.signature(source.data, start, end, found.node.end_byte)
    if found.parameters is not None and found.parameters.start_point[0] > found.first.start_point[0]:
        text = f"{text} {naming.one_line(found.parameters, source.data)}"
    return text


def _doc(start: int, own_start: int, source: Source, result: Outline) -> str:
    if start == own_start or not any(row in result.comments for row in range(start, own_start)):
        return ""
    return naming.comment_text(source.text(start, own_start))
