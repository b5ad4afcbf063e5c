"""How alike two pieces of code are built, whatever things are called in them.

Code becomes a sequence of marks: what control the flow, what is called, assigned, compared and returned, with names,
numbers and texts each as one mark. Words that mean the same in different languages are one mark, so that a function
resembles its translation. Runs of marks are compared, as in winnowing (Schleimer et al., 2003), but all of them: there
are only as many as candidates.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

RUN = 4
"""Marks in a run: shorter ones are in all code, longer ones break at the first change."""

_TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|\#(?!include)[^\n]*|/\*.*?\*/|--\ [^\n]*)
  | (?P<text>\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
  | (?P<number>\b\d[\w.]*)
  | (?P<word>[^\W\d]\w*)
  | (?P<sign>[-+*/%&|^~<>=!]=?|&&|\|\||[?\[])
    """,
    re.VERBOSE | re.DOTALL,
)
_CALL = re.compile(r"\s*(?:<[\w, ]*>)?\(")

_MARKS = {
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

KEYWORDS = frozenset(_MARKS)
"""Words that mean the same wherever they stand, in lower case."""


def likeness(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    """Return what two pieces share of all their runs, 0–1 (the Jaccard index of multisets)."""
    shared = (one & other).total()
    whole = one.total() + other.total() - shared
    return shared / whole if whole else 0.0


@lru_cache(maxsize=1 << 11)
def runs(text: str) -> Counter[tuple[str, ...]]:
    """Return how often each run of marks stands in ``text``; too little code for one run gives nothing."""
    marks = _marks(text)
    return Counter(zip(*(marks[start:] for start in range(RUN)), strict=False))


def _marks(text: str) -> list[str]:
    marks: list[str] = []
    for found in _TOKEN.finditer(text):
        kind, token = found.lastgroup, found.group()
        if kind == "word":
            mark = _MARKS.get(token.lower())
            if mark is None:
                mark = "c" if _CALL.match(text, found.end()) else "n"
            if mark and not (mark == "n" and marks and marks[-1] == "n"):
                marks.append(mark)
        elif kind == "sign":
            marks.append(token)
        elif kind in ("number", "text"):
            marks.append("0" if kind == "number" else "s")
    return marks
