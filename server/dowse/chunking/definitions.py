"""Definitions of a source file: those of its syntax tree, and those that patterns find on its lines.

The queries (``queries/*.scm``) name what they capture:

* ``@function``, ``@class``, ``@constant`` … (:data:`ROLES`): a definition. Where two patterns capture one node the
  later one decides; of several matches of one pattern the first.
* ``@name``: its name, by default the node's ``name`` field, or what C's ``declarator`` fields lead to.
* ``@body``: where its signature ends, by default the ``body`` field, else the end of its first line.
* ``@extent``: a node around it that belongs to it (``template <…>``, ``export``).
* ``@container``: a name it belongs to that does not enclose it (a Go receiver).
* ``@prefix``: a name that all that follows belongs to (``package Foo;``).
* ``@signature``: its declaration, on the line before it (Haskell). ``@parameters``: what its first line lacks of it.
* ``@comment``, ``@attribute``: belong to the definition on the line after them, or behind them on their line.
  ``@doc``: the docstring within one. ``@below``: a comment on the lines after a definition that belongs to it.
* ``@function_value``, ``@object_value``: it is one only where this holds a function, or an object with functions,
  perhaps wrapped in calls (:mod:`dowse.chunking.wrappers`). ``@verb``: stands before its name (``GET`` of a route).
* ``@lines``: where the patterns on lines are used, if not everywhere (the token trees of macros).

``queries/*.toml`` are read by :mod:`dowse.chunking.line_patterns`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from dowse.chunking import names
from dowse.chunking.chunk import Kind
from dowse.chunking.comments import comment_text, is_comment
from dowse.chunking.language_table import Language
from dowse.chunking.line_patterns import LineMatch, line_matches, line_patterns
from dowse.chunking.outline import Definition, LayoutRole, Outline, give_docs, give_prefixes, merge_neighbours, nest
from dowse.chunking.syntax import SourceText, matches
from dowse.chunking.wrappers import wrapped_function, wrapped_object

if TYPE_CHECKING:
    from tree_sitter import Node, Query


ROLES: dict[str, tuple[LayoutRole, Kind]] = {
    "function": (LayoutRole.FUNCTION, Kind.FUNCTION),
    "method": (LayoutRole.FUNCTION, Kind.METHOD),
    "constructor": (LayoutRole.FUNCTION, Kind.CONSTRUCTOR),
    "operator": (LayoutRole.FUNCTION, Kind.OPERATOR),
    "accessor": (LayoutRole.FUNCTION, Kind.PROPERTY),
    "declaration": (LayoutRole.DECLARATION, Kind.FUNCTION),
    "event": (LayoutRole.FUNCTION, Kind.EVENT),
    "class": (LayoutRole.TYPE, Kind.CLASS),
    "interface": (LayoutRole.TYPE, Kind.INTERFACE),
    "enum": (LayoutRole.TYPE, Kind.ENUM),
    "struct": (LayoutRole.TYPE, Kind.STRUCT),
    "object": (LayoutRole.TYPE, Kind.OBJECT),
    "impl": (LayoutRole.SCOPE, Kind.CLASS),
    "module": (LayoutRole.SCOPE, Kind.MODULE),
    "namespace": (LayoutRole.SCOPE, Kind.NAMESPACE),
    "constant": (LayoutRole.MINOR, Kind.CONSTANT),
    "variable": (LayoutRole.MINOR, Kind.VARIABLE),
    "property": (LayoutRole.MINOR, Kind.PROPERTY),
    "field": (LayoutRole.MINOR, Kind.FIELD),
    "type": (LayoutRole.MINOR, Kind.INTERFACE),
    "rule": (LayoutRole.MINOR, Kind.CLASS),
    "key": (LayoutRole.MINOR, Kind.PROPERTY),
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
    below: Node | None
    verb: str


@dataclass(frozen=True, slots=True)
class _Above:
    """What stands on the lines above a definition and belongs to it."""

    start: int
    declared: str
    doc: str


class _Reader:
    """Makes the definitions of one file."""

    def __init__(self, source: SourceText, language: Language, stem: str) -> None:
        self._source = source
        self._language = language
        self._stem = stem
        self._above: dict[int, _Above] = {}
        self._before: dict[int, tuple[int, str]] = {}
        """Comments with code behind them on their last line: where they end, and what they say, by that line."""
        self.found: dict[tuple[int, int], _Found] = {}
        self.docs: list[Node] = []
        self.loose: list[tuple[int, int]] | None = None
        """Bytes in which definitions are looked for on lines, ascending; None for all."""
        self.outline = Outline([], {}, set())

    def collect(self, root: Node, query: Query) -> None:
        """Take in what a query finds."""
        if any(query.capture_name(number) == "lines" for number in range(query.capture_count)):
            self.loose = []
        for pattern, captures in matches(root, query):
            for capture, nodes in captures.items():
                if capture in ROLES:
                    self._take(pattern, capture, nodes[0], captures)
                elif capture in ("comment", "attribute"):
                    for node in nodes:
                        self._attach(node, capture)
                elif capture == "signature":
                    self._attach(nodes[0], capture)
                    self.outline.signatures[self._last_row(nodes[0])] = self._declaration(nodes[0])
                elif capture == "lines" and self.loose is not None:
                    self.loose.append((nodes[0].start_byte, nodes[0].end_byte))
                elif capture == "doc":
                    self.docs.append(nodes[0])
                elif capture == "prefix":
                    name = names.scope_name(nodes[0], self._source.data)
                    self.outline.prefixes.append((nodes[0].start_byte, name))

    def _take(self, pattern: int, capture: str, node: Node, captures: dict[str, list[Node]]) -> None:
        body = _only(captures, "body")
        if (value := _only(captures, "function_value")) is not None:
            wrapped = wrapped_function(value)
            if wrapped is None:
                return
            body = wrapped.child_by_field_name("body")
        elif (value := _only(captures, "object_value")) is not None:
            body = wrapped_object(value)
            if body is None:
                return
        around = [*captures.get("extent", ()), node]
        below = _only(captures, "below")
        if below is not None and self._belongs_below(node, below):
            around.append(below)
        else:
            below = None
        container = _only(captures, "container")
        new = _Found(
            node,
            capture,
            pattern,
            _only(captures, "name"),
            body,
            _only(captures, "parameters"),
            names.plain_name(container, self._source.data) if container else "",
            min(around, key=attrgetter("start_byte")),
            max(around, key=attrgetter("end_byte")),
            below,
            self._verb(_only(captures, "verb")),
        )
        key = (node.start_byte, node.end_byte)
        old = self.found.get(key)
        self.found[key] = new if old is None else _combined(old, new)

    def _verb(self, node: Node | None) -> str:
        text = names.node_text(node, self._source.data).upper() if node is not None else ""
        return text.removeprefix("MAP") or text

    def _belongs_below(self, node: Node, comment: Node) -> bool:
        row, last = comment.start_point[0], self._last_row(comment)
        lines = self._source.lines
        return row <= self._last_row(node) + 1 and (last + 1 >= len(lines) or not lines[last + 1].strip())

    def _last_row(self, node: Node) -> int:
        """Return the row of a node's last byte that is no white space: some grammars end a block in the next line."""
        row, column = node.end_point
        if column and row == node.start_point[0]:
            return row
        data, start = self._source.data, node.start_byte
        offsets = self._source.offsets
        end = node.end_byte
        while row > node.start_point[0] and not data[max(offsets[min(row, len(offsets) - 1)], start) : end].strip():
            row -= 1
        return row

    def _attach(self, node: Node, capture: str) -> None:
        row = node.start_point[0]
        source = self._source
        if source.data[source.offsets[row] : node.start_byte].strip():
            return
        last = self._last_row(node)
        if node.end_point[0] == last:
            line_end = source.offsets[last + 1] if last + 1 < len(source.offsets) else len(source.data)
            if source.data[node.end_byte : line_end].strip():
                if capture == "comment":
                    text = comment_text(names.node_text(node, source.data), self._language.comments)
                    self._before[last] = (node.end_byte, text)
                return
        attached = self.outline.attached
        attached[last] = min(row, attached.get(last, row))
        if capture == "comment":
            self.outline.comments.add(row)

    def _declaration(self, node: Node) -> str:
        return names.signature(self._source.data, node.start_byte, node.end_byte, node.end_byte)

    def definition(self, found: _Found) -> Definition | None:
        """Make a definition of what a query found; None where it has no name."""
        node, source = found.node, self._source
        name_node = found.name or names.name_node(node)
        if name_node is None:
            return None
        if found.name is None:
            name_node = names.last_identifier(name_node, source.data)
        name = names.split_name(name_node, source.data, self._language.separators)
        role, kind = ROLES[found.capture]
        if found.verb:
            name = replace(name, text=f"{found.verb} {name.text}", length=0)
        if not name.text and found.capture == "object":
            return None  # what a file exports is no more than the file
        if kind is Kind.FUNCTION and name.of_type and not found.container:
            kind = names.function_kind(name.text, name.qualifier, self._language.constructors)
        own_start = found.first.start_point[0]
        above = self._above_row(own_start)
        before = self._before.get(own_start)
        doc = before[1] if before is not None and before[0] <= found.first.start_byte else above.doc
        if found.below is not None:
            doc = doc or comment_text(names.node_text(found.below, source.data), self._language.comments)
        line = name_node.start_point[0]
        up_to_name = source.data[source.offsets[line] : name_node.start_byte + name.offset]
        return Definition(
            role,
            kind,
            name.text or self._stem,
            found.container or name.qualifier,
            line,
            len(up_to_name.decode("utf-8", "replace")) if name.length else 0,
            name.length,
            above.start,
            own_start,
            self._last_row(found.last) + 1,
            above.declared or self._signature(found, name_node),
            doc,
            (found.first.start_byte, found.last.end_byte),
            node.has_error,
            found.first.start_point[1],
        )

    def definition_on_lines(self, match: LineMatch) -> Definition:
        """Make a definition of what a pattern found on lines."""
        role, kind = ROLES[match.kind]
        above = self._above_row(match.start_row)
        name = match.name
        data, offsets = self._source.data, self._source.offsets
        before = data[offsets[match.name_row] : match.name_start].decode("utf-8", "replace")
        return Definition(
            role,
            kind,
            name,
            match.container,
            match.name_row,
            len(before),
            len(name),
            above.start,
            match.start_row,
            match.end_row,
            names.signature(data, match.start, match.body, match.end),
            above.doc,
            (match.start, match.end),
            broken=False,
            column=match.column,
        )

    def _above_row(self, own_start: int) -> _Above:
        known = self._above.get(own_start)
        if known is not None:
            return known
        outline, start, declared = self.outline, own_start, ""
        said = False
        while (above := outline.attached.get(start - 1)) is not None and above < start:
            declared = declared or outline.signatures.get(start - 1, "")
            start = above
            said = said or start in outline.comments
        doc = comment_text(self._source.text(start, own_start), self._language.comments) if said else ""
        self._above[own_start] = found = _Above(start, declared, doc)
        return found

    def attach_comment_lines(self) -> None:
        """Find comments without a grammar: lines that begin with a comment's sign."""
        for row, line in enumerate(self._source.lines):
            if line.strip() and is_comment(line, self._language.comments):
                self.outline.attached[row] = row
                self.outline.comments.add(row)

    def _signature(self, found: _Found, name: Node) -> str:
        data = self._source.data
        body = found.body or found.node.child_by_field_name("body")
        end = body.start_byte if body is not None and body.start_byte > name.start_byte else None
        start = found.first.start_byte
        if data[start : start + 1] in b"\"'":  # GraphQL's description is part of what it describes
            start = self._source.offsets[name.start_point[0]]
        if end is None and data[start : start + 1] in b"@[#" and name.start_point[0] > found.first.start_point[0]:
            # Annotations on lines of their own are no declaration.
            start = max(start, self._source.offsets[name.start_point[0]])
        if end is not None:
            start, end, data = self._without_comments(start, end)
        text = names.signature(data, start, end, found.node.end_byte)
        data = self._source.data
        if found.parameters is not None and found.parameters.start_point[0] > found.first.start_point[0]:
            text = f"{text} {names.one_line(found.parameters, data)}"
        return text

    def _without_comments(self, start: int, end: int) -> tuple[int, int, bytes]:
        """Return a declaration without the comments before its body, and where it stands in what is returned."""
        data, offsets = self._source.data, self._source.offsets
        first = bisect_right(offsets, start) - 1
        last = min(bisect_right(offsets, end - 1), len(offsets) - 1) - 1
        if last == first or last - first > 50 or self.outline.comments.isdisjoint(range(first + 1, last + 1)):
            return start, end, data
        kept: list[bytes] = []
        row = last
        while row > first:
            begins = self.outline.attached.get(row, row)
            if begins in self.outline.comments:
                row = begins - 1
                continue
            kept.append(data[offsets[row] : min(offsets[row + 1], end)])
            row -= 1
        text = b"".join([data[start : offsets[first + 1]], *reversed(kept)])
        return 0, len(text), text


