r"""One file of ignore patterns, compiled to match exactly as git matches.

The rules are those of ``gitignore(5)`` and, where that is silent, of git's ``dir.c`` and ``wildmatch.c``. Names are
bytes, as git compares them: ``?`` is one byte. pathspec is not used: on the random patterns of the property test it
differs from git in one rules file of five, and matching one pattern after the other it is slower.

An entry is matched as its path, with a NUL behind it when it is a directory: no name holds one, so that a pattern for
directories only is an ordinary regular expression.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

DIRECTORY = b"\0"
"""Stands behind the path and the name of a directory."""

_SPECIAL = re.compile(rb"[*?\[\\]")
_ANY = rb"[^/\0]"
_STARS = re.compile(rb"\*+")
_CLASSES = {
    b"alnum": rb"0-9A-Za-z",
    b"alpha": rb"A-Za-z",
    b"blank": rb" \t",
    b"cntrl": rb"\x01-\x1f\x7f",
    b"digit": rb"0-9",
    b"graph": rb"!-~",
    b"lower": rb"a-z",
    b"print": rb" -~",
    b"punct": rb"!-/:-@\[-`{-~",
    b"space": rb" \t\n\r",
    b"upper": rb"A-Z",
    b"xdigit": rb"0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One pattern. ``source`` is a regular expression for an entry's name, or for its path where ``anchored``."""

    negated: bool
    anchored: bool
    source: bytes


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring patterns that all ignore, or all bring back."""

    ignore: bool
    names: re.Pattern[bytes] | None
    paths: re.Pattern[bytes] | None


class Patterns:
    """Patterns in order; of those that match, the last decides."""

    def __init__(self, lines: Iterable[Line], *, ignore_case: bool = False) -> None:
        flags = re.IGNORECASE if ignore_case else re.NOFLAG

        def union(lines: list[Line], *, anchored: bool) -> re.Pattern[bytes] | None:
            sources = [line.source for line in lines if line.anchored is anchored]
            return re.compile(b"|".join(sources), flags) if sources else None

        runs = [(negated, list(run)) for negated, run in groupby(lines, key=lambda line: line.negated)]
        self._runs = tuple(
            _Run(not negated, union(run, anchored=False), union(run, anchored=True)) for negated, run in reversed(runs)
        )

    def __bool__(self) -> bool:
        return bool(self._runs)

    def decide(self, path: bytes, name: bytes) -> bool | None:
        """Say whether an entry is ignored (True), brought back (False) or not spoken of (None).

        ``path`` is relative to the folder of the patterns, ``name`` its last part; :data:`DIRECTORY` stands behind
        both when the entry is a directory.
        """
        for run in self._runs:
            if (run.names and run.names.fullmatch(name)) or (run.paths and run.paths.fullmatch(path)):
                return run.ignore
        return None


@lru_cache(maxsize=1024)
def compiled(content: bytes, *, ignore_case: bool = False) -> Patterns:
    """Compile a file's bytes; the same content, common in monorepos, is compiled once."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return Patterns(
        filter(None, (parse(line.removesuffix(b"\r")) for line in lines)),
        ignore_case=ignore_case,
    )


def parse(raw: bytes) -> Line | None:
    """Translate one line; None for comments, blank lines and patterns that can match nothing."""
    pattern = _without_trailing_spaces(raw.partition(b"\0")[0])
    if pattern.startswith(b"#"):
        return None
    negated = pattern.startswith(b"!")
    pattern = pattern.removeprefix(b"!")
    directory_only = pattern.endswith(b"/")
    pattern = pattern.removesuffix(b"/")
    anchored = b"/" in pattern
    pattern = pattern.removeprefix(b"/")
    if not pattern:
        return None
    try:
        source = _translate(pattern, anchored=anchored)
    except _NeverMatches:
        return None
    return Line(negated, anchored, source + (rb"\0" if directory_only else rb"\0?"))


class _NeverMatches(Exception):
    """The pattern is malformed; git keeps it and it matches nothing."""


def _without_trailing_spaces(line: bytes) -> bytes:
    """Strip unescaped spaces at the end, and nothing else: tabs and form feeds are part of a pattern."""
    stripped = line.rstrip(b" ")
    escapes = len(stripped) - len(stripped.rstrip(b"\\"))
    return line[: len(stripped) + 1] if escapes % 2 else stripped


@dataclass(slots=True)
class _Piece:
    """A wildcard of any length and what follows it, which has none.

    ``depth`` is None for nothing or ``*``, else the quantifier of the directories that a ``**`` takes.
    """

    star: bool = False
    depth: bytes | None = None
    rest: bytearray = field(default_factory=bytearray)
    crosses: bool = False
    """Whether ``rest`` holds a ``/``."""


