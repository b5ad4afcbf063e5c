"""Functions and objects on their way to a name through calls, casts and parentheses.

``const save = retry(async () => { … }, 3)`` defines ``save`` as much as ``function save() { … }`` does, however many
calls the function passes through. A callback within a value that is something else does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_OBJECTS = frozenset({"object"})
_WRAPPERS = frozenset(
    {
        *("call_expression", "arguments", "member_expression", "parenthesized_expression", "as_expression"),
        *("satisfies_expression", "non_null_expression", "type_assertion", "await_expression", "new_expression"),
        *("sequence_expression", "instantiation_expression"),
    }
)
_MOST = 64
"""Nodes that are looked at for one name."""
_SHARE = 0.5
"""A function that is a smaller part of the value than this is a callback of something else."""


def wrapped_function(value: Node) -> Node | None:
    """Return the function that a value is, once what is wrapped around it is taken off; None where it is none."""
    size = value.end_byte - value.start_byte
    found = _first(value, _FUNCTIONS)
    return found if found is not None and found.end_byte - found.start_byte >= _SHARE * size else None


def wrapped_object(value: Node) -> Node | None:
    """Return the object with functions in it that a value is, in the same way."""
    found = _first(value, _OBJECTS)
    if found is None or found.end_byte - found.start_byte < _SHARE * (value.end_byte - value.start_byte):
        return None
    return found if any(_is_function(member) for member in found.named_children) else None


def _is_function(member: Node) -> bool:
    if member.type == "method_definition":
        return True
    value = member.child_by_field_name("value") if member.type == "pair" else None
    return value is not None and value.type in ("arrow_function", "function_expression")


def _first(value: Node, wanted: frozenset[str]) -> Node | None:
    pending = [value]
    for _ in range(_MOST):
        if not pending:
            return None
        node = pending.pop()
        if node.type in wanted:
            return node
        if node.type in _WRAPPERS:
            pending += reversed(node.named_children) if node.type != "call_expression" else _of_call(node)
    return None


def _of_call(call: Node) -> list[Node]:
    """Return what a call may wrap, the most likely last: the call that it goes on from, else its arguments."""
    called, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    chained = called is not None and called.type == "member_expression" and _is_chain(called)
    parts = [arguments, called] if chained else [called, arguments]
    return [part for part in parts if part is not None]


def _is_chain(member: Node) -> bool:
    owner = member.child_by_field_name("object")
    return owner is not None and owner.type == "call_expression"
