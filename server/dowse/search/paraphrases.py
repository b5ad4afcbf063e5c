"""Technical words for the everyday ones of a query: code that tries again is called a retry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from dowse.search.wordforms import split_ending

_PHRASES = """
    abort: give up; backoff: wait longer, wait between; concurrent: same time; convert: turn into;
    debounce: stop typing; discard: throw away; expire: no longer valid; rebuild: build again; reconnect: connect again;
    reload: load again; remove: get rid; reopen: open again; rerun: run again; resend: send again;
    restart: start again, start over; retry: try again, another try, another attempt; stale: out date;
    throttle: limit how often, too many requests; timeout: take too long; validate: make sure
"""
"""Each word, and the phrases that mean it; other words may stand between those of a phrase. Those that are spelt as the
word is (``clean up``) are not here: what says ``cleanup`` everywhere would go before what is asked for."""

_IRREGULAR = dict(
    forms.split()
    for forms in """
    began begin; built build; fell fall; fallen fall; gave give; given give; got get; made make; ran run; sent send;
    taken take; threw throw; thrown throw; took take
""".split(";")
)
_ENDINGS = ("ing", "ied", "ies", "ed", "es", "s", "e", "y")
_SHORTEST_STEM = 2

_BETWEEN = 2
"""Words that may stand between two of a phrase: ``send the message again``."""

_MOST_WORDS = 24
"""Longest query that is translated; a longer one is pasted text, which has technical words of its own."""


def technical_words(query: Sequence[str]) -> tuple[str, ...]:
    """Return the words that mean what phrases among the words of a query, lower-cased, say; not those it has itself."""
    if len(query) > _MOST_WORDS:
        return ()
    stems = [_stem(word) for word in query]
    found = dict.fromkeys(
        word
        for place, stem in enumerate(stems)
        for word, following in _TABLE.get(stem, ())
        if _follow(following, stems[place + 1 :])
    )
    return tuple(word for word in found if word not in query)


def _follow(wanted: Sequence[str], stems: Sequence[str]) -> bool:
    for stem in wanted:
        near = stems[: _BETWEEN + 1]
        if stem not in near:
            return False
        stems = stems[near.index(stem) + 1 :]
    return True


def _stem(word: str) -> str:
    """Return what forms of a word share: ``try`` and ``tried``, ``stop`` and ``stopping``."""
    word = _IRREGULAR.get(word, word)
    stem, _ = split_ending(word, _ENDINGS, _SHORTEST_STEM)
    return stem[:-1] if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] else stem


def _phrases() -> Iterator[tuple[str, list[str]]]:
    for entry in _PHRASES.split(";"):
        word, _, phrases = entry.partition(":")
        for phrase in phrases.split(","):
            yield word.strip(), [_stem(each) for each in phrase.split()]


def _by_beginning() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    table: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for word, (first, *following) in _phrases():
        table[first].append((word, tuple(following)))
    return dict(table)


_TABLE = _by_beginning()
"""By the stem of a phrase's first word: what it means, and the stems that follow."""
