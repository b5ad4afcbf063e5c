"""Tokens of the built-in models: words of identifiers and prose, pieces of rare words, pairs of neighbours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.identifiers import split_identifier

PIECE = "##"
"""Begins the tokens that are pieces of rarer words."""
LONGEST_PIECE = 8
"""Letters."""

_LONGEST_WORD = 64
"""Letters; longer ones are data."""
_KNOWN_IDENTIFIERS = 200_000
"""Kept with their tokens, some 30 MB; when there are more, all are forgotten and split anew."""
_CHARACTERS_PER_TOKEN = 24
"""Of source text, at most: text that is cut to a number of tokens need not be read beyond as many characters."""
_MIX = np.uint64(0x9E3779B97F4A7C15)
"""2**64 divided by the golden ratio: Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""

_TOKEN = re.compile(r"\w+")
_ASCII_TOKENS = "".join(chr(code) if _TOKEN.match(chr(code)) else " " for code in range(128))


class Tokenizer:
    """Maps text to the numbers of its tokens. Used by one thread."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._identifiers = _Identifiers(tokens)

    def tokens(self, text: str, most: int) -> list[int]:
        """Return the numbers of the text's first ``most`` tokens, in order."""
        text = text[: most * _CHARACTERS_PER_TOKEN]
        found = text.translate(_ASCII_TOKENS).split() if text.isascii() else _TOKEN.findall(text)
        if len(self._identifiers) > _KNOWN_IDENTIFIERS:
            self._identifiers.clear()
        return list(chain.from_iterable(map(self._identifiers.__getitem__, found[:most])))[:most]


class _Identifiers(dict[str, tuple[int, ...]]):
    """Identifiers as they stand in text, with the numbers of their tokens."""

    def __init__(self, tokens: Iterable[str]) -> None:
        super().__init__()
        self._numbers = {token: number for number, token in enumerate(tokens)}

    def __missing__(self, identifier: str) -> tuple[int, ...]:
        numbers: list[int] = []
        for word in identifier_words(identifier):
            number = self._numbers.get(word)
            numbers += self._pieces(word) if number is None else [number]
        found = self[identifier] = tuple(numbers)
        return found

    def _pieces(self, word: str) -> list[int]:
        """Cut a word that is no token into the longest pieces that are, from left to right."""
        numbers = []
        start = 0
        while start < len(word):
            for end in range(min(len(word), start + LONGEST_PIECE), start, -1):
                number = self._numbers.get(PIECE + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                start += 1
        return numbers


def identifier_words(identifier: str) -> list[str]:
    """Return the words of an identifier in lower case, accents taken off; none of a very long one."""
    if not identifier.isascii():
        decomposed = unicodedata.normalize("NFKD", identifier)
        identifier = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [word for word in split_identifier(identifier) if len(word) <= _LONGEST_WORD]


@dataclass(frozen=True, slots=True)
class PositionedRows:
    """The rows of some texts, one entry for each token and each pair, each int64 ``[n]``."""

    texts: NDArray[np.int64]
    """Which text, from 0."""
    rows: NDArray[np.int64]
    positions: NDArray[np.int64]
    """Of the token, or of the pair's first token, in its text."""


def positioned_rows(sequences: Sequence[Sequence[int]], tokens: int, pairs: int) -> PositionedRows:
    """Return the rows of texts given as numbers of tokens: the tokens' own, then those of their neighbours' pairs.

    A pair's row is found by hashing its two numbers to ``pairs`` places behind the ``tokens`` rows of the tokens.
    """
    sizes = np.fromiter(map(len, sequences), np.int64, len(sequences))
    rows = np.fromiter(chain.from_iterable(sequences), np.int64, int(sizes.sum()))
    texts = np.repeat(np.arange(len(sequences)), sizes)
    positions = np.arange(rows.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    if not pairs:
        return PositionedRows(texts, rows, positions)
    neighbours = texts[1:] == texts[:-1]
    mixed = ((rows[:-1][neighbours].astype(np.uint64) << np.uint64(32)) + rows[1:][neighbours].astype(np.uint64)) * _MIX
    paired = tokens + ((mixed >> np.uint64(32)) % np.uint64(pairs)).astype(np.int64)
    return PositionedRows(
        np.concatenate((texts, texts[:-1][neighbours])),
        np.concatenate((rows, paired)),
        np.concatenate((positions, positions[:-1][neighbours])),
    )


def distinct(found: PositionedRows, rows: int) -> PositionedRows:
    """Return each row of a text once, where it first stands, ordered by text; ``rows`` is how many there are."""
    _, first = np.unique(found.texts * rows + found.rows, return_index=True)
    return PositionedRows(found.texts[first], found.rows[first], found.positions[first])
