"""What the model sees of a chunk.

It depends on the language and the text alone. The path is left out, although its words help a search: with them,
renaming a file or moving a folder would embed every chunk in it again (invariant 4). They are searched all the same,
in the lexical index's path field. Line numbers, indentation common to the whole chunk and the kind of line end are
left out for the same reason: moving code embeds nothing.
"""

from collections.abc import Iterable

MAX_EMBEDDED = 6_000
"""Characters; a chunk is shorter unless one of its lines is very long, and no model reads more."""


def embedded_text(
    language: str,
    path: Iterable[str],
    text: str,
    *,
    signature: str = "",
    members: Iterable[str] = (),
) -> str:
    """Join a context line (language, enclosing names and name), what the text itself lacks, and the text.

    ``signature`` is the declaration that a later part of a long definition does not show, ``members`` the signatures
    of a class whose methods are chunks of their own.
    """
    context = f"{language} {'.'.join(path)}".rstrip()
    pieces = [context, *([signature] if signature else []), dedented(text), *members]
    return "\n".join(pieces)[:MAX_EMBEDDED]


def dedented(text: str) -> str:
    r"""Take the first line's indentation from every line that has it; line ends become ``\n``."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.strip("\n")
    indentation = text[: len(text) - len(text.lstrip(" \t"))]
    if indentation:
        text = text[len(indentation) :].replace("\n" + indentation, "\n")
    return text.rstrip()
