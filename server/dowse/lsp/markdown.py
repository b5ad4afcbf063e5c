"""Text from a workspace inside Markdown: shown as it is, never understood as markup."""

import re

_SPECIAL = re.compile(r"([\\`*\[\]<>#|~&]|(?<![^\W_])_|_(?![^\W_]))")
"""What can begin markup inside a line. Some editors show the backslashes, so an underscore within a word, which cannot,
is left alone."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NO_LANGUAGE = re.compile(r"[^A-Za-z0-9_+#-]")
_TICKS = re.compile(r"`+")


def escape_markdown(text: str) -> str:
    """Return one line of plain text as Markdown that shows it."""
    return _SPECIAL.sub(r"\\\1", _CONTROLS.sub("\ufffd", text))


def fence_code(text: str, language: str) -> str:
    """Return a code block whose fence is longer than any run of backticks in ``text``."""
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in _TICKS.findall(text)), default=0))
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    end = "" if body.endswith("\n") else "\n"
    return f"{fence}{_NO_LANGUAGE.sub('', language)}\n{body}{end}{fence}\n"
