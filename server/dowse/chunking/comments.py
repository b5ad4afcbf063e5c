"""How comments are written, and what they say without their signs."""

from __future__ import annotations

import re
from functools import cache

MAX_DOC = 1_000
"""Characters of a comment or docstring that are kept."""

STYLES: dict[str, str] = {
    "slashes": r"///?[/!]*<?|/\*+!?|\*+/|\*+(?!/)",
    "hashes": r"#+[!|:]?(?=\s|$)|#'|#:|<#|#>|=begin|=end|=pod|=cut|=head\d",
    "dashes": r"--+(?: ?[|^!]|\[=*\[)?|/\*+!?|\*+/|\*+(?!/)",
    "semicolons": r";+|#\||\|#",
    "percents": r"%+[!{]?",
    "exclamations": r"!+[<>]?(?=\s|$)",
    "fixed": r"[cC*](?=\s|$|\*)",
    "parentheses": r"\(\*+|\*+\)|\*+(?!\))",
    "braces": r"\{-+ ?\|?|-\}",
    "lean": r"/-[-!]?|-/",
    "pascal": r"\{[-$*]*|\}|\(\*+|\*+(?!\))",
    "quotes": r"'+|(?i:rem\b)",
    "rem": r"(?i:@?rem\b)|::",
    "vim": r"\"+",
    "strings": r"@?doc\b|\"\"\"|'''|\"",
    "tags": r"\{#-?|<!--+|-->",
    "mustaches": r"\{\{-?\s*(?:/\*|!-*)|<!--+",
    "markup": r"<!--+|-->",
}
"""What stands before the words on a line of a comment in each style."""

_ENDS = re.compile(
    r"[ \t]*(?:\*+/|\*+\)|-\}|-/|\"\"\"|'''|\*/ ?-?\}\}|-*\}\}|-?#\}|--+>|\|#|#>|\])[ \t]*$", re.MULTILINE
)
_XML_TAGS = re.compile(
    r"</?(?:summary|remarks|returns|value|para|param|typeparam|c|example|inheritdoc)(?:\s[^<>]*)?/?>"
)


@cache
def _signs(styles: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:{'|'.join(STYLES[style] for style in styles.split())})[ \t]?", re.MULTILINE)


def comment_text(text: str, styles: str) -> str:
    """Return a comment without its signs; its lines keep their breaks."""
    return tidied(_XML_TAGS.sub("", _signs(styles).sub("", _ENDS.sub("", text)))).strip('"')


def is_comment(line: str, styles: str) -> bool:
    """Whether a line begins as a comment does; for languages without a grammar."""
    return _signs(styles).match(line) is not None


def tidied(text: str) -> str:
    """Return a text each line of which has lost the white space around it, cut to :data:`MAX_DOC`."""
    lines = [line.strip() for line in text[: 4 * MAX_DOC].split("\n")]
    return "\n".join(lines).strip()[:MAX_DOC].rstrip()
