"""Why a hit is in the list, in words."""

from __future__ import annotations

from dowse.cli import streams
from dowse.search.query import Hit, Reason, Signal

LEAST_SHARE = 0.05
"""Of a score. What gives less is not worth a word."""

_SAYING = {Signal.NAME: "its name says", Signal.PATH: "its path says", Signal.KEYWORDS: "its text says"}
_WORDLESS = {
    Signal.SEMANTIC: "close in meaning",
    Signal.KEYWORDS: "words of the question stand in it",
    Signal.SYMBOL: "the question names it",
    Signal.NAME: "its name is like the question",
    Signal.PATH: "its path is like the question",
    Signal.FILE: "its file holds other answers",
    Signal.ROLE: "the part that its file plays",
    Signal.SHAPE: "how long it is and how often it is mentioned",
    Signal.STRUCTURE: "built alike",
}


def explain(hit: Hit) -> str:
    """Return what speaks for a hit, what counted most first: ``its name says "retry"; close in meaning``."""
    return "; ".join(_clause(reason) for reason in hit.reasons if reason.share >= LEAST_SHARE)


def _clause(reason: Reason) -> str:
    saying = _SAYING.get(reason.signal)
    if saying and reason.words:
        return f"{saying} {', '.join(f'“{streams.escaped(word)}”' for word in reason.words)}"
    return _WORDLESS.get(reason.signal, str(reason.signal))
