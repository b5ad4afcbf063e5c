"""The index of one workspace folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelInfo
from dowse.index.records import (
    FileRecord,
    FileUpdate,
    FolderCounts,
    MissingVector,
    ModelChange,
    StoredChunk,
)
from dowse.index.space import Space

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors


class FolderIndex:
    """Catalogue, vectors and BM25 of one workspace folder; every method may be called from any thread."""

    root: Path
    directory: Path
    """Where the index is kept."""
    spaces: Mapping[SpaceName, Space]
    recovered: str | None
    """Set when a damaged database was set aside and a new one begun, at opening or later: what to tell the user.

    The index is then empty, and whoever sees this sets it back to None and indexes the folder again.
    """
    warning: str | None
    """Set at opening when the index works, but not as it should (it cannot be kept on disk)."""

    @classmethod
    def open(cls, root: Path, cache_dir: Path) -> FolderIndex:
        """Open or make the index of ``root`` under ``cache_dir``; loads no model.

        Raises IndexUnavailable when there is no way to work, for one when a newer Dowse made the database.
        """
        raise NotImplementedError

    @property
    def writable(self) -> bool:
        """Whether this process is the one that writes this index."""
        raise NotImplementedError

    @property
    def generation(self) -> int:
        """Number of the last change that this process has taken in; grows with every committed change."""
        raise NotImplementedError

    def try_to_write(self) -> bool:
        """Become the writer if there is none; cheap. Returns whether this process is the writer."""
        raise NotImplementedError

    def files(self) -> dict[str, FileRecord]:
        """Everything the catalogue knows, by relative path."""
        raise NotImplementedError

    def file(self, path: str) -> FileRecord | None:
        """What the catalogue knows of one file."""
        raise NotImplementedError

    def apply(self, updates: Sequence[FileUpdate]) -> list[MissingVector]:
        """Take in what became of files, in one transaction; their chunks can then be found by their words.

        Returns each text of these files once that lacks a vector of the model that is building, or else serving
        (of every text, where the space has no model yet). Raises IndexUnavailable when it cannot be written.
        """
        raise NotImplementedError

    def add_vectors(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Store float32 ``vectors`` ``[len(digests), dimensions]``, in one transaction; searchable at once.

        ValueError when the shape is wrong, a value is not finite, or no space was ever given that model.
        """
        raise NotImplementedError

    def paths_without_vectors(self, limit: int) -> list[str]:
        """Return at most ``limit`` files some of whose chunks lack a vector of the model that is wanted."""
        raise NotImplementedError

    def stale_paths(self) -> list[str]:
        """Files whose words cannot be searched until they are read and applied again."""
        raise NotImplementedError

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have; see :class:`ModelChange`. Survives a restart."""
        raise NotImplementedError

    def serving(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model whose vectors answer now."""
        raise NotImplementedError

    def building(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model that will serve once every chunk has a vector of it."""
        raise NotImplementedError

    def refresh(self) -> bool:
        """In a process that only reads, take in what the writer has committed; returns whether there was anything."""
        raise NotImplementedError

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Those of the chunks that still exist, by id."""
        raise NotImplementedError

    def chunks_of(self, path: str) -> list[StoredChunk]:
        """Chunks of one file, in order."""
        raise NotImplementedError

    def maintain(self) -> bool:
        """Do about 100 ms of the work that makes the index fast and small; returns whether there is more."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""
        raise NotImplementedError

    def counts(self) -> FolderCounts:
        """Sizes, for the status."""
        raise NotImplementedError

    def close(self) -> None:
        """Release everything, quickly. Safe to call twice."""
        raise NotImplementedError
