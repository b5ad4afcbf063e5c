"""The built-in models: one learned vector for each word, word piece and pair of neighbouring words, summed.

A text's vector is the sum of the rows of its distinct tokens, each with a learned weight, scaled to length 1. A
document's tokens weigh also by where they first stand: what opens a chunk, its name and its signature, says most. Rows
are 8-bit integers with one scale each, mapped from the file, so that however many processes use a model it is in memory
once. Nothing but numpy is needed.

The form is that of model2vec (https://github.com/MinishLab/model2vec) with what a study of code search added: separate
weights for queries and documents, positions, pairs, and each token counted once. How the rows are learned stands in
``dowse.training``; the file's form in :func:`read_model`.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.model import ModelError, ModelInfo, QueryType
from dowse.embedding.tokens import PositionedRows, Tokenizer, positioned_rows

Vectors = NDArray[np.float32]

DOCUMENT_TOKENS = 300
"""What a document is cut to; measured in training: beyond it a chunk repeats itself."""
QUERY_TOKENS = 64
POSITION_STEP = 4
"""Tokens that share one position weight; the last weight is that of all further tokens."""

_BLOCK = 24
"""Documents summed in one matrix product; more share few more rows."""
_TENSORS = {
    "rows": ("I8", np.int8, 2),
    "document_scales": ("F32", np.float32, 1),
    "query_scales": ("F32", np.float32, 1),
    "position_weights": ("F32", np.float32, 1),
    "vocabulary": ("U8", np.uint8, 1),
}
MODELS = Path(__file__).parent / "models"
"""The models that come with Dowse, a folder for each space."""
MODEL_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class StaticWeights:
    """What a model consists of. ``rows`` holds the tokens' rows, then those of hashed pairs of tokens."""

    tokens: tuple[str, ...]
    rows: NDArray[np.int8]
    """``[len(tokens) + pairs, dimensions]``"""
    document_scales: NDArray[np.float32]
    """``[len(rows)]``: what turns a row of integers into its share of a document."""
    query_scales: NDArray[np.float32]
    position_weights: NDArray[np.float32]
    digest: str
    """Of the whole file; tells two trainings apart."""


