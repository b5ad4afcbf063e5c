"""Chunks of open documents, in memory only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.index.records import MissingVector, OverlayCandidate, TermStatistics

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

Accepts = Callable[[str, Chunk], bool]
"""Called with the document and one of its chunks."""


class Overlay:
    """Open documents, searched as they stand; every method may be called from any thread."""

    def put(self, document: str, folder: str | None, path: str, chunks: Sequence[Chunk]) -> None:
        """Hold these chunks for ``document`` instead of those it had; ``path`` counts as words to search."""
        raise NotImplementedError

    def remove(self, document: str) -> None:
        """Forget a document; its vectors stay for a while, for the save that comes before a close."""
        raise NotImplementedError

    def documents(self) -> dict[str, tuple[str | None, str]]:
        """Folder and path of each document."""
        raise NotImplementedError

    def chunks_of(self, document: str) -> tuple[Chunk, ...]:
        """Return the chunks of a document, in order; empty when it is not held."""
        raise NotImplementedError

    def missing(self, space: SpaceName, fingerprint: str) -> list[MissingVector]:
        """Texts of the space that have no vector of that model yet, each once."""
        raise NotImplementedError

    def add_vectors(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Hold float32 ``vectors`` ``[len(digests), dimensions]``."""
        raise NotImplementedError

    def vectors_for(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Those of the vectors that are held: a text that was embedded unsaved is not embedded again when saved."""
        raise NotImplementedError

    def nearest(
        self, space: SpaceName, fingerprint: str, query: Vectors, limit: int, accepts: Accepts | None = None
    ) -> list[OverlayCandidate]:
        """Chunks by cosine, best first."""
        raise NotImplementedError

    def matching(
        self,
        space: SpaceName,
        terms: Sequence[str],
        limit: int,
        statistics: TermStatistics,
        accepts: Accepts | None = None,
    ) -> list[OverlayCandidate]:
        """Chunks by BM25 as a stored index with these statistics would score them, best first."""
        raise NotImplementedError

    def named(self, space: SpaceName, name: str, limit: int, accepts: Accepts | None = None) -> list[OverlayCandidate]:
        """Like :meth:`dowse.index.space.Space.named`."""
        raise NotImplementedError