def _translate(pattern: bytes, *, anchored: bool) -> bytes:
    pieces = [_Piece()]
    first = _SPECIAL.search(pattern)
    at = 0
    while at < len(pattern):
        character = pattern[at : at + 1]
        if character == b"*":
            stars = _STARS.match(pattern, at)
            assert stars is not None
            # Git takes the plain beginning of a pattern off before it looks for wildcards, so that a ``**`` right
            # behind it stands at the beginning, as ``foo**/bar`` shows.
            bounded = (first is not None and at == first.start()) or pattern[at - 1 : at] == b"/"
            double = anchored and bounded and len(stars[0]) > 1
            at = stars.end()
            if double and at == len(pattern):
                # Behind a plain beginning and nothing but ``**/``, there may be nothing: ``a**/**`` takes ``a`` too.
                bare = len(pieces) > 1 and all(piece.depth == b"*" and not piece.rest for piece in pieces[1:])
                after_slash = pattern[stars.start() - 1 : stars.start()] == b"/"
                return _joined(pieces, rb"[^\0]" + (b"+" if after_slash and not bare else b"*"))
            if double and pattern.startswith(b"/", at):
                pieces.append(_Piece(depth=b"*"))
                at += 1
            elif double and pattern.startswith(b"\\/", at):
                pieces.append(_Piece(depth=b"+"))
                at += 2
            else:
                pieces.append(_Piece(star=True))
            continue
        piece = pieces[-1]
        if character == b"?":
            piece.rest += _ANY
        elif character == b"[":
            at, members = _bracket(pattern, at + 1)
            piece.rest += members
        else:
            if character == b"\\":
                at += 1
                character = pattern[at : at + 1]
                if not character:
                    raise _NeverMatches
            piece.rest += re.escape(character)
            piece.crosses = piece.crosses or character == b"/"
        at += 1
    return _joined(pieces)


def _joined(pieces: list[_Piece], tail: bytes = b"") -> bytes:
    """Join pieces to one expression whose cost cannot explode.

    Where another wildcard of the same reach follows, the leftmost match of what stands between is as good as any
    other: it is made atomic, and a hostile ``*a*a*a*a*b`` costs no more than reading the name a few times.
    """
    parts: list[bytes] = []
    open_depth = False
    for at, piece in enumerate(pieces):
        rest = bytes(piece.rest)
        following = pieces[at + 1 :]
        if piece.depth is not None:
            parts.append(b")" if open_depth else b"")
            open_depth = bool(tail) or any(later.depth for later in following)
            lazy = b"?" if open_depth else b""
            parts += [b"(?>" if open_depth else b"", b"(?:", _ANY, b"*/)", piece.depth, lazy, rest]
        elif piece.star:
            settled = following and following[0].star and not piece.crosses
            parts += [b"(?>", _ANY, b"*?", rest, b")"] if settled else [_ANY, b"*", rest]
        else:
            parts.append(rest)
    return b"".join([*parts, b")" if open_depth else b"", tail])


def _bracket(pattern: bytes, at: int) -> tuple[int, bytes]:
    """Read a bracket expression whose ``[`` stands before ``at``; return where its ``]`` stands and an expression."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members = bytearray()
    previous: int | None = None
    begin = at
    while at == begin or pattern[at : at + 1] != b"]":
        character = pattern[at : at + 1]
        if character == b"-" and previous is not None and pattern[at + 1 : at + 2] not in (b"", b"]"):
            at, last = _member(pattern, at + 1)
            members += _range(previous, last)
            previous = None
        elif (
            pattern.startswith(b"[:", at) and (end := pattern.find(b"]", at + 2)) > at + 2 and pattern[end - 1] == 0x3A
        ):
            members += _class(pattern[at + 2 : end - 1])
            at, previous = end, None
        else:
            at, previous = _member(pattern, at)
            members += _range(previous, previous)
        at += 1
    if negated:
        return at, rb"[^/\0" + members + b"]"
    if not members:
        raise _NeverMatches
    return at, rb"(?!/)[" + members + b"]"


def _member(pattern: bytes, at: int) -> tuple[int, int]:
    """Return where a member of a bracket expression, escaped or not, ends, and its byte."""
    if pattern[at : at + 1] == b"\\":
        at += 1
    if at >= len(pattern):
        raise _NeverMatches
    return at, pattern[at]


def _range(first: int, last: int) -> bytes:
    return rb"\x%02x-\x%02x" % (first, last) if first <= last else b""


def _class(name: bytes) -> bytes:
    try:
        return _CLASSES[name]
    except KeyError:
        raise _NeverMatches from None