def outline(
    source: SourceText, language: Language, stem: str, root: Node | None, query: Query | None, *, unbroken_only: bool
) -> Outline:
    """Find all definitions and nest them as they stand in the text.

    ``stem`` names what bears the name of its file. With ``unbroken_only`` definitions of the tree with a syntax error
    in them are left out: where most of a file cannot be parsed, their ends are guesses.
    """
    reader = _Reader(source, language, stem)
    patterns = line_patterns(language.query_names)
    if root is not None and query is not None:
        reader.collect(root, query)
    elif patterns:
        reader.attach_comment_lines()
    definitions = [d for found in reader.found.values() if (d := reader.definition(found)) is not None]
    if unbroken_only:
        definitions = [d for d in definitions if not d.broken]
    if patterns:
        on_lines = line_matches(source, patterns, reader.loose)
        definitions = _with_lines(definitions, [(match, reader.definition_on_lines(match)) for match in on_lines])
    definitions.sort(key=lambda d: (d.span[0], -d.span[1]))
    result = reader.outline
    nest(definitions, result, language.constructors)
    give_docs(definitions, reader.docs, source.data, language.comments)
    give_prefixes(result)
    merge_neighbours(result.definitions, language.by_clauses)
    return result


def _with_lines(of_tree: list[Definition], on_lines: list[tuple[LineMatch, Definition]]) -> list[Definition]:
    """Join both: of those that begin on one line the tree's is kept, unless the pattern overrules it."""
    _cut_where_others_begin(of_tree, on_lines)
    overruled = {definition.own_start for match, definition in on_lines if match.overrules}
    result = [definition for definition in of_tree if definition.own_start not in overruled]
    known = {definition.own_start for definition in result} | {definition.name_line for definition in result}
    result += [d for match, d in on_lines if match.overrules or (d.name_line not in known and d.own_start not in known)]
    return result


def _cut_where_others_begin(of_tree: list[Definition], on_lines: list[tuple[LineMatch, Definition]]) -> None:
    """End definitions with a syntax error in them where one begins that stands no deeper: the parser lost their end."""
    broken = [definition for definition in of_tree if definition.broken]
    for match, definition in on_lines if broken else ():
        for around in broken:
            starts_inside = around.name_line < definition.own_start < around.end
            if starts_inside and match.column <= around.column:
                around.end = definition.start
                around.span = (around.span[0], min(around.span[1], match.start))


def _only(captures: dict[str, list[Node]], name: str) -> Node | None:
    nodes = captures.get(name)
    return nodes[0] if nodes else None


def _combined(old: _Found, new: _Found) -> _Found:
    winner, other = (new, old) if new.pattern > old.pattern else (old, new)
    winner.first = min(winner.first, other.first, key=attrgetter("start_byte"))
    winner.last = max(winner.last, other.last, key=attrgetter("end_byte"))
    return winner
