"""Matches the terms of a query in texts, including inflected and misspelt forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache, reduce
from operator import or_

from dowse.chunking.identifiers import words
from dowse.search.tuning import SHARED_LETTERS, SHARED_SHARE, SHORTEST_BEGINNING, SHORTEST_SLIP


class TermMatcher:
    """Matches the terms of one query. Sets of terms are bits of a number, in the terms' order."""

    def __init__(self, weights: Mapping[str, float], unknown: Collection[str] = ()) -> None:
        """``weights`` is the inverse document frequency of each term.

        Terms in ``unknown``, which no chunk holds, also match words that begin with them or differ in one letter.
        """
        self.terms = tuple(weights)
        """In the order of the bits."""
        self.unknown = frozenset(unknown)
        self._weights = list(weights.values())
        self._whole = sum(self._weights) or 1.0
        self._shares: dict[int, float] = {0: 0.0}
        self._bits = _Bits(weights, unknown)

    def match(self, text: str) -> int:
        """Return the terms that a text contains."""
        return reduce(or_, map(self._bits.__getitem__, words(text)), 0)

    def match_name(self, name: str) -> tuple[float, int]:
        """Return the share of a name's words that are terms, 0–1, and the terms that the name contains."""
        every = words(name)
        bits = [self._bits[word] for word in every]
        matched = reduce(or_, bits, 0)
        if not matched:
            return 0.0, 0
        # A compound is first of its words and not one of its own parts.
        inner = [bit for word, bit in zip(every, bits, strict=True) if word != every[0]] or bits
        return 1 - inner.count(0) / len(inner), matched

    def idf_share(self, matched: int) -> float:
        """Return the share of these terms in the sum of all weights, 0–1."""
        share = self._shares.get(matched)
        if share is None:
            share = sum(weight for bit, weight in enumerate(self._weights) if matched >> bit & 1) / self._whole
            self._shares[matched] = share
        return share


class _Bits(dict[str, int]):
    """The terms that a word matches, as bits; each distinct word is compared once."""

    def __init__(self, terms: Iterable[str], unknown: Collection[str]) -> None:
        super().__init__()
        self._terms = {term: 1 << position for position, term in enumerate(terms)}
        self._alike: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for term, bit in self._terms.items():
            self._alike[term[:SHARED_LETTERS]].append((term, bit))
        self._unknown = [(term, self._terms[term]) for term in unknown if len(term) >= SHORTEST_BEGINNING]

    def __missing__(self, word: str) -> int:
        matched = self._terms.get(word, 0)
        for term, bit in self._alike.get(word[:SHARED_LETTERS], ()):
            if same_word(term, word):
                matched |= bit
        for term, bit in self._unknown:
            if word.startswith(term) or one_slip(term, word):
                matched |= bit
        self[word] = matched
        return matched


@lru_cache(maxsize=1 << 16)
def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``retry`` and ``retries``, ``config`` and ``configuration``."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= SHARED_LETTERS and shared >= SHARED_SHARE * min(len(one), len(other))


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter left out, put in or changed, or by two that changed places."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) < SHORTEST_SLIP or len(other) - len(one) > 1 or one == other:
        return False
    start = next((at for at, letter in enumerate(one) if letter != other[at]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped == other[start:]
