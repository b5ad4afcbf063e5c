"""How alike two pieces of code are built, whatever things are called in them.

Code becomes a sequence of marks: what controls the flow, what is called, assigned, compared and returned, with names,
numbers and texts each as one mark. Words that mean the same in different languages are one mark, so that a function
resembles its translation. What is compared are runs of marks, as in winnowing (Schleimer et al., 2003), either all of
them (:func:`runs`) or a sketch of fixed size (:func:`sketch`), which the index keeps of every piece of code.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np

from dowse.chunking.identifiers import WORD

SKETCH_BYTES = 64
"""Size of a sketch. Half the functions of ordinary code have fewer runs and are told nearly whole."""

_LONGEST = 10_000
"""Characters that are looked at; a piece of code has more only where a line is very long."""

# Ordered by how often they are met. Possessive, since a text may be broken, and cut by the middle of a string.
_TOKEN = re.compile(
    r"""
    [^\W\d]\w*+(?:\s*+(?:<[\w,\ ]*+>)?\()?
  | \"\"\"(?:[^"]|"(?!""))*+\"\"\" | "(?:[^"\\\n]|\\.)*+"
  | '''(?:[^']|'(?!''))*+''' | '(?:[^'\\\n]|\\.)*+'
  | `(?:[^`\\]|\\.)*+`
  | //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+\*/ | \#(?!include)[^\n]*+ | --\ [^\n]*+
  | \d[\w.]*+
  | [-+*/%&|^~<>=!]=? | && | \|\| | [?\[]
    """,
    re.VERBOSE,
)
_WORDS = {
    word: mark
    for mark, words in {
        "F": "def fn func function fun sub proc lambda defp defun method",
        "R": "return yield",
        "I": "if elif elsif unless when guard cond",
        "E": "else otherwise",
        "L": "for while foreach loop until do each repeat",
        "S": "switch case match select",
        "T": "try begin catch except rescue finally ensure defer",
        "X": "raise throw throws panic error fail",
        "B": "break continue next redo last",
        "C": "class struct interface trait enum module namespace impl type object record",
        "&": "and",
        "|": "or",
        "!": "not",
        "0": "true false null nil none undefined nothing",
        "": "let var val const mut auto final static public private protected internal pub override async await new "
        "end then in is of as with using import from package self this local my our int float double string bool void "
        "char long unsigned signed",
    }.items()
    for word in words.split()
}

KEYWORDS = frozenset(_WORDS)
"""Words that mean the same wherever they stand, in lower case."""

# One character for each sign; ``&&`` and ``||`` are one with ``and`` and ``or``, in which the pattern finds them too.
_SIGNS = {sign: sign for sign in "-+*/%&|^~<>=!?["} | {
    sign: chr(ord("g") + place) for place, sign in enumerate("-= += *= /= %= &= |= ^= ~= <= >= == !=".split())
}
_SCATTER = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: multiplied by it, neighbouring numbers lie far apart (Knuth, TAOCP 3, 6.4)."""
_8, _16, _24, _29, _32, _34, _58 = map(np.uint64, (8, 16, 24, 29, 32, 34, 58))
_24_BITS = np.uint64((1 << 24) - 1)
_NOTHING = np.uint64(1 << 24)
_RUN = 4
_REPEATED = re.compile(r"([n0s])\1+")
_KNOWN_TOKENS = 50_000
"""Kept with their marks, some 6 MB; when there are more, all are forgotten and told anew."""

Run = tuple[int, int, int, int]
"""Four marks: fewer are in all code, more break at the first change."""


def marks(text: str) -> str:
    """Return the marks of a piece of code, a character each."""
    if _mark.cache_info().currsize > _KNOWN_TOKENS:
        _mark.cache_clear()
    found = "".join(map(_mark, _TOKEN.findall(text[:_LONGEST])))
    # Of names, numbers or texts side by side one tells all: a table is built like any other, however long.
    return _REPEATED.sub(r"\1", found)


@cache  # source text repeats itself: nearly every token is answered from here
def _mark(token: str) -> str:
    first = token[0]
    if first in _SIGNS:
        return _SIGNS.get(token, "")  # a comment begins with a sign
    if first in "\"'`":
        return "s"
    if first == "#":
        return ""
    if first.isdigit():
        return "0"
    call = token[-1] == "("
    word = WORD.match(token)[0] if call else token  # type: ignore[index]
    return _WORDS.get(word.lower(), "c" if call else "n")


def runs(text: str) -> Counter[Run]:
    """Return how often each run of marks stands in ``text``; too little code for one run gives nothing."""
    sequence = marks(text).encode()
    return Counter(zip(sequence, sequence[1:], sequence[2:], sequence[3:], strict=False))


def likeness(one: Counter[Run], other: Counter[Run]) -> float:
    """Return what two pieces share of all their runs, 0–1 (the Jaccard index of multisets)."""
    shared = (one & other).total()
    whole = one.total() + other.total() - shared
    return shared / whole if whole else 0.0


def sketch(text: str) -> bytes:
    """Return :data:`SKETCH_BYTES` by which the likeness of two pieces can be estimated; none of too little code.

    MinHash by one permutation (Li, Owen and Zhang, 2012): each run, counted as often as it stands there, falls into one
    of the places, of which each keeps eight bits of the least number that fell into it; 0 where none did.
    """
    sequence = np.frombuffer(marks(text).encode("ascii"), np.uint8).astype(np.uint64)
    if len(sequence) < _RUN:
        return b""
    found = np.sort(sequence[:-3] << _24 | sequence[1:-2] << _16 | sequence[2:-1] << _8 | sequence[3:])
    # The second occurrence of a run counts as another run, and so on.
    first = np.append(True, found[1:] != found[:-1])
    positions = np.arange(len(found))
    occurrences = positions - np.maximum.accumulate(np.where(first, positions, 0))
    numbers = found + (occurrences.astype(np.uint64) << _32)
    for _ in range(2):
        numbers = (numbers ^ numbers >> _29) * _SCATTER  # wraps at 64 bits
    least = np.full(SKETCH_BYTES, _NOTHING, np.uint64)
    np.minimum.at(least, (numbers >> _58).astype(np.int64), numbers >> _34 & _24_BITS)
    return np.where(least == _NOTHING, 0, 1 + least % 255).astype(np.uint8).tobytes()


def resemblance(one: bytes, other: bytes) -> float:
    """Return the likeness of two pieces as their sketches tell it, 0–1; 0 where one has none."""
    if not one or not other:
        return 0.0
    shared = sum(a == b != 0 for a, b in zip(one, other, strict=True))
    whole = SKETCH_BYTES - sum(a == b == 0 for a, b in zip(one, other, strict=True))
    return shared / whole
