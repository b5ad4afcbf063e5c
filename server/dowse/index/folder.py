"""The index of one workspace folder, as the engine and searches see it.

One process writes an index: the one that holds the lock, which the system takes back from a process that dies. Others
read it and follow with ``refresh``, and take over when the writer is gone.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.chunking.prepared import Prepared
from dowse.embedding.model import ModelInfo
from dowse.index import database, location, reading, writing
from dowse.index.live import LiveIndex
from dowse.index.maintenance import Maintenance
from dowse.index.records import FileRecord, FolderCounts, MissingVector, ModelChange, StoredChunk
from dowse.index.space import Space
from dowse.workspace.source import SkipReason

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

log = logging.getLogger(__name__)

T = TypeVar("T")


class FolderIndex:
    """Catalogue, vectors and BM25 of one workspace folder; every method may be called from any thread."""

    def __init__(self, root: Path, place: location.Place) -> None:
        """Use :meth:`open`."""
        self.root = root
        self.directory = place.directory
        """Where the index is kept."""
        self.warning = place.warning
        """Set at opening when the index works, but not as it should (it cannot be kept on disk)."""
        self._place = place
        self.live = LiveIndex(root, place.directory, writable=place.acquire())
        """For the index's own parts."""
        self.spaces: Mapping[SpaceName, Space] = self.live.spaces
        self._maintenance = Maintenance(self.live)

    @classmethod
    def open(cls, root: Path, cache_dir: Path) -> FolderIndex:
        """Open or make the index of ``root`` under ``cache_dir``; loads no model.

        Raises IndexUnavailable when there is no way to work, for one when a newer Dowse made the database.
        """
        try:
            place = location.place(root, cache_dir)
        except OSError as error:
            why = f"The cache folder {cache_dir} cannot be used: {error.strerror or error}."
            place = location.temporary_place(root, why)
        try:
            return cls(root, place)
        except BaseException:
            place.close()
            raise

    @property
    def recovered(self) -> str | None:
        """Set when something damaged was replaced by something empty, at opening or later: what to tell the user.

        Whoever sees this sets it back to None and indexes the folder again.
        """
        return self.live.recovered

    @recovered.setter
    def recovered(self, message: str | None) -> None:
        self.live.recovered = message

    @property
    def unwritten(self) -> str | None:
        """Set when something could not be written, for one because the disk is full: what to tell the user.

        Whoever sees this sets it back to None and later compares the folder with its index again.
        """
        return self.live.unwritten

    @unwritten.setter
    def unwritten(self, message: str | None) -> None:
        self.live.unwritten = message

    @property
    def writable(self) -> bool:
        """Whether this process is the one that writes this index."""
        return self.live.writable

    @property
    def deleted(self) -> bool:
        """Whether this process writes an index that somebody has deleted: it answers, and nobody will find it later."""
        return self.writable and self.live.catalogue.database.replaced()

    @property
    def generation(self) -> int:
        """Number of the last change that this process has taken in; grows with every committed change."""
        return self.live.generation

    @property
    def filled(self) -> bool:
        """Whether the index holds the folder as it was at some time, rather than a part of it.

        It is the writer's word: a process that only reads cannot tell an index that is being made from a small one.
        """
        return self.live.ask(database.filled, False)

    @filled.setter
    def filled(self, value: bool) -> None:
        def change() -> None:
            self.live.change(lambda connection: database.set_filled(connection, value))
            self.live.take_over_if_complete()

        if value != self.filled:
            self.live.in_step(change)

    def try_to_write(self) -> bool:
        """Become the writer if there is none; cheap. Returns whether this process is the writer."""
        if self.writable or self.live.closed or not self._place.acquire():
            return self.writable
        with self.live.lock:
            self.live.become_writer()
        log.info("this process now writes the index of %s", self.root)
        return True

    def files(self) -> dict[str, FileRecord]:
        """Everything the catalogue knows, by relative path."""
        return self.live.ask(reading.all_files, {})

    def file(self, path: str) -> FileRecord | None:
        """What the catalogue knows of one file."""
        return self.live.ask(lambda connection: reading.file_of(connection, path), None)

    def paths_below(self, directory: str) -> list[str]:
        """Return all files that are known in a directory, also those that are left out."""
        return self.live.ask(lambda connection: reading.paths_below(connection, directory), [])

    def digests_below(self, directory: str) -> dict[str, bytes]:
        """Return the digest of each indexed file in a directory, by its path in the folder."""
        return self.live.ask(lambda connection: reading.digests_below(connection, directory), {})

    def left_out(self, limit: int) -> list[tuple[str, SkipReason]]:
        """Return files that are left out, and why, ordered by reason and path; at most ``limit``."""
        return self.live.ask(lambda connection: reading.left_out_files(connection, limit), [])

    def apply(self, updates: Sequence[Prepared]) -> list[MissingVector]:
        """Take in what became of files, in one transaction; their chunks can then be found by their words.

        Returns each text of these files once for each model, serving or building, of which it lacks a vector (every
        text once, where the space has no model yet). Raises IndexUnavailable when it cannot be written.
        """
        if not updates:
            return []
        prepared = writing.prepared(updates)
        return self._missing(prepared, self.live.in_step(lambda: self._apply(prepared)))

    def _apply(self, prepared: Sequence[writing.PreparedUpdate]) -> writing.Applied:
        applied = self.live.change(lambda connection: writing.apply(connection, prepared))
        self.live.add_words(prepared, applied)
        self.live.paths.update({file: path for path, file in applied.files.items()})
        rows = [row for file in applied.files.values() for row in applied.rows[file]]
        for space in self.spaces.values():
            space.update(applied.known, rows)
        for file in applied.removed:
            self.live.paths.pop(file, None)
        self.live.generation = applied.generation
        self.live.take_over_if_complete()
        return applied

    def add_vectors(self, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Store float32 ``vectors`` ``[len(digests), dimensions]``, in one transaction; searchable at once.

        ValueError when the shape is wrong, a value is not finite, or no space was ever given that model.
        """
        halves = np.asarray(vectors, np.float32).astype(np.float16)
        if halves.ndim != 2 or len(halves) != len(digests) or not np.isfinite(halves).all():
            raise ValueError(f"{len(digests)} texts need as many finite vectors, not an array of shape {halves.shape}")
        self._check_dimensions(fingerprint, halves.shape[1])
        if not len(digests):
            return
        blobs = [half.tobytes() for half in halves]

        def store() -> None:
            self.live.generation, numbers = self.live.change(
                lambda connection: writing.store_vectors(connection, fingerprint, digests, blobs)
            )
            texts = np.array([numbers[digest] for digest in digests], np.int64)
            for each in self.spaces.values():
                each.embedded(fingerprint, texts, halves.astype(np.float32))
            self.live.take_over_if_complete()

        self.live.in_step(store)

    def paths_without_vectors(
        self, limit: int, usable: Callable[[str, str], bool] = lambda spec, fingerprint: True, first: Sequence[str] = ()
    ) -> list[str]:
        """Return at most ``limit`` files some of whose chunks lack a vector of a model that is ``usable``.

        Those that lack one of the model that answers come before those that lack one of the model that is being
        built; of either, the files of ``first``, and then the most recently modified ones.
        """
        for role in ("serving", "building"):
            files = {
                file
                for space in self.spaces.values()
                if (model := getattr(space.roles, role)) is not None and usable(model.spec, model.info.fingerprint)
                for file in space.files_without_vectors(model)
            }
            if files:
                nothing: list[int] = []
                latest = [file for file in self.live.ask(reading.latest_files, nothing) if file in files]
                paths = [path for file in latest if (path := self.live.paths.get(file)) is not None]
                return sorted(paths, key=lambda path: path not in first)[:limit]
        return []

    def stale_paths(self) -> list[str]:
        """Files whose words cannot be searched until they are read and applied again."""
        return self._paths_of({file for space in self.spaces.values() for file in space.stale.copy()})

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have; see :class:`ModelChange`. Survives a restart."""
        return self.live.in_step(lambda: self.live.use_model(space, spec, info))

    def serving(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model whose vectors answer now."""
        model = self.spaces[space].roles.serving
        return None if model is None else (model.spec, model.info)

    def building(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model that will serve once every chunk has a vector of it."""
        model = self.spaces[space].roles.building
        return None if model is None else (model.spec, model.info)

    def refresh(self) -> bool:
        """In a process that only reads, take in what the writer has committed; returns whether there was anything."""
        if self.live.writable or self.live.closed:
            return False
        with self.live.lock:
            return self.live.take_in_commits()

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Those of the chunks that still exist, by id."""
        wanted = list(ids)
        return self.live.ask(lambda connection: reading.chunks_with(connection, wanted), {})

    def chunks_of(self, path: str) -> list[StoredChunk]:
        """Chunks of one file, in order."""
        return self.live.ask(lambda connection: reading.chunks_of(connection, path), [])

    def still(self) -> AbstractContextManager[None]:
        """Keep changes off for a moment, so that all that is found here can be looked up."""
        return self.live.still()

    def maintain(self) -> bool:
        """Do about 100 ms of the work that makes the index fast and small; returns whether there is more."""
        return not self.live.closed and self._maintenance.slice()

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""
        self.filled = False
        self.live.in_step(self._clear)

    def _clear(self) -> None:
        generation = self.live.change(writing.clear)
        for space in self.spaces.values():
            space.update(list(self.live.paths), [])
            space.stale.clear()
            space.lexical.reset()
            space.lexical.replace([], [], generation, set())
        self.live.paths.clear()
        self.live.generation = generation

    def counts(self) -> FolderCounts:
        """Sizes, for the status."""
        nothing: tuple[int, dict[SkipReason, int]] = (0, {})
        indexed, left_out = self.live.ask(reading.left_out_counts, nothing)
        chunks, embedded = map(sum, zip(*(space.count() for space in self.spaces.values()), strict=True))
        return FolderCounts(indexed, chunks, embedded, left_out, _disk_bytes(self.directory))

    def close(self) -> None:
        """Release everything, quickly. Safe to call twice."""
        if self.live.closed:
            return
        self.live.closed = True
        with self._maintenance.stopped(), self.live.lock:
            for space in self.spaces.values():
                space.close()
            self.live.catalogue.close()
            self.live.writable = False
            self._place.close()

    def _missing(self, prepared: Sequence[writing.PreparedUpdate], applied: writing.Applied) -> list[MissingVector]:
        """Needs no lock."""
        missing: list[MissingVector] = []
        for name, space in self.spaces.items():
            chunks = {
                chunk.embedded_digest: (row[2], chunk.chunk.embedded_text)
                for update in prepared
                if update.update.path in applied.files
                for row, chunk in zip(applied.rows[applied.files[update.update.path]], update.chunks, strict=True)
                if chunk.chunk.space is name
            }
            texts = np.array([text for text, _ in chunks.values()], np.int64)
            for model in space.roles.all or (None,):
                index = space.vector_index(model)
                lacking = np.ones(len(texts), np.bool_) if index is None else ~index.has(texts)
                fingerprint = None if model is None else model.info.fingerprint
                missing += [
                    MissingVector(name, digest, text, fingerprint)
                    for (digest, (_, text)), lacks in zip(chunks.items(), lacking.tolist(), strict=True)
                    if lacks
                ]
        return missing

    def _check_dimensions(self, fingerprint: str, dimensions: int) -> None:
        """Needs no lock."""
        for space in self.spaces.values():
            for model in space.roles.all:
                if model.info.fingerprint == fingerprint and model.info.dimensions != dimensions:
                    raise ValueError(f"the model gives {model.info.dimensions} dimensions, not {dimensions}")

    def _paths_of(self, files: Iterable[int]) -> list[str]:
        """Needs no lock."""
        return sorted(path for file in files if (path := self.live.paths.get(file)) is not None)


def _disk_bytes(directory: Path) -> int:
    total = 0
    for path in location.all_below(directory):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
