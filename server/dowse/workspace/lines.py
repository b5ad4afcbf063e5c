r"""Lines and columns as the language server protocol counts them.

A line ends at ``\n``, ``\r\n`` or ``\r`` and at nothing else: ``str.splitlines`` also breaks at form feeds and
Unicode separators, after which every later line number is wrong. Columns are code points inside Dowse; a
client's units are translated at the edge.
"""

import re
from typing import Literal

ColumnUnit = Literal["utf-8", "utf-16", "utf-32"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_OTHER_SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""Where ``str.splitlines`` breaks a line and the protocol does not."""


def split_lines(text: str) -> list[str]:
    """Return the lines of ``text`` with their ends; a text that ends with a line end has no empty last line."""
    if any(separator in text for separator in _OTHER_SEPARATORS):
        return _LINE.findall(text)
    return text.splitlines(keepends=True)  # the same, and several times as fast


def without_end(line: str) -> str:
    """Return a line without its line end."""
    return line.rstrip("\r\n")


def column_to_units(line: str, column: int, unit: ColumnUnit) -> int:
    """Translate a code-point column of ``line`` into a client's units; a column past the end becomes the end."""
    return _width(without_end(line)[:column], unit)


def column_from_units(line: str, units: int, unit: ColumnUnit) -> int:
    """Translate a client's column into code points, rounding down inside a character, at most the line's length."""
    content = without_end(line)
    if unit == "utf-32" or content.isascii():
        return min(units, len(content))
    used = 0
    for column, character in enumerate(content):
        used += _width(character, unit)
        if used > units:
            return column
    return len(content)


def _width(text: str, unit: ColumnUnit) -> int:
    if unit == "utf-32" or text.isascii():
        return len(text)
    if unit == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
