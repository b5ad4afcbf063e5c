"""Which words and pieces of words become tokens."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable

from dowse.embedding.tokens import LONGEST_PIECE, PIECE, identifier_words
from dowse.training.pairs import Pair

SHORTEST_PIECE = 2

_TOKEN = re.compile(r"\w+")
_LANGUAGE_SHARE = 0.5
"""Power to which a language's number of pairs counts: with 1, the vocabulary would be that of Python."""


def count_words(pairs: Iterable[Pair]) -> dict[str, float]:
    """Return how often each word occurs, at most once in a pair, languages balanced."""
    by_language: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    split: dict[str, list[str]] = {}
    for pair in pairs:
        identifiers = set(_TOKEN.findall(f"{pair.text} {pair.body} {pair.more}"))
        for identifier in identifiers:
            if identifier not in split:
                split[identifier] = identifier_words(identifier)
        by_language.setdefault(pair.language, Counter()).update({word for each in identifiers for word in split[each]})
        sizes[pair.language] += 1
    counts: dict[str, float] = {}
    for language, words in by_language.items():
        weight = sizes[language] ** _LANGUAGE_SHARE / sizes[language]
        for word, count in words.items():
            # A word that one pair in the language has is no word of the language.
            if count > 1:
                counts[word] = counts.get(word, 0.0) + count * weight
    return counts


def choose_tokens(counts: dict[str, float], *, words: int, pieces: int) -> tuple[str, ...]:
    """Return the most frequent words, then the pieces that the others are best made of.

    Every letter and digit is a piece, so that every word has tokens. Others count by how often they stand in words that
    are no tokens, and by their length, since a long piece says more.
    """
    order = sorted(counts, key=lambda word: (-counts[word], word))
    chosen = [word for word in order if word.isascii()][:words]
    known = set(chosen)
    parts: dict[str, float] = {}
    for word in order:
        if word in known or not word.isalpha() or not word.isascii():
            continue
        for start in range(len(word)):
            for end in range(start + SHORTEST_PIECE, min(len(word), start + LONGEST_PIECE) + 1):
                part = word[start:end]
                parts[part] = parts.get(part, 0.0) + counts[word] * (end - start - 1)
    single = [*string.ascii_lowercase, *string.digits]
    best = sorted(parts, key=lambda part: (-parts[part], part))[: pieces - len(single)]
    return (*chosen, *(PIECE + part for part in [*single, *best]))
