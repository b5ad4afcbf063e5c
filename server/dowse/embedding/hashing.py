"""A model that needs nothing: signed feature hashing of words, the default until there is a trained one.

Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (ICML 2009).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.identifiers import words
from dowse.embedding.model import ModelInfo, QueryType

DIMENSIONS = 256
SMALLEST_DIMENSIONS = 16
LARGEST_DIMENSIONS = 4096
_TOKEN = re.compile(r"\w+")


class HashingModel:
    """Deterministic vectors from the words of a text."""

    device = "cpu"

    def __init__(self, dimensions: int = DIMENSIONS) -> None:
        self.info = ModelInfo(name="hash", revision="1", dimensions=dimensions, max_tokens=4096)

    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 ``[len(texts), dimensions]``, rows of length 1, or 0 for a text without words."""
        vectors = np.zeros((len(texts), self.info.dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in set(words(text)):
                digest = int.from_bytes(
                    blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
                )
                vectors[row, (digest >> 1) % self.info.dimensions] += 1 if digest & 1 else -1
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def embed_query(self, text: str, query_type: QueryType = "general") -> NDArray[np.float32]:
        """Return float32 ``[dimensions]`` of length 1, or 0 for a text without words."""
        vector: NDArray[np.float32] = self.embed_documents([text])[0]
        return vector

    def close(self) -> None:
        """Nothing to give back."""
