"""Text to syntax tree: one row in the tree is one line by :func:`~dowse.workspace.lines.split_lines`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING

from dowse.chunking.language_table import Language
from dowse.chunking.masks import MASKS, only_embedded
from dowse.workspace.lines import split_lines

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Node, Query

MAX_LOOSE = 20_000
"""Tokens in one syntax error that are still searched for definitions: a quarter of a second."""

# Several scanners (Bash, D, Odin, V) ask C's isalpha() about any code point, which reads far outside its table and
# crashes. Within the first 65,536 the memory after the table is the C library's own.
_ASTRAL = re.compile(rb"[\xf0-\xf7][\x80-\xbf]{3}")

_LONE_RETURN = re.compile(r"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class SourceText:
    r"""A text, its lines, and the same lines in UTF-8 as the parser counts them.

    Each line end is or holds exactly one ``\n`` in ``data``: a lone ``\r`` became one, which moves no byte.
    ``offsets[i]`` is the byte at which line ``i`` starts; one more entry gives the end.
    """

    lines: list[str]
    data: bytes
    offsets: list[int]

    def text(self, start: int, end: int) -> str:
        """Return lines ``start`` to ``end`` (exclusive), with their own line ends."""
        return "".join(self.lines[start:end])

    def size(self, start: int, end: int) -> int:
        """Return the bytes of these lines."""
        return self.offsets[end] - self.offsets[start]


def source_of(text: str) -> SourceText:
    """Cut a text into lines and encode it; lone surrogates become ``?``, one byte for one code point."""
    lines = split_lines(text)
    if text.isascii():
        offsets = list(accumulate(map(len, lines), initial=0))
    else:
        offsets = list(accumulate((len(line.encode("utf-8", "replace")) for line in lines), initial=0))
    if "\r" in text:
        text = _LONE_RETURN.sub("\n", text)
    if not text.endswith("\n"):
        text += "\n"  # some scanners never stop where a comment ends with the file
    return SourceText(lines, text.encode("utf-8", "replace"), offsets)


def shown_to_parser(data: bytes, language: Language) -> bytes:
    """Return the bytes that a language's parser reads: as many, with the same lines, and with spaces for the rest."""
    if language.embedded_in:
        data = only_embedded(data, _compiled(language.embedded_in))
    for mask in language.masks.split():
        data = MASKS[mask](data)
    return data


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL | re.MULTILINE)


@cache
def grammar(name: str) -> Grammar:
    """Load a grammar of the language pack."""
    from typing import cast

    from tree_sitter_language_pack import SupportedLanguage, get_language

    return get_language(cast("SupportedLanguage", name))


@cache
def definition_query(grammar_name: str, names: tuple[str, ...]) -> Query | None:
    """Compile ``queries/<name>.scm`` for a grammar; later files add to and override earlier ones."""
    from tree_sitter import Query

    texts = [text for name in names if (text := query_text(f"{name}.scm"))]
    return Query(grammar(grammar_name), "\n".join(texts)) if texts else None


def query_text(name: str) -> str:
    """Return the content of a file in ``queries/``, empty where there is none."""
    file = files("dowse.chunking") / "queries" / name
    return file.read_text("utf-8") if file.is_file() else ""


def mostly_errors(root: Node) -> bool:
    """Whether more than half of a text stands in outermost stretches that the parser could not read."""
    if root.is_error:
        return True
    if not root.has_error:
        return False
    return 2 * sum(child.end_byte - child.start_byte for child in root.children if child.is_error) > root.end_byte


def matches(root: Node, query: Query) -> list[tuple[int, dict[str, list[Node]]]]:
    """Return what a query finds, in order; nothing where the parser left a mass of loose tokens."""
    from tree_sitter import QueryCursor

    # A query's time grows with the square of an error's children; other nodes' children are kept as trees.
    if any(node.is_error and node.child_count > MAX_LOOSE for node in (root, *root.children)):
        return []
    return QueryCursor(query).matches(root)


def parse(data: bytes, grammar_name: str, too_deep: bytes = b"") -> Node | None:
    """Return the root of the syntax tree; None for data that matches ``too_deep``, on which the grammar crashes.

    Nothing ends a parse that takes long but the end of its process (``worker.PROCESSOR_SECONDS``): tree-sitter 0.26
    gives up only what it is handed piece by piece, and every piece then stays in memory for good.
    """
    from tree_sitter import Parser

    if too_deep and _compiled(too_deep).search(data):
        return None
    return Parser(grammar(grammar_name)).parse(data if data.isascii() else _ASTRAL.sub(b"xxxx", data)).root_node
