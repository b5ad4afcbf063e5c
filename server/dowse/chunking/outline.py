"""What a file defines, nested as it stands in the text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from dowse.chunking import names
from dowse.chunking.chunk import Kind
from dowse.chunking.comments import comment_text

if TYPE_CHECKING:
    from tree_sitter import Node


DEEPEST = 50
"""Definitions within definitions; what is nested deeper stays in the innermost of these."""


class LayoutRole(Enum):
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


@dataclass(slots=True)
class Definition:
    """One definition on whole lines ``start`` (with what belongs to it above) to ``end`` (exclusive)."""

    role: LayoutRole
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
    """Whether there is a syntax error in it."""
    column: int
    """Bytes before it on its first line."""
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


def nest(definitions: list[Definition], result: Outline, constructors: str) -> None:
    """Put definitions, sorted by start and then by falling end, into those around them."""
    stack: list[Definition] = []
    for definition in definitions:
        while stack and definition.span[1] > stack[-1].span[1]:
            stack.pop()
        if len(stack) == DEEPEST:
            continue
        parent = stack[-1] if stack else None
        if parent is not None and _is_the_same_type(parent, definition):
            continue
        definition.parent = parent
        (parent.children if parent else result.definitions).append(definition)
        stack.append(definition)
        if definition.kind is Kind.FUNCTION:
            definition.kind = names.function_kind(definition.name, _owner(definition), constructors)


def _is_the_same_type(outer: Definition, inner: Definition) -> bool:
    """Whether one type is written as two definitions on one line: ``const A = class B {``, ``A <- R6Class("A", …)``."""
    return outer.role is inner.role is LayoutRole.TYPE and outer.own_start == inner.own_start


def _owner(definition: Definition) -> str | None:
    """Return the name of the type that a function belongs to, None for a free function."""
    parent = definition.parent
    if parent is not None and (parent.role is LayoutRole.TYPE or parent.kind is Kind.CLASS):
        return parent.name
    return None


def give_docs(definitions: list[Definition], docs: list[Node], data: bytes, comments: str) -> None:
    """Give each docstring to the innermost definition around it."""
    starts = [definition.span[0] for definition in definitions]
    for node in docs:
        at = bisect_right(starts, node.start_byte) - 1
        owner = definitions[at] if at >= 0 else None
        while owner is not None and owner.span[1] < node.end_byte:
            owner = owner.parent
        if owner is not None:
            text = (
                comment_text(names.node_text(node, data), comments)
                if "comment" in node.type
                else names.string_text(node, data)
            )
            owner.doc = text or owner.doc


def give_prefixes(result: Outline) -> None:
    """Put the package that was named last before a definition in front of its name."""
    starts = [start for start, _ in result.prefixes]
    for definition in result.definitions if starts else ():
        at = bisect_right(starts, definition.span[0]) - 1
        if at >= 0:
            definition.qualifier = ".".join(filter(None, (result.prefixes[at][1], definition.qualifier)))


def merge_neighbours(siblings: list[Definition], by_clauses: bool) -> None:
    """Make one definition of those that share a line, and of the clauses of one function; order them by line."""
    merged: list[Definition] = []
    for definition in siblings:
        merge_neighbours(definition.children, by_clauses)
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
    return (
        one.role is next_one.role is LayoutRole.FUNCTION and one.name == next_one.name and next_one.start <= one.end + 1
    )
