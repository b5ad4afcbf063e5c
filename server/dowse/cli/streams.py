"""The terminal's three streams: what may be written to them, and what happens when they are gone."""

import contextlib
import io
import os
import re
import sys
from typing import TextIO

import click

_UNSAFE = re.compile(
    # C0, DEL and C1 controls, marks that reorder text, line separators, and bytes that were no UTF-8 (PEP 383)
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

_MOST_BYTES = 1_000_000
"""Of standard input. A longer note would not be indexed, and models see a few thousand characters of code."""


def prepare() -> None:
    """Write UTF-8 whatever the locale says, and never fail at a character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def emit(text: str) -> None:
    """Write to standard output. A reader that has gone away (``| head``) is no error; a full disk is."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # What stays in the buffer would fail once more at exit.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise click.ClickException(f"cannot write the output: {error.strerror}") from error


def received() -> str:
    """Return the text on standard input, the first megabyte of it."""
    return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace")


def typed(argument: str) -> str:
    """Return an argument of the command line as text: bytes that are no UTF-8 stand in it as lone surrogates."""
    return os.fsencode(argument).decode("utf-8", "replace")


def report(text: str) -> None:
    """Write one line to standard error."""
    with contextlib.suppress(OSError, ValueError):  # nobody is left to be told
        sys.stderr.write(f"dowse: {escaped(text)}\n")
        sys.stderr.flush()


def is_styled() -> bool:
    """Whether standard output is a terminal that shows colours and the user wants them (no-color.org)."""
    return _is_screen(sys.stdout) and not os.environ.get("NO_COLOR")


def is_watched() -> bool:
    """Whether someone sees standard error as it is written."""
    return _is_screen(sys.stderr)


def is_animated() -> bool:
    """Whether standard error may be drawn over again and again; a bar without colour still moves the cursor."""
    return is_watched() and not os.environ.get("NO_COLOR")


def _is_screen(stream: TextIO) -> bool:
    """Whether a stream has a cursor that can be moved; the terminal of an Emacs compilation buffer has none."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("INSIDE_EMACS")


def escaped(text: str) -> str:
    """Return ``text`` as one line in which nothing can move the cursor, reorder text or command a terminal."""
    return _UNSAFE.sub(lambda match: _escape(match[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00
    return _NAMED.get(character) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")
