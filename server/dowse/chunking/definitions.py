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

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum, auto
from operator import attrgetter
from typing import TYPE_CHECKING

from dowse.chunking import naming
from dowse.chunking.chunk import Kind
from dowse.chunking.parsing import Source

if TYPE_CHECKING:
    from tree_sitter import Node, Query


class Role(Enum):
    """How a definition is cut up."""

    FUNCTION = auto()
    """One chunk with all that is nested in it, unless it is long or mostly made of functions."""
    TYPE = auto()
    """A header chunk, then its members."""
    SCOPE = auto()
    """Only names what stands in it: a namespace, a module, an ``impl``."""
    DECLARATION = auto()
    """Says that a function exists, without its body: part of a run, unless it is documented."""
    MINOR = auto()
    """Part of a run, unless it is long: a constant, a type alias, a field."""


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
class Definition:
    """One definition on whole lines ``start`` (with what belongs to it above) to ``end`` (exclusive)."""

    role: Role
    kind: Kind
    name: str
    qualifier: str
    """What its name itself says it belongs to: ``Foo`` of ``Foo::bar``."""
    name_line: int
    name_column: int
    name_length: int
    start: int
    own_start: int
    """The first line of the definition itself."""
    end: int
    signature: str
    doc: str
    span: tuple[int, int]
    broken: bool
    parent: Definition | None = None
    children: list[Definition] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """Its own name after all those that it stands in, outermost first."""
        outer = self.parent.path if self.parent else ()
        return (*outer, *([self.qualifier] if self.qualifier else []), self.name)


@dataclass(slots=True)
class Outline:
    """What a file defines: outermost definitions in order, and the lines that are only comment."""

    definitions: list[Definition]
    attached: dict[int, int]
    """First line of each comment or attribute that has its lines to itself, by its last line."""
    comments: set[int]
    """The first lines of those that are comments."""
    signatures: dict[int, str] = field(default_factory=dict)
    """Declarations that stand before what they declare, by their last line."""
    prefixes: list[tuple[int, str]] = field(default_factory=list)
    """Names of packages that what follows belongs to, by the byte they stand at, in order."""


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
    _nest(definitions, result)
    _give_docs(definitions, docs, source.data)
    _give_prefixes(result)
    _merge_neighbours(result.definitions, by_clauses)
    return result


def _collect(
    root: Node, query: Query, source: Source, found: dict[tuple[int, int], _Found], docs: list[Node], result: Outline
) -> None:
    from tree_sitter import QueryCursor

    for pattern, captures in QueryCursor(query).matches(root):
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


def _nest(definitions: list[Definition], result: Outline) -> None:
    stack: list[Definition] = []
    for definition in definitions:
        while stack and definition.span[1] > stack[-1].span[1]:
            stack.pop()
        parent = stack[-1] if stack else None
        definition.parent = parent
        (parent.children if parent else result.definitions).append(definition)
        stack.append(definition)
        if definition.kind is Kind.FUNCTION:
            definition.kind = naming.function_kind(definition.name, _owner(definition))


def _owner(definition: Definition) -> str | None:
    """Return the name of the type that a function belongs to, None for a free function."""
    parent = definition.parent
    if parent is not None and (parent.role is Role.TYPE or parent.kind is Kind.CLASS):
        return parent.name
    return None


def _give_docs(definitions: list[Definition], docs: list[Node], data: bytes) -> None:
    """Give each docstring to the innermost definition around it."""
    starts = [definition.span[0] for definition in definitions]
    for node in docs:
        at = bisect_right(starts, node.start_byte) - 1
        owner = definitions[at] if at >= 0 else None
        while owner is not None and owner.span[1] < node.end_byte:
            owner = owner.parent
        if owner is not None:
            text = (
                naming.comment_text(naming.node_text(node, data))
                if "comment" in node.type
                else naming.string_text(node, data)
            )
            owner.doc = text or owner.doc


def _give_prefixes(result: Outline) -> None:
    """Put the package that was named last before a definition in front of its name."""
    starts = [start for start, _ in result.prefixes]
    for definition in result.definitions if starts else ():
        at = bisect_right(starts, definition.span[0]) - 1
        if at >= 0:
            definition.qualifier = ".".join(filter(None, (result.prefixes[at][1], definition.qualifier)))


def _merge_neighbours(siblings: list[Definition], by_clauses: bool) -> None:
    """Make one definition of those that share a line, and of the clauses of one function; order them by line."""
    merged: list[Definition] = []
    for definition in siblings:
        _merge_neighbours(definition.children, by_clauses)
        last = merged[-1] if merged else None
        if last is not None and definition.start < last.end <= definition.own_start:
            # Some grammars end a definition after the comment that belongs to the next one.
            last.end = max(definition.start, last.own_start + 1)
        if last is not None and definition.own_start < last.end:
            last.end = max(last.end, definition.end)
            last.children.clear()
        elif last is not None and by_clauses and _same_function(last, definition):
            last.end = definition.end
            last.children += definition.children
        else:
            if last is not None:
                definition.start = max(definition.start, last.end)
            merged.append(definition)
    siblings[:] = merged


def _same_function(one: Definition, next_one: Definition) -> bool:
    return one.role is next_one.role is Role.FUNCTION and one.name == next_one.name and next_one.start <= one.end + 1
