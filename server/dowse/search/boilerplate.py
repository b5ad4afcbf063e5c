"""Code that repeats because the language or a framework wants it so, and cannot be merged."""

from __future__ import annotations

import re

from dowse.search.query import Boilerplate
from dowse.search.roles import Role, role_of
from dowse.search.tuning import GENERATED_HEAD_LINES, PLAIN_SHARE

_BLOCK = re.compile(r'"""(?:[^"]|"(?!""))*+"""|\'\'\'(?:[^\']|\'(?!\'\'))*+\'\'\'|/\*(?:[^*]|\*(?!/))*+\*/')
_COMMENT = re.compile(r"(?:#(?!include|\[)|//|--\s)")
_BRACKETS = frozenset("{}()[];,")

_SPECIAL = re.compile(
    r"__(?!init__|call__|new__|enter__|exit__|main__)\w+__|equals|hashCode|toString|compareTo|clone|Equals|GetHashCode|"
    r"ToString|CompareTo|fmt|eq|hash|cmp|partial_cmp|describe|to_s|inspect|String|GoString"
)
_SETS_UP = re.compile(
    r"(?:set|tear)_?(?:up|down)(?:_?(?:class|module|method|function|test_?data))?|(?:before|after)(?:_?(?:each|all))?|"
    r"async_?set_?up|async_?tear_?down",
    re.IGNORECASE,
)
_FIXTURE = re.compile(
    r"^\s*@(?:\w+\.)*(?:fixture|Before|After|BeforeEach|AfterEach|BeforeAll|AfterAll)\b", re.MULTILINE
)
_GENERATED_PATH = re.compile(
    r"_pb2(?:_grpc)?\.pyi?$|\.pb\.(?:go|cc|h)$|\.g\.(?:dart|cs)$|[._](?:generated|gen|designer)\.\w+$|(?:^|/)(?:__)?generated(?:__)?/",
    re.IGNORECASE,
)
_GENERATED_HEAD = re.compile(
    r"@generated|(?:auto(?:matically)?[- ]?)generated\b|code generated|do not edit", re.IGNORECASE
)
_STUB = re.compile(r"^\s*@(?:\w+\.)*(?:overload|abstractmethod)\b", re.MULTILINE)
_EMPTY = re.compile(
    r"pass|\.\.\.|(?:raise|throw)\b.*(?:NotImplemented|Unsupported|[Nn]ot implemented|abstract).*|unimplemented!\(.*|"
    r"todo!\(.*|TODO\(.*|return(?: None| null| nil| undefined| NotImplemented)?"
)
_PLAIN = re.compile(
    # An assignment of names, a name given back, or one call that only passes on.
    r"(?:(?:let|var|val|const|final|mut)\s+)?[\w.$@>\[\]-]+(?:\s*:\s*[^=]+)?\s*:?=\s*[^=(]*|return\b[^(]*|"
    r"(?:return\s+)?(?:super|self|this)\b[\w.()]*\([^()]*\)"
)


def code_lines(text: str) -> list[str]:
    """Return a function's lines of code, with single spaces: no comments, documentation or lone brackets."""
    lines = (" ".join(line.split()) for line in _BLOCK.sub("", text).splitlines())
    return [line for line in lines if line and not _COMMENT.match(line) and not _BRACKETS.issuperset(line)]


def boilerplate(path: str, name: str, text: str, lines: list[str]) -> Boilerplate | None:
    """Say why a function, whose code is ``lines``, is boilerplate; None where it is not."""
    role = role_of(path)
    body = [line.rstrip(";{ ") for line in lines if not line.startswith("@")][1:]
    if _GENERATED_PATH.search(path):
        return Boilerplate.GENERATED
    if role is Role.DECLARATION or _STUB.search(text) or all(_EMPTY.fullmatch(line) for line in body):
        return Boilerplate.STUB
    if _SPECIAL.fullmatch(name.rpartition(".")[2]):
        return Boilerplate.SPECIAL
    sets_up = _SETS_UP.fullmatch(name) or _FIXTURE.search(text) or path.endswith("conftest.py")
    if role is Role.TEST and sets_up:
        return Boilerplate.FIXTURE
    plain = sum(_PLAIN.fullmatch(line) is not None for line in body)
    return Boilerplate.ACCESSOR if plain >= PLAIN_SHARE * len(body) else None


def is_generated(lines: list[str]) -> bool:
    """Whether the first lines of a file say that a program has written it.

    Looser than :func:`dowse.workspace.content.is_generated`, whose files are not indexed at all: what is found here is
    only left out of a report.
    """
    return any(_GENERATED_HEAD.search(line[:200]) for line in lines[:GENERATED_HEAD_LINES])
