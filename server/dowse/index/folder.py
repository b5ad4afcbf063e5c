"""The index of one workspace folder behind one object, for callers that do not take snapshots yet.

Every method may be called from any thread: questions go to the snapshot of the moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.chunking.prepared import Prepared
from dowse.embedding.model import ModelInfo
from dowse.index.errors import IndexUnavailable
from dowse.index.records import FileRecord, FolderCounts, MissingVector, ModelChange, StoredChunk
from dowse.index.space import SpaceSnapshot
from dowse.index.tuning import IndexTuning
from dowse.index.writer import IndexWriter
from dowse.workspace.source import SkipReason

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

_DEFAULT_TUNING = IndexTuning()


class FolderIndex:
    """An :class:`~dowse.index.writer.IndexWriter` and its present snapshot."""

    def __init__(self, writer: IndexWriter) -> None:
        """Use :meth:`open`."""
        self.writer = writer
        self.root = writer.root
        self.directory = writer.directory
        self.warning = writer.warning
        self.unwritten: str | None = None
        """Set when something could not be written: what to tell the user. Whoever sees this sets it back to None."""
        self._recovered: str | None = None

    @classmethod
    def open(cls, root: Path, cache_dir: Path, tuning: IndexTuning = _DEFAULT_TUNING) -> FolderIndex:
        """Open or make an index; see :meth:`IndexWriter.open <dowse.index.writer.IndexWriter.open>`."""
        return cls(IndexWriter.open(root, cache_dir, tuning))

    @property
    def recovered(self) -> str | None:
        """Set when something damaged was replaced by something empty: what to tell the user.

        Whoever sees this sets it back to None and indexes the folder again.
        """
        if self.writer.damaged and self.writer.writable and not self.writer.closed:
            self.writer.recover()
        self._recovered = self.writer.take_recovery() or self._recovered
        return self._recovered

    @recovered.setter
    def recovered(self, message: str | None) -> None:
        self._recovered = message

    @property
    def closed(self) -> bool:
        """Whether the index has been closed."""
        return self.writer.closed

    @property
    def writable(self) -> bool:
        """Whether this process is the one that writes this index."""
        return self.writer.writable

    @property
    def deleted(self) -> bool:
        """Whether this process writes an index that somebody has deleted."""
        return self.writer.deleted

    @property
    def generation(self) -> int:
        """Number of the last change that this process has taken in."""
        return self.writer.snapshot.generation

    @property
    def filled(self) -> bool:
        """The ``complete`` of the snapshot."""
        return self.writer.snapshot.complete

    @filled.setter
    def filled(self, value: bool) -> None:
        if value != self.filled:
            with self._noting():
                (self.writer.mark_complete if value else self.writer.mark_incomplete)()

    @property
    def spaces(self) -> Mapping[SpaceName, SpaceSnapshot]:
        """Those of the snapshot."""
        return self.writer.snapshot.spaces

    def try_to_write(self) -> bool:
        """Become the writer if there is none; cheap. Returns whether this process is the writer."""
        return self.writer.try_to_write()

    def files(self) -> dict[str, FileRecord]:
        """Everything the catalogue knows, by relative path."""
        return self.writer.snapshot.files()

    def file(self, path: str) -> FileRecord | None:
        """What the catalogue knows of one file."""
        return self.writer.snapshot.file(path)

    def paths_below(self, directory: str) -> list[str]:
        """Return all files that are known in a directory."""
        return self.writer.snapshot.paths_below(directory)

    def digests_below(self, directory: str) -> dict[str, bytes]:
        """Return the digest of each indexed file in a directory."""
        return self.writer.snapshot.digests_below(directory)

    def left_out(self, limit: int) -> list[tuple[str, SkipReason]]:
        """Return files that are skipped, and why."""
        return self.writer.snapshot.skipped(limit)

    def apply(self, updates: Sequence[Prepared]) -> list[MissingVector]:
        """Take in what became of files."""
        with self._noting():
            return self.writer.apply(updates)

    def add_vectors(self, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Store float32 ``vectors`` ``[len(digests), dimensions]``."""
        with self._noting():
            self.writer.add_vectors(fingerprint, digests, vectors)

    def paths_without_vectors(
        self, limit: int, usable: Callable[[str, str], bool] = lambda spec, fingerprint: True, first: Sequence[str] = ()
    ) -> list[str]:
        """Return at most ``limit`` files some of whose chunks lack a vector of a model that is ``usable``."""
        return self.writer.snapshot.paths_without_vectors(limit, usable, first)

    def stale_paths(self) -> list[str]:
        """Files whose words cannot be searched until they are read and applied again."""
        return self.writer.snapshot.stale_paths()

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have."""
        with self._noting():
            return self.writer.use_model(space, spec, info)

    def serving(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model whose vectors answer now."""
        return self.writer.snapshot.serving(space)

    def building(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model that will serve once every chunk has a vector of it."""
        return self.writer.snapshot.building(space)

    def refresh(self) -> bool:
        """In a process that only reads, take in what the writer has committed; returns whether there was anything."""
        return self.writer.refresh()

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Those of the chunks that still exist, by id."""
        return self.writer.snapshot.chunks(ids)

    def chunks_of(self, path: str) -> list[StoredChunk]:
        """Chunks of one file, in order."""
        return self.writer.snapshot.chunks_of(path)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Do nothing: who needs that nothing changes takes a snapshot."""
        yield

    def maintain(self) -> bool:
        """Do about 100 ms of background work; returns whether there is more."""
        return self.writer.maintain()

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""
        with self._noting():
            self.writer.clear()

    def counts(self) -> FolderCounts:
        """Sizes, for the status."""
        return self.writer.snapshot.counts()

    def close(self) -> None:
        """Release everything, quickly. Safe to call twice."""
        self.writer.close()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Note what could not be written."""
        try:
            yield
        except IndexUnavailable as error:
            if self.writer.writable:
                self.unwritten = str(error)
            raise
