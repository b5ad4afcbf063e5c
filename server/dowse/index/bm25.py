"""How the words of a chunk's fields are weighed.

The stored index (tantivy) and the overlay of open documents score by the same fields (:mod:`dowse.chunking.fields`),
boosts and formula, so that opening a document does not change its rank. The formula is Robertson's BM25 with
k1 = 1.2 and b = 0.75 as Lucene and tantivy compute it, and like them it sees a field's length only in 8 bits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

BOOSTS: Mapping[str, float] = {"name": 3.0, "signature": 1.5, "doc": 1.5, "body": 1.0, "path": 1.5}
"""How much a word counts in each field. A name is what its author found to say most about the code."""

K1 = 1.2
B = 0.75


def inverse_document_frequency(frequency: int, documents: int) -> float:
    """Return the weight of a term that ``frequency`` of ``documents`` hold."""
    frequency = min(frequency, documents)
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def term_weight(count: int, length: int, average_length: float) -> float:
    """Return how much ``count`` occurrences in a field of ``length`` words say, between 0 and k1 + 1."""
    norm = K1 * (1 - B + B * quantised_length(length) / average_length) if average_length else K1
    return (K1 + 1) * count / (count + norm)


def quantised_length(length: int) -> int:
    """Round a length down as an 8-bit field norm does: exact below 40, then with three bits after the first."""
    if length < 40:
        return length
    shift = (length - 24).bit_length() - 4
    return 24 + ((length - 24) >> shift << shift)
