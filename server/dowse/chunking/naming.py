"""Names, signatures and comments, read from the text of syntax nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Kind

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_NAME = 120
MAX_SIGNATURE = 240
MAX_DOC = 1_000

_CONSTRUCTORS = {"__init__", "constructor", "initialize", "__construct", "init", "BUILD", "_init"}

_SPACE = re.compile(r"\s+")
_QUOTES = "\"'`"
_QUALIFIED = re.compile(r"(.+?)(::|->|[.:])(~?[^\s.:<>()\[\]'\"]+)", re.DOTALL)
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>|\([^()]*\)|\[[^\[\]]*\]")
_NO_QUALIFIER = {"exports", "module.exports", "this", "self", "window", "global", "globalThis"}
_LEADING_ATTRIBUTES = re.compile(
    r"(?:@(?!interface|implementation|protocol)[\w.]+(?:\([^()]*\))?\s+|#?\[[^\[\]]*\]\s*)+"
)
_SIGNATURE_END = re.compile(r"(?:\s*(?:[{(=:;\\]|=>|->|\b(?:do|then|where|begin|is|AS|as)))+\s*$")
_COMMENT_MARKERS = re.compile(
    r"^[ \t]*(?:///?[/!]*<?|/\*+!?|\*+/|\*+(?!/)|#+[!|]?(?=\s|$)|#'|--+(?: ?[|^])?|;+|%+!?|!+[<>]?(?=\s)|\(\*+"
    r"|\{-+ ?\|?|=begin|=end|@(?:module)?doc|\"\"\"|'''|\")[ \t]?",
    re.MULTILINE,
)
_COMMENT_ENDS = re.compile(r"[ \t]*(?:\*+/|\*+\)|-\}|\"\"\"|''')[ \t]*$", re.MULTILINE)
_XML_TAGS = re.compile(
    r"</?(?:summary|remarks|returns|value|para|param|typeparam|c|example|inheritdoc)(?:\s[^<>]*)?/?>"
)
_STRING_START = re.compile(r"[A-Za-z]{0,2}(\"\"\"|'''|\"|')")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in the text: ``bar`` of ``Foo::bar``, with ``Foo`` before it."""

    text: str
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


def one_line(node: Node, data: bytes) -> str:
    """Return the text of a node on one line."""
    return _SPACE.sub(" ", node_text(node, data))[:MAX_SIGNATURE]


def split_name(node: Node, data: bytes) -> Name:
    """Split a name into what it belongs to and itself; a string gives its content."""
    text = node_text(node, data)
    if text[:1] in _QUOTES:
        return _whole(text.strip(_QUOTES), len(text) - len(text.lstrip(_QUOTES)))
    if "\n" in text or len(text) > MAX_NAME:
        return _whole(text, 0)
    qualified = _QUALIFIED.fullmatch(text)
    if qualified is None or text.startswith("operator"):
        return _whole(text, 0)
    owner, separator, name = qualified.groups()
    if separator == ":" and node.type != "method_index_expression":  # Lua's; elsewhere a colon is part of the name
        return _whole(text, 0)
    of_type = separator in {"::", ":"} or owner.endswith(".prototype")
    owner = _TYPE_ARGUMENTS.sub("", owner).removesuffix(".prototype").replace("::", ".").removeprefix("exports.")
    offset = len(text[: qualified.start(3)].encode("utf-8", "replace"))
    return Name(name, "" if owner in _NO_QUALIFIER else owner, offset, len(name), of_type)


def _whole(text: str, offset: int) -> Name:
    """Make a name of all of ``text``; one that is long or on several lines only points at its start."""
    name = _SPACE.sub(" ", text)[:MAX_NAME].strip()
    return Name(name, "", offset, len(name) if text.startswith(name) else 0, of_type=False)


def scope_name(node: Node, data: bytes) -> str:
    """Return the name of a package or namespace with dots between its parts."""
    return _SPACE.sub("", node_text(node, data)).replace("::", ".").replace("\\", ".")[:MAX_NAME]


def function_kind(name: str, owner: str | None) -> Kind:
    """Tell functions, methods and constructors apart; ``owner`` is the type it belongs to."""
    if owner is None:
        return Kind.FUNCTION
    return Kind.CONSTRUCTOR if name in _CONSTRUCTORS or name == owner.rpartition(".")[2] else Kind.METHOD


def signature(data: bytes, start: int, body: int | None, end: int) -> str:
    """Return a declaration on one line: up to its body, or its first line where the grammar names no body."""
    if body is None:
        line_end = data.find(b"\n", start, end)
        body = end if line_end < 0 else line_end
    text = _SPACE.sub(" ", data[start : min(body, start + 4 * MAX_SIGNATURE)].decode("utf-8", "replace")).strip()
    text = _SIGNATURE_END.sub("", _LEADING_ATTRIBUTES.sub("", text, count=1) if text[:1] in "@[#" else text)
    return text if len(text) <= MAX_SIGNATURE else text[: MAX_SIGNATURE - 1] + "…"


def comment_text(text: str) -> str:
    """Return a comment without its markers; its lines keep their breaks."""
    return _tidied(_XML_TAGS.sub("", _COMMENT_MARKERS.sub("", _COMMENT_ENDS.sub("", text)))).strip('"')


def string_text(node: Node, data: bytes) -> str:
    """Return the content of a docstring, each line without its indentation."""
    text = node_text(node, data)
    opening = _STRING_START.match(text)
    if opening:
        text = text[opening.end() :].removesuffix(opening[1])
    return _tidied(text)


def _tidied(text: str) -> str:
    lines = [line.strip() for line in text[: 4 * MAX_DOC].split("\n")]
    return "\n".join(lines).strip()[:MAX_DOC].rstrip()
