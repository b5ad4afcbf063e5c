"""A transformer that knows English: where training begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from dowse.embedding.tokens import PIECE

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

_SMOOTHING = 1e-3
"""Of smooth inverse frequency (Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings")."""


def initial_rows(teacher: SentenceTransformer, tokens: Sequence[str], dimensions: int) -> Tensor:
    """Return a row for each token: the teacher's vector of the word alone, in its principal components.

    That is how model2vec distils a transformer. Rows ``[len(tokens), dimensions]`` have a mean length of 1.
    """
    words = [token.removeprefix(PIECE) for token in tokens]
    vectors = teacher.encode(words, batch_size=256, show_progress_bar=False, convert_to_numpy=True).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    rows = vectors @ axes[:, ::-1][:, :dimensions]
    rows /= np.linalg.norm(rows, axis=1).mean()
    return torch.from_numpy(rows.astype(np.float32))


def initial_log_weights(frequency: NDArray[np.float64]) -> Tensor:
    """Return the logarithms of smooth inverse frequencies; ``frequency`` is a token's share of all."""
    return torch.from_numpy(np.log(_SMOOTHING / (_SMOOTHING + frequency)).astype(np.float32))
