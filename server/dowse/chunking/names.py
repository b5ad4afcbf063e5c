"""Names, signatures and comments, read from the text of syntax nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Kind
from dowse.chunking.comments import tidied

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NAME = 120
MAX_SIGNATURE = 240

_SPACE = re.compile(r"\s+")
_QUOTES = "\"'`"
_IDENTIFIER = re.compile(r"~?[^\W\d][\w$]*", re.ASCII)
_PART = r"~?[^\s.:<>()\[\]'\"]+"
_OPERATOR = re.compile(r"([\w:<>, ]+)::(operator\b.+)")
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>|\([^()]*\)|\[[^\[\]]*\]")
_NO_QUALIFIER = frozenset(
    {"exports", "module.exports", "this", "self", "window", "global", "globalThis", "Me", "script", "local"}
)
_LEADING_ATTRIBUTES = re.compile(
    r"(?:@(?!interface|implementation|protocol)[\w.:]+(?:\((?:[^()]|\([^()]*\))*\))?\s*|#?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\s*)+"
)
_SIGNATURE_END = re.compile(r"(?:\s*(?:[{(=:;\\]|=>|->|\$\w*\$|\b(?:do|then|where|begin|is|AS|as)))+\s*$")
_STRING_START = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|\"|')")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in the text: ``bar`` of ``Foo::bar``, with ``Foo`` before it."""

    text: str
    """Empty for what bears the name of its file."""
    qualifier: str
    offset: int
    """Bytes from the start of the name's node to ``text``."""
    length: int
    """Characters of ``text`` as it stands there; 0 where it is not all on one line."""
    of_type: bool
    """Whether the qualifier is a type, so that a function of this name is a method."""


def node_text(node: Node, data: bytes) -> str:
    """Return the text of a node of ``data`` (its own ``text`` asks the parser's reader again, which is slow)."""
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def name_node(node: Node) -> Node | None:
    """Find the node of a definition's name: its ``name`` field, or the end of a chain of C declarators."""
    name = node.child_by_field_name("name")
    while name is None:
        inner = node.child_by_field_name("declarator")
        if inner is None:
            # C wraps a declarator in parentheses, C++ in a reference, without a field.
            inner = next((c for c in node.named_children if c.type.endswith("declarator")), None)
        if inner is None:
            return node if node.type.endswith("identifier") or node.type.endswith("_name") else None
        node, name = inner, inner.child_by_field_name("name") if inner.type != "qualified_identifier" else None
    return name


def plain_name(node: Node, data: bytes) -> str:
    """Return the text of a node on one line, of a string its content."""
    return _SPACE.sub(" ", node_text(node, data)).strip(_QUOTES + " ")[:MAX_NAME]


def last_identifier(node: Node, data: bytes) -> Node:
    """Return the last identifier in a name that a misread macro stands in, the name itself where there is none."""
    text = data[node.start_byte : node.end_byte]
    if b" " not in text.strip() or b"operator" in text:
        return node
    found = node
    pending = [node]
    while pending:
        inner = pending.pop()
        if inner.type.endswith("identifier") and not inner.named_children:
            return inner
        pending += inner.named_children
    return found


def one_line(node: Node, data: bytes) -> str:
    """Return the text of a node on one line."""
    return _SPACE.sub(" ", node_text(node, data))[:MAX_SIGNATURE]


@cache
def _qualified(separators: str) -> re.Pattern[str]:
    """Return a pattern of an owner, a separator and a name, the longest owner first."""
    signs = "|".join(re.escape(sign) for sign in separators.split())
    return re.compile(rf"(.+?)({signs})({_PART})", re.DOTALL)


def split_name(node: Node, data: bytes, separators: str) -> Name:
    """Split a name into what it belongs to and itself; a string gives its content.

    What a file exports as a whole has no name of its own: an empty one. ``separators`` are the signs that part names
    in the language, with spaces between.
    """
    text = node_text(node, data)
    if text in ("module.exports", "exports") or node.type == "default":
        return Name("", "", 0, 0, of_type=False)
    if node.type == "simple_symbol":  # Ruby's
        return _whole(text.removeprefix(":").strip('"'), len(text) - len(text.lstrip(':"')))
    if text[:1] in _QUOTES:
        return _whole(text.strip(_QUOTES), len(text) - len(text.lstrip(_QUOTES)))
    if "\n" in text or len(text) > MAX_NAME:
        return _whole(text, 0)
    operator = _OPERATOR.fullmatch(text)
    if operator is not None:
        return Name(operator[2], _dotted(operator[1]), len(operator[1].encode()) + 2, len(operator[2]), of_type=True)
    qualified = _qualified(separators).fullmatch(text) if separators else None
    if qualified is None or text.startswith("operator"):
        return _whole(text, 0)
    owner, separator, name = qualified.groups()
    of_type = (separator in {"::", ":"} and owner not in _NO_QUALIFIER) or owner.endswith(".prototype")
    owner = _dotted(owner).removesuffix(".prototype")
    owner = owner.removeprefix("module.").removeprefix("exports.")
    if name == "prototype":
        name, owner = owner.rpartition(".")[2], owner.rpartition(".")[0]
        return Name(name, "", 0, len(name) if text.startswith(name) else 0, of_type=False)
    offset = len(text[: qualified.start(3)].encode("utf-8", "replace"))
    return Name(name, "" if owner in _NO_QUALIFIER else owner, offset, len(name), of_type)


def _dotted(owner: str) -> str:
    return _TYPE_ARGUMENTS.sub("", owner).replace("::", ".")


def _whole(text: str, offset: int) -> Name:
    """Make a name of all of ``text``; one that is long or on several lines only points at its start."""
    name = _SPACE.sub(" ", text)[:MAX_NAME].strip()
    return Name(name, "", offset, len(name) if text.startswith(name) else 0, of_type=False)


def scope_name(node: Node, data: bytes) -> str:
    """Return the name of a package or namespace with dots between its parts."""
    return _SPACE.sub("", node_text(node, data)).replace("::", ".").replace("\\", ".")[:MAX_NAME]


def function_kind(name: str, owner: str | None, constructors: str) -> Kind:
    """Tell functions, methods and constructors apart; ``owner`` is the type it belongs to."""
    if owner is None:
        return Kind.FUNCTION
    is_constructor = name in constructors.split() or name == owner.rpartition(".")[2]
    return Kind.CONSTRUCTOR if is_constructor else Kind.METHOD


def signature(data: bytes, start: int, body: int | None, end: int) -> str:
    """Return a declaration on one line: up to its body, or its first line where the grammar names no body."""
    if body is None:
        line_end = data.find(b"\n", start, end)
        body = end if line_end < 0 else line_end
    text = _SPACE.sub(" ", data[start : min(body, start + 4 * MAX_SIGNATURE)].decode("utf-8", "replace")).strip()
    text = _SIGNATURE_END.sub("", _LEADING_ATTRIBUTES.sub("", text, count=1) if text[:1] in "@[#" else text)
    return text if len(text) <= MAX_SIGNATURE else text[: MAX_SIGNATURE - 1] + "…"


def string_text(node: Node, data: bytes) -> str:
    """Return the content of a docstring, each line without its indentation."""
    text = node_text(node, data)
    opening = _STRING_START.match(text)
    if opening:
        text = text[opening.end() :].removesuffix(opening[1])
    return tidied(text)
