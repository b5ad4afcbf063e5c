"""What every embedding model is to the rest of Dowse."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

QueryType = Literal["general", "code_search", "error_analysis", "documentation"]


class ModelError(Exception):
    """A model cannot be had or has failed; the message says what the user can do."""


class ModelUnavailable(ModelError):
    """A model cannot be reached or used now, and may be later without the user changing a setting."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Everything that decides which vectors a model gives."""

    name: str
    revision: str
    dimensions: int
    max_tokens: int
    pooling: str = "mean"
    query_prefix: str = ""
    document_prefix: str = ""
    variant: str = ""
    """What else makes its vectors others than the model's own, such as ``int8``."""

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits; equal fingerprints mean comparable vectors (invariant 5)."""
        parts = [self.name, self.revision, str(self.dimensions), self.pooling, self.document_prefix]
        if self.variant:
            parts.append(self.variant)
        return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class EmbeddingModel(Protocol):
    """Turns texts into unit-length vectors. Documents and queries are different calls: many models prefix one."""

    @property
    def info(self) -> ModelInfo:
        """What the vectors depend on."""
        ...

    @property
    def device(self) -> str:
        """Where it runs: ``cpu``, ``cuda:0``, ``mps``."""
        ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]``, each row of length 1 (or 0 for a text without content)."""
        ...

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1."""
        ...

    def close(self) -> None:
        """Give back memory; the model is not used again."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """What a model is besides that can end a call early: one that waits for others rather than computes."""

    def interrupt(self) -> None:
        """End what is under way, and all that is asked later, with ModelError; called from another thread."""
        ...


@runtime_checkable
class Shareable(Protocol):
    """What a model is besides whose queries take so little that to hand them to another thread takes longer."""

    queries_on_any_thread: bool
    """True: ``embed_query`` may be called from any thread at any time, also while the model is closed."""
