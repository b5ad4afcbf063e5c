"""The built-in models in torch: to be trained, and to be used as models of the sentence-transformers library.

:func:`sentence_transformer` reads the same file as :class:`~dowse.embedding.static.StaticModel` and gives the same
vectors, by ``encode_query`` and ``encode_document``. It can be evaluated and fine-tuned by the library's own tools, and
what it saves is a model of Dowse again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from torch import Tensor, nn

from dowse.embedding.static import (
    DOCUMENT_TOKENS,
    MODEL_FILE,
    POSITION_STEP,
    QUERY_TOKENS,
    StaticWeights,
    quantised,
    read_model,
    write_model,
)
from dowse.embedding.tokens import PositionedRows, Tokenizer, distinct, positioned_rows

POSITIONS = 16
"""Position weights of a new model."""


def sentence_transformer(folder: Path) -> SentenceTransformer:
    """Open a built-in model's folder as a model of the sentence-transformers library."""
    return SentenceTransformer(modules=[StaticModule.load(str(folder))], device="cpu")


class StaticEncoder(nn.Module):  # type: ignore[misc,unused-ignore]
    """Weighted sums of rows, in floats and with gradients."""

    def __init__(self, rows: Tensor, query_weights: Tensor, document_weights: Tensor, position_weights: Tensor) -> None:
        """``rows`` is ``[n, dimensions]``; the weights of the ``n`` rows and of positions are logarithms."""
        super().__init__()
        self.rows = nn.Parameter(rows.clone())
        self.query_weights = nn.Parameter(query_weights.clone())
        self.document_weights = nn.Parameter(document_weights.clone())
        self.position_weights = nn.Parameter(position_weights.clone())

    @classmethod
    def of(cls, weights: StaticWeights) -> StaticEncoder:
        """Return what :meth:`weights` came from, but for the rounding."""
        rows = weights.rows.astype(np.float32) * weights.document_scales[:, None]
        ratio = np.log(weights.query_scales / weights.document_scales)
        positions = np.log(weights.position_weights)
        return cls(torch.from_numpy(rows), torch.from_numpy(ratio), torch.zeros(len(rows)), torch.from_numpy(positions))

    def queries(self, found: PositionedRows, count: int) -> Tensor:
        """Return the unit vectors of ``count`` queries, ``[count, dimensions]``."""
        found = distinct(found, len(self.rows))
        rows = torch.from_numpy(found.rows)
        return self._sum(rows, found, count, self.query_weights[rows].exp())

    def documents(self, found: PositionedRows, count: int) -> Tensor:
        """Return the unit vectors of ``count`` documents, ``[count, dimensions]``."""
        found = distinct(found, len(self.rows))
        rows = torch.from_numpy(found.rows)
        positions = torch.from_numpy(np.minimum(found.positions // POSITION_STEP, len(self.position_weights) - 1))
        return self._sum(rows, found, count, (self.document_weights[rows] + self.position_weights[positions]).exp())

    def weights(self, tokens: tuple[str, ...]) -> StaticWeights:
        """Return the model in the form that is kept."""
        with torch.no_grad():
            rows, scales = quantised(self.rows.float().cpu().numpy())
            return StaticWeights(
                tokens=tokens,
                rows=rows,
                document_scales=scales * self.document_weights.exp().cpu().numpy(),
                query_scales=scales * self.query_weights.exp().cpu().numpy(),
                position_weights=self.position_weights.exp().cpu().numpy(),
                digest="",
            )

    def _sum(self, rows: Tensor, found: PositionedRows, count: int, weights: Tensor) -> Tensor:
        starts = torch.from_numpy(np.searchsorted(found.texts, np.arange(count)))
        summed = nn.functional.embedding_bag(rows, self.rows, starts, mode="sum", per_sample_weights=weights)
        return nn.functional.normalize(summed, dim=1)


class StaticModule(InputModule):  # type: ignore[misc]
    """A built-in model as the one module of a sentence-transformers model."""

    forward_kwargs = {"task"}  # noqa: RUF012 - the library's own declaration
    modalities = ["text"]  # noqa: RUF012

    def __init__(self, weights: StaticWeights) -> None:
        super().__init__()
        self.tokens = weights.tokens
        self.tokenizer = Tokenizer(weights.tokens)
        self.encoder = StaticEncoder.of(weights)

    def preprocess(self, inputs: list[str], prompt: str | None = None, **kwargs: object) -> dict[str, Any]:
        """Return the rows of ``inputs``; a prompt stands before each."""
        sequences = [self.tokenizer.tokens((prompt or "") + text, DOCUMENT_TOKENS) for text in inputs]
        found = positioned_rows(sequences, len(self.tokens), len(self.encoder.rows) - len(self.tokens))
        return {
            "texts": torch.from_numpy(found.texts),
            "rows": torch.from_numpy(found.rows),
            "positions": torch.from_numpy(found.positions),
            "count": len(inputs),
        }

    def forward(self, features: dict[str, Any], task: str | None = None, **kwargs: object) -> dict[str, Any]:
        """Add ``sentence_embedding``; ``task`` is ``query`` for queries, anything else for documents."""
        texts, rows, positions = (features[name].numpy() for name in ("texts", "rows", "positions"))
        if task == "query":
            # A pair needs both its tokens: that of the last token of a query would reach beyond it.
            kept = positions < QUERY_TOKENS - (rows >= len(self.tokens))
            found = PositionedRows(texts[kept], rows[kept], positions[kept])
            features["sentence_embedding"] = self.encoder.queries(found, features["count"])
        else:
            found = PositionedRows(texts, rows, positions)
            features["sentence_embedding"] = self.encoder.documents(found, features["count"])
        return features

    def get_embedding_dimension(self) -> int:
        """Return the number of dimensions."""
        return int(self.encoder.rows.shape[1])

    @property
    def max_seq_length(self) -> int:
        """Tokens that are read of a document."""
        return DOCUMENT_TOKENS

    def save(self, output_path: str, *args: object, safe_serialization: bool = True, **kwargs: object) -> None:
        """Write the model as Dowse reads it."""
        write_model(Path(output_path) / MODEL_FILE, self.encoder.weights(self.tokens), {})

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **kwargs: object) -> StaticModule:
        """Read a model's folder."""
        return cls(read_model(Path(model_name_or_path) / subfolder / MODEL_FILE))
