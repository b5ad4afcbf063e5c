"""The index of one workspace folder.

One process writes an index: the one that holds the lock, which the system takes back from a process that dies. Others
read it and follow with ``refresh``. All changes go through ``_changing``, one after another: first the catalogue's
transaction, then the word index, then what is in memory. A kill between two of these leaves caches behind the
catalogue, and they catch up by its generation log. Queries never take that lock.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelInfo
from dowse.index import database, location, reading, writing
from dowse.index.catalogue import Catalogue, set_aside
from dowse.index.database import Damaged
from dowse.index.errors import IndexUnavailable
from dowse.index.lexical import LexicalIndex, Words
from dowse.index.maintenance import Maintenance
from dowse.index.reading import Changes, Roles, StoredModel
from dowse.index.records import (
    FileRecord,
    FileUpdate,
    FolderCounts,
    MissingVector,
    ModelChange,
    StoredChunk,
)
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
        self.recovered: str | None = None
        """Set when something damaged was replaced by something empty, at opening or later: what to tell the user.

        Whoever sees this sets it back to None and indexes the folder again.
        """
        self._place = place
        self._writable = place.acquire()
        self._changing = RLock()
        self._generation = 0
        self._last_vector = 0
        self._paths: dict[int, str] = {}
        self._closed = False
        self.spaces: Mapping[SpaceName, Space] = {name: Space(name, self._ask, self._paths) for name in SpaceName}
        self._maintenance = Maintenance(self)
        self._catalogue = self._open_catalogue()
        try:
            self._load()
        except Damaged as damage:
            if not self._writable:
                raise IndexUnavailable(f"The index in {self.directory} is damaged.") from damage
            self._begin_again(damage)

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
    def writable(self) -> bool:
        """Whether this process is the one that writes this index."""
        return self._writable

    @property
    def generation(self) -> int:
        """Number of the last change that this process has taken in; grows with every committed change."""
        return self._generation

    def try_to_write(self) -> bool:
        """Become the writer if there is none; cheap. Returns whether this process is the writer."""
        if self._writable or self._closed or not self._place.acquire():
            return self._writable
        with self._changing:
            self._take_in_commits()
            self._writable = True
            try:
                self._open_words()
            except Damaged as damage:
                self._begin_again(damage)
        log.info("this process now writes the index of %s", self.root)
        return True

    def files(self) -> dict[str, FileRecord]:
        """Everything the catalogue knows, by relative path."""
        return self._ask(reading.all_files, {})

    def file(self, path: str) -> FileRecord | None:
        """What the catalogue knows of one file."""
        return self._ask(lambda connection: reading.file_of(connection, path), None)

    def apply(self, updates: Sequence[FileUpdate]) -> list[MissingVector]:
        """Take in what became of files, in one transaction; their chunks can then be found by their words.

        Returns each text of these files once that lacks a vector of the model that is building, or else serving
        (of every text, where the space has no model yet). Raises IndexUnavailable when it cannot be written.
        """
        if not updates:
            return []
        prepared = writing.prepared(updates)
        with self._changing:
            applied = self.change(lambda connection: writing.apply(connection, prepared))
            self._add_words(prepared, applied)
            self._paths.update({file: path for path, file in applied.files.items()})
            dropped = applied.known
            rows = [row for file in applied.files.values() for row in applied.rows[file]]
            for space in self.spaces.values():
                space.update(dropped, rows)
            for file in applied.removed:
                self._paths.pop(file, None)
            self._generation = applied.generation
            self._take_over_if_complete()
        return self._missing(prepared, applied)

    def add_vectors(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
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
        with self._changing:
            self._generation, numbers = self.change(
                lambda connection: writing.store_vectors(connection, fingerprint, digests, blobs)
            )
            texts = np.array([numbers[digest] for digest in digests], np.int64)
            for each in self.spaces.values():
                each.embedded(fingerprint, texts, halves.astype(np.float32))
            self._take_over_if_complete()

    def paths_without_vectors(self, limit: int) -> list[str]:
        """Return at most ``limit`` files some of whose chunks lack a vector of the model that is wanted."""
        files = {file for space in self.spaces.values() for file in space.files_without_vectors(limit)}
        return self._paths_of(files)[:limit]

    def stale_paths(self) -> list[str]:
        """Files whose words cannot be searched until they are read and applied again."""
        return self._paths_of({file for space in self.spaces.values() for file in space.stale.copy()})

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have; see :class:`ModelChange`. Survives a restart."""
        with self._changing:
            before = self.spaces[space].roles
            same = [model for model in before.all if (model.spec, model.info) == (spec, info)]
            if same and same[0] is before.wanted:
                return ModelChange.UNCHANGED if same[0] is before.serving else ModelChange.BUILDING
            fingerprint = info.fingerprint

            def change(connection: sqlite3.Connection) -> tuple[Roles, int]:
                model = StoredModel(writing.register_model(connection, spec, info), spec, info)
                serves = before.serving is None or before.serving.info.fingerprint == fingerprint
                roles = Roles(model) if serves else Roles(before.serving, model)
                return roles, writing.set_roles(connection, space, roles)

            roles, generation = self.change(change)
            self._set_roles(space, roles, generation)
            if roles.building is None:
                return ModelChange.UNCHANGED if before.serving else ModelChange.FIRST
            self._take_over_if_complete()
            return ModelChange.BUILDING if self.spaces[space].roles.building else ModelChange.SWITCHED

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
        if self._writable or self._closed:
            return False
        with self._changing:
            return self._take_in_commits()

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Those of the chunks that still exist, by id."""
        wanted = list(ids)
        return self._ask(lambda connection: reading.chunks_with(connection, wanted), {})

    def chunks_of(self, path: str) -> list[StoredChunk]:
        """Chunks of one file, in order."""
        return self._ask(lambda connection: reading.chunks_of(connection, path), [])

    def maintain(self) -> bool:
        """Do about 100 ms of the work that makes the index fast and small; returns whether there is more."""
        return not self._closed and self._maintenance.slice()

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""
        with self._changing:
            generation = self.change(writing.clear)
            for space in self.spaces.values():
                space.update(list(self._paths), [])
                space.stale.clear()
                space.lexical.reset()
                space.lexical.replace([], [], generation, set())
            self._paths.clear()
            self._generation = generation
            self._take_over_if_complete()

    def counts(self) -> FolderCounts:
        """Sizes, for the status."""
        nothing: tuple[int, dict[SkipReason, int]] = (0, {})
        indexed, left_out = self._ask(reading.left_out_counts, nothing)
        chunks, embedded = map(sum, zip(*(space.count() for space in self.spaces.values()), strict=True))
        return FolderCounts(indexed, chunks, embedded, left_out, _disk_bytes(self.directory))

    def close(self) -> None:
        """Release everything, quickly. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        with self._maintenance.stopped(), self._changing:
            for space in self.spaces.values():
                space.close()
            self._catalogue.close()
            self._writable = False
            self._place.close()

    # For the index's own parts.

    @property
    def catalogue(self) -> Catalogue:
        """The database."""
        return self._catalogue

    def changing(self) -> AbstractContextManager[object]:
        """Keep all changes out meanwhile."""
        return self._changing

    def change(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out one transaction; a damaged catalogue is replaced by an empty one first."""
        if not self._writable:
            raise IndexUnavailable(f"Another process writes the index of {self.root}.")
        try:
            return self._catalogue.change(action)
        except Damaged as damage:
            self._begin_again(damage)
            return self._catalogue.change(action)

    def remake_words(self, space: Space) -> None:
        """Empty a damaged word index and have its files read again."""
        with self._changing:
            space.lexical.reset()
            space.stale = space.files()
            self.recovered = f"The word index of {self.root} was damaged and is being made again."

    # What follows is called with ``_changing`` held, unless it says otherwise.

    def _open_catalogue(self) -> Catalogue:
        try:
            return Catalogue(self.directory, writer=self._writable)
        except Damaged as damage:
            if not self._writable:
                raise IndexUnavailable(f"The index in {self.directory} is damaged.") from damage
            kept = set_aside(self.directory)
            self.recovered = _recovery_message(self.root, kept)
            return Catalogue(self.directory, writer=True)

    def _load(self) -> None:
        """Take in the whole catalogue."""
        for space in self.spaces.values():
            space.reset()
        self._paths.clear()
        roles, last_vector, changes = self._catalogue.ask(_everything)
        self._take_in(changes)
        self._last_vector = last_vector
        for name, space in self.spaces.items():
            space.set_roles(roles[name], self.directory / "vectors", self._catalogue.identity, changes.generation)
        self._generation = changes.generation
        self._open_words()

    def _take_in(self, changes: Changes) -> None:
        self._paths.update(changes.paths)
        for space in self.spaces.values():
            space.update([*changes.paths, *changes.removed], changes.rows)
        for file in changes.removed:
            self._paths.pop(file, None)

    def _open_words(self) -> None:
        """Open the word indexes and see what they lack."""
        identity = self._catalogue.identity
        for name, space in self.spaces.items():
            space.lexical = LexicalIndex(
                self.directory / f"words-{name}", identity, self._generation, verify=self._writable
            )
            if self._writable:
                self._catch_up_words(space)

    def _catch_up_words(self, space: Space) -> None:
        """Drop from a word index what is no longer so, and note the files it lacks."""
        stamp = space.lexical.stamp
        changes = self._catalogue.ask(lambda connection: reading.changes_since(connection, stamp.generation))
        if space.lexical.damaged or changes.whole:
            space.lexical.reset()
            space.stale = space.files()
            return
        outdated = {*changes.paths, *changes.removed, *stamp.stale}
        space.stale = space.files() & outdated
        if outdated:
            space.lexical.replace(sorted(outdated), [], changes.generation, space.stale)

    def _add_words(self, prepared: Sequence[writing.PreparedUpdate], applied: writing.Applied) -> None:
        chunks = {update.update.path: update.chunks for update in prepared}
        for name, space in self.spaces.items():
            documents = [
                Words(row[0], file, chunk.words)
                for path, file in applied.files.items()
                for row, chunk in zip(applied.rows[file], chunks[path], strict=True)
                if chunk.chunk.space is name
            ]
            space.stale -= {*applied.files.values(), *applied.removed}
            try:
                space.lexical.replace(space.holding(applied.known), documents, applied.generation, space.stale)
            except (OSError, ValueError) as error:
                log.warning("the word index of %s cannot be written: %s", self.root, error)
                space.lexical.damaged = True

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
            index = space.vector_index(space.roles.wanted)
            texts = np.array([text for text, _ in chunks.values()], np.int64)
            lacking = np.ones(len(texts), np.bool_) if index is None else ~index.has(texts)
            missing += [
                MissingVector(name, digest, text)
                for (digest, (_, text)), lacks in zip(chunks.items(), lacking.tolist(), strict=True)
                if lacks
            ]
        return missing

    def _set_roles(self, name: SpaceName, roles: Roles, generation: int) -> None:
        directory = self.directory / "vectors"
        self.spaces[name].set_roles(roles, directory, self._catalogue.identity, generation)
        self._generation = generation

    def _take_over_if_complete(self) -> None:
        """Let a model that has a vector of every chunk take the place of the one that serves."""
        for name, space in self.spaces.items():
            building = space.roles.building
            index = space.vector_index(building)
            if building is None or index is None or not index.has(space.texts()).all():
                continue
            roles = Roles(building)
            generation = self.change(lambda connection: writing.set_roles(connection, name, roles))  # noqa: B023
            self._set_roles(name, roles, generation)
            log.info("the %s of %s are now searched with the model %s", name, self.root, building.spec)

    def _take_in_commits(self) -> bool:
        """Take in what another process has written."""
        try:
            if self._catalogue.database.replaced():
                self._catalogue.reopen()
                self._load()
                return True
            generation, last_vector = self._generation, self._last_vector
            found = self._catalogue.ask(lambda connection: _since(connection, generation, last_vector))
        except Damaged as damage:
            log.warning(
                "the index of %s is damaged; the process that writes it will begin another: %s", self.root, damage
            )
            return False
        if found is None:
            return False
        roles, newest, newer, changes = found
        if changes.whole:
            self._load()
            return True
        self._take_in(changes)
        for name, space in self.spaces.items():
            self._set_roles(name, roles[name], changes.generation)
            for model in roles[name].all:
                space.follow(model, np.array(newer.get(model.id, []), np.int64), changes.generation)
            space.lexical.reload()
        self._last_vector = newest
        return True

    def _ask(self, question: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Put a question to the catalogue; needs no lock."""
        try:
            return self._catalogue.ask(question)
        except Damaged as damage:
            self._begin_again(damage)
            return otherwise

    def _begin_again(self, damage: Damaged) -> None:
        """Replace a damaged catalogue by an empty one; needs no lock. A process that only reads leaves that to the writer."""  # noqa: E501
        with self._changing:
            log.warning("the index of %s is damaged: %s", self.root, damage)
            if not self._writable or self._closed:
                return
            roles = {name: space.roles for name, space in self.spaces.items()}
            kept = self._catalogue.begin_again(self._generation + 1)
            self._load()
            for name, space_roles in roles.items():
                for model in space_roles.all:
                    self.use_model(name, model.spec, model.info)
            self.recovered = _recovery_message(self.root, kept)

    def _check_dimensions(self, fingerprint: str, dimensions: int) -> None:
        """Needs no lock."""
        for space in self.spaces.values():
            for model in space.roles.all:
                if model.info.fingerprint == fingerprint and model.info.dimensions != dimensions:
                    raise ValueError(f"the model gives {model.info.dimensions} dimensions, not {dimensions}")

    def _paths_of(self, files: Iterable[int]) -> list[str]:
        """Needs no lock."""
        return sorted(path for file in files if (path := self._paths.get(file)) is not None)


def _everything(connection: sqlite3.Connection) -> tuple[dict[SpaceName, Roles], int, Changes]:
    return reading.roles(connection), reading.last_vector(connection), reading.changes_since(connection, 0)


def _since(
    connection: sqlite3.Connection, generation: int, last_vector: int
) -> tuple[dict[SpaceName, Roles], int, dict[int, list[int]], Changes] | None:
    """Return roles, the newest vector, the texts with newer vectors by model, and what else has changed."""
    if database.generation(connection) == generation:
        return None
    roles = reading.roles(connection)
    newer = {
        model.id: reading.texts_embedded_after(connection, model.id, last_vector)
        for each in roles.values()
        for model in each.all
    }
    return roles, reading.last_vector(connection), newer, reading.changes_since(connection, generation)


def _recovery_message(root: Path, kept: Path) -> str:
    return f"The index of {root} was damaged and is being made again; the old one is kept as {kept}."


def _disk_bytes(directory: Path) -> int:
    total = 0
    for path in directory.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