class StaticModel:
    """A model of summed rows. Documents are embedded by one thread, queries by any."""

    device = "cpu"
    queries_on_any_thread = True

    def __init__(self, name: str, weights: StaticWeights) -> None:
        self.info = ModelInfo(
            name=name,
            revision=weights.digest,
            dimensions=weights.rows.shape[1],
            max_tokens=DOCUMENT_TOKENS,
            pooling="sum",
        )
        self._weights = weights
        self._tokenizer = Tokenizer(weights.tokens)
        self._pairs = len(weights.rows) - len(weights.tokens)
        self._columns = np.zeros(len(weights.rows), np.int32)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]``, rows of length 1, or 0 for a text without known words."""
        return self.embed_document_tokens([self._tokenizer.tokens(text, DOCUMENT_TOKENS) for text in texts])

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1, or 0 without known words. ``query_type`` has no effect."""
        return self.embed_query_tokens(self._tokenizer.tokens(text, QUERY_TOKENS))

    def embed_query_tokens(self, tokens: Sequence[int]) -> Vectors:
        """Return the vector of a query given as numbers of tokens."""
        found = positioned_rows([tokens], len(self._weights.tokens), self._pairs)
        distinct = np.unique(found.rows)
        vector: Vectors = self._weights.query_scales[distinct] @ self._weights.rows[distinct].astype(np.float32)
        vector /= np.linalg.norm(vector) or 1
        return vector

    def embed_document_tokens(self, sequences: Sequence[Sequence[int]]) -> Vectors:
        """Return the vectors of documents given as numbers of tokens."""
        vectors = np.zeros((len(sequences), self.info.dimensions), np.float32)
        for start in range(0, len(sequences), _BLOCK):
            block = sequences[start : start + _BLOCK]
            found = positioned_rows(block, len(self._weights.tokens), self._pairs)
            last = len(self._weights.position_weights) - 1
            weights = self._weights.document_scales[found.rows]
            weights *= self._weights.position_weights[np.minimum(found.positions // POSITION_STEP, last)]
            self._sum(found, weights, vectors[start : start + _BLOCK])
        return _unit(vectors)

    def close(self) -> None:
        """Forget the words seen."""
        self._tokenizer = Tokenizer(self._weights.tokens)

    def _sum(self, found: PositionedRows, weights: Vectors, out: Vectors) -> None:
        """Write the weighted sums of the rows to ``out``, one for each text; each row of a text counts once."""
        present = np.zeros(len(self._weights.rows), np.bool_)
        present[found.rows] = True
        distinct = np.flatnonzero(present)
        if not distinct.size:
            return
        self._columns[distinct] = np.arange(distinct.size, dtype=np.int32)
        matrix = np.zeros((len(out), distinct.size), np.float32)
        # From the last to the first: of a row that occurs more than once, the first occurrence stays.
        matrix[found.texts[::-1], self._columns[found.rows[::-1]]] = weights[::-1]
        np.matmul(matrix, self._weights.rows[distinct].astype(np.float32), out=out)


def open_builtin(rest: str) -> StaticModel:
    """Open the model that comes with Dowse for the space ``rest``, ``code`` or ``prose``."""
    if rest not in ("code", "prose"):
        name = f"builtin:{rest[:20]}" if rest else "builtin"
        raise ModelError(f"{name} is not one model; there is builtin:code and builtin:prose")
    return StaticModel(f"builtin:{rest}", _weights_of(MODELS / rest / MODEL_FILE))


@cache
def _weights_of(file: Path) -> StaticWeights:
    return read_model(file)


def read_model(file: Path) -> StaticWeights:
    """Map a model from its file. Raises ModelError where it is missing or damaged.

    A safetensors file with the tensors of :data:`_TENSORS`; ``vocabulary`` is UTF-8 text, a token on each line. The
    safetensors library would copy the rows into each process, so the header is read here
    (https://huggingface.co/docs/safetensors).
    """
    try:
        with file.open("rb") as stream:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        size = int.from_bytes(data[:8], "little")
        header = json.loads(data[8 : 8 + size])
        tensors: dict[str, Any] = {name: _tensor(data, 8 + size, name, header[name]) for name in _TENSORS}
        digest = header["__metadata__"]["digest"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"the model {file.name} cannot be read ({error}); install Dowse again") from error
    tokens = tuple(tensors.pop("vocabulary").tobytes().decode("utf-8").split("\n"))
    weights = StaticWeights(tokens=tokens, digest=str(digest), **tensors)
    if not len(weights.rows) == len(weights.document_scales) == len(weights.query_scales) >= len(tokens):
        raise ModelError(f"the model {file.name} is damaged; install Dowse again")
    return weights


def write_model(file: Path, weights: StaticWeights, metadata: dict[str, str]) -> str:
    """Write a model that :func:`read_model` reads, and return its digest. The same weights give the same bytes."""
    tensors: dict[str, NDArray[Any]] = {
        "rows": weights.rows,
        "document_scales": weights.document_scales,
        "query_scales": weights.query_scales,
        "position_weights": weights.position_weights,
        "vocabulary": np.frombuffer("\n".join(weights.tokens).encode("utf-8"), np.uint8),
    }
    content = [np.ascontiguousarray(tensors[name], _TENSORS[name][1]).tobytes() for name in _TENSORS]
    digest = blake2b(b"".join(content), digest_size=8).hexdigest()
    header: dict[str, object] = {"__metadata__": {**metadata, "digest": digest}}
    offset = 0
    for name, data in zip(_TENSORS, content, strict=True):
        shape = list(tensors[name].shape)
        header[name] = {"dtype": _TENSORS[name][0], "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    encoded = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    encoded += b" " * (-len(encoded) % 64 + 56)  # so that the rows begin at a multiple of 64
    file.write_bytes(len(encoded).to_bytes(8, "little") + encoded + b"".join(content))
    return digest


def quantised(rows: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows and the scale of each, by which they are multiplied to give ``rows`` again, nearly."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
    return np.rint(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def _tensor(data: mmap.mmap, base: int, name: str, entry: dict[str, Any]) -> NDArray[Any]:
    dtype, kind, rank = _TENSORS[name]
    start, end = entry["data_offsets"]
    shape = entry["shape"]
    count = int(np.prod(shape))
    if entry["dtype"] != dtype or len(shape) != rank or end - start != count * np.dtype(kind).itemsize:
        raise ValueError(f"{name} is not what it should be")
    return np.frombuffer(data, kind, count, base + start).reshape(shape)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors
