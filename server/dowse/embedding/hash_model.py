"""A model that needs no training and no files: words and their trigrams, hashed to random signs and summed.

Each word has a random vector of signs that is made from its hash, and so has each of its trigrams: ``retry`` and
``retries`` share most of theirs. A text is the weighted sum, scaled to length 1. That is a random projection of a bag
of words (Achlioptas, "Database-friendly random projections", 2003). The usual feature hashing, one signed cell for each
word, loses far more in so few dimensions, for there a collision is total.

Measured on CoSQA's development queries at 256 dimensions (MRR; BM25 has 0.33): one cell a word 0.11, signs 0.21, with
weights by frequency, tf and position, trigrams and long forms 0.32 (0.34 at 512).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import shake_128
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.identifiers import words
from dowse.embedding.model import ModelInfo, QueryType
from dowse.embedding.vocabulary import COMMON_WORDS, LONG_FORMS, STOP_WORDS

DIMENSIONS = 256
SMALLEST_DIMENSIONS = 16
LARGEST_DIMENSIONS = 1024
"""More adds memory and no quality: CoSQA has 0.34 at 512 as well as at 2048."""

_REVISION = "2"
"""To be raised whenever a vector changes: stored vectors of other revisions are then never compared with new ones."""
_MAX_CHARACTERS = 16_384
_MAX_TOKENS = _MAX_CHARACTERS // 4
_BLOCK = 16
"""Texts summed in one matrix product; more would share few more words."""
_NEW_WORDS = 256
"""Words whose vectors are made at once; more would need more memory and save no time."""
_KNOWN_WORDS = 16_384
"""Words whose vectors are kept, 16 MB at 256 dimensions; when there are more, all are forgotten and made anew."""

# All measured on CoSQA's development queries, as means over three sets of hashes.
_STOP_WEIGHT = 0.1
_COMMON_WEIGHT = 0.65
_TRIGRAM_WEIGHT = 2.0
_HALF_POSITION = 20.0
"""Words: what opens a chunk, its name and its comment, says more of it than the rest."""

_SHORTEST_WITH_TRIGRAMS = 3

_TOKEN = re.compile(r"\w+")
_ASCII_TOKENS = "".join(chr(code) if _TOKEN.match(chr(code)) else " " for code in range(128))

Vectors = NDArray[np.float32]


class HashingModel:
    """Deterministic vectors from words, the same on every machine and Python. Used by one thread."""

    device = "cpu"

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        self.info = ModelInfo(
            name="hash", revision=_REVISION, dimensions=dimensions, max_tokens=_MAX_TOKENS, pooling="sum"
        )
        self._words = _WordVectors(dimensions)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]``, rows of length 1, or 0 for a text without words."""
        return self._embed(texts, by_position=True)

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1, or 0 for a text without words. ``query_type`` has no effect."""
        vector: Vectors = self._embed([text], by_position=False)[0]
        return vector

    def close(self) -> None:
        """Forget the words' vectors."""
        self._words = _WordVectors(self.info.dimensions)

    def _embed(self, texts: Sequence[str], *, by_position: bool) -> Vectors:
        vectors = np.zeros((len(texts), self.info.dimensions), np.float32)
        for start in range(0, len(texts), _BLOCK):
            self._words = self._words.forgotten_if_many()
            numbered = [self._words.numbers(text) for text in texts[start : start + _BLOCK]]
            self._sum(numbered, vectors[start : start + len(numbered)], by_position=by_position)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def _sum(self, numbered: list[list[int]], out: Vectors, *, by_position: bool) -> None:
        """Write the weighted sums of the words' vectors to ``out``, one row for each list of words' numbers."""
        sizes = np.fromiter(map(len, numbered), np.int64, len(numbered))
        occurrences = np.fromiter(chain.from_iterable(numbered), np.int64, int(sizes.sum()))
        if not occurrences.size:
            return
        known = len(self._words)
        texts = np.repeat(np.arange(len(numbered)), sizes)
        keys, first, counts = np.unique(texts * known + occurrences, return_index=True, return_counts=True)
        texts, numbers = np.divmod(keys, known)
        weights = 1 + 0.5 * np.log(counts)
        if by_position:
            starts = np.cumsum(sizes) - sizes
            weights /= np.sqrt(1 + (first - starts[texts]) / _HALF_POSITION)
        distinct, columns = np.unique(numbers, return_inverse=True)
        matrix = np.zeros((len(numbered), distinct.size), np.float32)
        matrix[texts, columns] = weights
        np.matmul(matrix, self._words.vectors(distinct), out=out)


class _Vocabulary(dict[str, tuple[int, ...]]):
    """Numbers words as they come: maps each token of a text, as it stands there, to the numbers of its words."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}
        self.new: list[str] = []
        """Words that have a number but no vector yet."""

    def __missing__(self, token: str) -> tuple[int, ...]:
        found = words(token)
        # The whole of a compound would say again what its parts say: without it, CoSQA gains 0.005.
        parts = found[1:] if len(found) > 1 and found[0] == token.strip("_").lower() else found
        numbers = self[token] = tuple(map(self._number, parts))
        return numbers

    def _number(self, word: str) -> int:
        number = self.numbers.get(word)
        if number is None:
            number = self.numbers[word] = len(self.numbers)
            self.new.append(word)
        return number


class _WordVectors:
    """The vectors of the words seen so far, each made once."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._vocabulary = _Vocabulary()
        self._vectors = np.empty((1024, dimensions), np.float32)
        self._made = 0

    def __len__(self) -> int:
        return len(self._vocabulary.numbers)

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of the text's words, in order."""
        text = text[:_MAX_CHARACTERS]
        # The same tokens either way; on ASCII, which nearly all source text is, this one is five times as fast.
        tokens = text.translate(_ASCII_TOKENS).split() if text.isascii() else _TOKEN.findall(text)
        return list(chain.from_iterable(map(self._vocabulary.__getitem__, tokens)))

    def vectors(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return float32 ``[len(numbers), dimensions]``."""
        if self._vocabulary.new:
            self._make(self._vocabulary.new)
            self._vocabulary.new.clear()
        found: Vectors = self._vectors[numbers]
        return found

    def forgotten_if_many(self) -> _WordVectors:
        """Return these vectors, or none where there are too many to keep; numbers given before are then void."""
        many = len(self) > _KNOWN_WORDS or len(self._vocabulary) > 4 * _KNOWN_WORDS
        return _WordVectors(self._dimensions) if many else self

    def _make(self, new: list[str]) -> None:
        known = self._made + len(new)
        if known > len(self._vectors):
            grown = np.empty((max(known, 2 * len(self._vectors)), self._dimensions), np.float32)
            grown[: self._made] = self._vectors[: self._made]
            self._vectors = grown
        for start in range(0, len(new), _NEW_WORDS):
            part = new[start : start + _NEW_WORDS]
            self._vectors[self._made : self._made + len(part)] = _word_vectors(part, self._dimensions)
            self._made += len(part)


def _word_vectors(new: list[str], dimensions: int) -> Vectors:
    """Return float32 ``[len(new), dimensions]``: for each word its own signs and the mean of its trigrams'."""
    features: list[bytes] = []
    starts: list[int] = []
    trigram_weights: list[float] = []
    weights: list[float] = []
    size = (dimensions + 7) // 8
    for word in new:
        starts.append(len(features))
        weights.append(_weight(word))
        word = LONG_FORMS.get(word, word)
        features.append(_hash(f"={word}", size))
        if len(word) > _SHORTEST_WITH_TRIGRAMS and word.isalpha():
            bounded = f"<{word}>"
            features += [_hash(bounded[i : i + 3], size) for i in range(len(word))]
        trigram_weights.append(_TRIGRAM_WEIGHT / max(1, len(features) - starts[-1] - 1) ** 0.5)
    packed = np.frombuffer(b"".join(features), np.uint8).reshape(len(features), size)
    signs = np.unpackbits(packed, axis=1, count=dimensions).view(np.int8)
    signs *= 2
    signs -= 1
    own = signs[starts].astype(np.float32)
    vectors = np.add.reduceat(signs, starts, axis=0, dtype=np.int16).astype(np.float32)
    vectors -= own
    vectors *= np.array(trigram_weights, np.float32)[:, None]
    vectors += own
    vectors *= np.array(weights, np.float32)[:, None]
    return vectors


def _weight(word: str) -> float:
    if word in STOP_WORDS:
        return _STOP_WEIGHT
    return _COMMON_WEIGHT if word in COMMON_WORDS or len(word) == 1 else 1.0


@lru_cache(maxsize=1 << 15)
def _hash(feature: str, size: int) -> bytes:
    """Return ``size`` bytes that look random. SHAKE gives any number of them, and the same everywhere."""
    return shake_128(feature.encode("utf-8", "surrogatepass")).digest(size)
