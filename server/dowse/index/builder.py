"""What the writer thread has of one database, and what it makes the next snapshot from.

A change is first a transaction of the catalogue, then one of the word index, then a change of what is in memory. A
kill between two of these leaves caches behind the catalogue. They catch up by its generation log, as does a process
that only reads.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelInfo
from dowse.index import columns_file, database, graph, queries, transactions
from dowse.index.columns_file import SavedColumns
from dowse.index.database import CorruptDatabase, Database, corruption_as_error
from dowse.index.lexical import LexicalDocument
from dowse.index.queries import Changes, Roles, StoredModel
from dowse.index.records import MissingVector, ModelChange
from dowse.index.snapshot import IndexSnapshot
from dowse.index.space import Lease
from dowse.index.space_builder import SpaceBuilder
from dowse.index.tuning import IndexTuning
from dowse.settings import FileSettings

log = logging.getLogger(__name__)


class IndexBuilder:
    """Changes with every commit. One thread at a time uses it. Every method may raise ``CorruptDatabase``.

    After any other error it may be behind its database, and another one has to be made.
    """

    def __init__(self, root: Path, directory: Path, opened: Database, tuning: IndexTuning, *, writable: bool) -> None:
        """Take in the whole catalogue: what is in the file of columns from there, and the rest from the database."""
        self.root = root
        self.directory = directory
        self.database = opened
        self.tuning = tuning
        self.serial = 0
        """Of the last snapshot that was published."""
        saved = columns_file.read(directory / columns_file.FILE_NAME, opened.identity)
        since = saved.generation if saved is not None else 0
        everything = opened.query(partial(_everything, since=since))
        self.complete, roles, self._last_vector, self.paths, changes = everything
        self.generation = changes.generation
        """Number of the last change that is in memory."""
        if writable:
            self._forget_lost(since)
        if changes.whole:
            saved = None
        self.columns_saved = since if saved is not None else 0
        """Generation of the file of columns; 0 where there is none."""
        self.spaces = {
            name: SpaceBuilder(name, directory, opened, tuning, saved.spaces[name] if saved is not None else None)
            for name in SpaceName
        }
        self._removed_paths: set[int] = set()
        with corruption_as_error():
            self._take_in(changes)
            if any(space.files() - self.paths.keys() for space in self.spaces.values()):
                raise CorruptDatabase("there are chunks of no file")
            for name, space in self.spaces.items():
                space.set_roles(roles[name], self.generation)
        self.open_words(writable=writable)

    def snapshot(self, lease: Lease, *, writable: bool) -> IndexSnapshot:
        """Return the folder as it is now."""
        return IndexSnapshot(
            root=self.root,
            directory=self.directory,
            generation=self.generation,
            complete=self.complete,
            writable=writable,
            spaces={name: space.snapshot(self.paths, lease) for name, space in self.spaces.items()},
            paths=self.paths,
            _database=self.database,
            _lease=lease,
        )

    def mark_released(self, oldest: int) -> None:
        """Drop from graphs what no snapshot with a serial from ``oldest`` on has."""
        for space in self.spaces.values():
            for index in space.vector_builders():
                index.mark_released(oldest)

    def apply(self, prepared: Sequence[transactions.PreparedUpdate], unused_since: int) -> list[MissingVector]:
        """Take in what became of files, in one transaction; return the texts that lack a vector.

        Nobody in this process needs chunks that went at the generation ``unused_since`` or before.
        """

        def change(connection: sqlite3.Connection) -> transactions.Applied:
            applied = transactions.apply(connection, prepared)
            # Twice as many as come, so that they do not pile up where nothing is ever maintained.
            self.delete_tombstones(connection, 2 * len(applied.removed), unused_since)
            return applied

        applied = self.database.change(change)
        removed = {name: space.columns.holding(applied.removed) for name, space in self.spaces.items()}
        self._update(
            Changes(
                applied.generation,
                False,
                {file: path for path, file in applied.files.items()},
                applied.removed,
                [row for file in applied.files.values() for row in applied.rows[file]],
            )
        )
        self._replace_words(prepared, applied, removed)
        self.generation = applied.generation
        self._switch_if_complete()
        return self._missing(prepared, applied)

    def delete_tombstones(self, connection: sqlite3.Connection, count: int, unused_since: int) -> int:
        """Delete the chunks of at most ``count`` file versions that nobody needs any more; return how many."""
        if not count:
            return 0
        return transactions.delete_tombstones(
            connection, count, unused_since, time.time() - self.tuning.tombstone_seconds
        )

    def add_vectors(self, fingerprint: str, digests: Sequence[bytes], halves: NDArray[np.float16]) -> None:
        """Store float16 vectors in one transaction."""
        blobs = [half.tobytes() for half in halves]
        generation, numbers = self.database.change(
            lambda connection: transactions.store_vectors(connection, fingerprint, digests, blobs)
        )
        texts = np.array([numbers[digest] for digest in digests], np.int64)
        for space in self.spaces.values():
            space.add_vectors(fingerprint, texts, halves.astype(np.float32))
        self.generation = generation
        self._switch_if_complete()

    def check_dimensions(self, fingerprint: str, dimensions: int) -> None:
        """Raise ``ValueError`` where a model has vectors of another length."""
        for space in self.spaces.values():
            for model in space.roles.all:
                if model.info.fingerprint == fingerprint and model.info.dimensions != dimensions:
                    raise ValueError(f"the model gives {model.info.dimensions} dimensions, not {dimensions}")

    def use_model(self, name: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have."""
        space = self.spaces[name]
        before = space.roles
        same = [model for model in before.all if (model.spec, model.info) == (spec, info)]
        if same and same[0] is before.wanted:
            if same[0] is before.serving:
                return ModelChange.UNCHANGED
            self._switch_if_complete()  # a kill may have come between its last vector and its taking over
            return ModelChange.BUILDING if space.roles.building else ModelChange.SWITCHED

        def change(connection: sqlite3.Connection) -> tuple[Roles, int]:
            model = StoredModel(transactions.register_model(connection, spec, info), spec, info)
            serves = before.serving is None or before.serving.info.fingerprint == info.fingerprint
            roles = Roles(model) if serves else Roles(before.serving, model)
            return roles, transactions.set_roles(connection, name, roles)

        roles, generation = self.database.change(change)
        space.set_roles(roles, generation)
        self.generation = generation
        if roles.building is None:
            return ModelChange.UNCHANGED if before.serving else ModelChange.FIRST
        self._switch_if_complete()
        return ModelChange.BUILDING if space.roles.building else ModelChange.SWITCHED

    def set_complete(self, value: bool) -> None:
        """Say whether the index holds the whole folder; a model that was waiting for it may take over."""
        if value != self.complete:
            self.generation = self.database.change(lambda connection: database.set_complete(connection, value))
            self.complete = value
        self._switch_if_complete()

    def set_read_under(self, settings: Sequence[FileSettings]) -> None:
        """Record under which settings the files were read."""
        self.database.change(partial(database.set_read_under, settings=settings))

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""
        generation = self.database.change(transactions.clear)
        files = list(self.paths.keys() - self._removed_paths)
        self._update(Changes(generation, False, {}, files, []))
        for space in self.spaces.values():
            space.stale.clear()
            if space.lexical is not None:
                space.lexical.reset()
                space.lexical.replace([], [], generation, set())
        self.generation = generation

    def follow(self) -> bool | None:
        """Take in what another process has written; False where that is nothing, None where all must be read again."""
        found = self.database.query(partial(_since, generation=self.generation, last_vector=self._last_vector))
        if found is None:
            return self._follow_words()  # the writer commits them after its catalogue
        self.complete, roles, newest, newer, changes = found
        if changes.whole:
            return None
        with corruption_as_error():
            self._take_in(changes)
            for name, space in self.spaces.items():
                space.set_roles(roles[name], changes.generation)
                for model in roles[name].all:
                    space.follow(model, np.array(newer.get(model.id, []), np.int64), changes.generation)
        self._last_vector = newest
        self.generation = changes.generation
        self._follow_words()
        return True

    def open_words(self, *, writable: bool) -> None:
        """Open the word indexes; the process that writes sees what they lack."""
        for space in self.spaces.values():
            lexical = space.open_words(self.generation, verify=writable)
            if not writable:
                continue
            since = lexical.stamp.generation
            changes = self.database.query(partial(queries.changes_since, since=since))
            if lexical.damaged or changes.whole:
                space.remake_words()
                continue
            outdated = {*changes.paths, *changes.removed, *lexical.stamp.stale}
            space.stale = space.files() & outdated
            if outdated:
                lexical.replace(sorted(outdated), [], changes.generation, space.stale)

    def damaged_words(self) -> list[SpaceBuilder]:
        """Return the spaces whose word index turned out to be damaged."""
        return [space for space in self.spaces.values() if space.lexical is not None and space.lexical.damaged]

    def save_columns(self) -> None:
        """Write the file of columns anew. Raises ``OSError``."""
        spaces = {name: space.columns.build().stored() for name, space in self.spaces.items()}
        saved = SavedColumns(self.database.identity, self.generation, spaces)
        columns_file.write(self.directory / columns_file.FILE_NAME, saved)
        self.columns_saved = self.generation

    def close(self) -> None:
        """Let go of all files."""
        for space in self.spaces.values():
            space.close()
        self.database.close()

    def _forget_lost(self, saved: int) -> None:
        """Delete caches stamped later than the database, which a power cut has taken its last transactions from.

        It gives their numbers out again, and when it is as late as they are, they would be believed.
        """
        graph.remove_later(self.directory / "vectors", self.generation)
        if saved > self.generation:
            (self.directory / columns_file.FILE_NAME).unlink(missing_ok=True)

    def _take_in(self, changes: Changes) -> None:
        # Before there were tombstones a file kept its number when it changed, and old logs and files say so.
        versions = [*changes.removed, *changes.paths]
        for space in self.spaces.values():
            space.update(versions, changes.rows, self.serial)
        self._note_paths(changes)

    def _update(self, changes: Changes) -> None:
        for space in self.spaces.values():
            space.update(changes.removed, changes.rows, self.serial)
        self._note_paths(changes)

    def _note_paths(self, changes: Changes) -> None:
        """Add paths. Those of removed files stay for older snapshots, which share the dictionary, for a while."""
        self.paths.update(changes.paths)
        self._removed_paths.update(file for file in changes.removed if file in self.paths)
        if len(self._removed_paths) > 1024 and 2 * len(self._removed_paths) > len(self.paths):
            self.paths = {file: path for file, path in self.paths.items() if file not in self._removed_paths}
            self._removed_paths = set()

    def _replace_words(
        self,
        prepared: Sequence[transactions.PreparedUpdate],
        applied: transactions.Applied,
        removed: dict[SpaceName, list[int]],
    ) -> None:
        chunks = {update.update.path: update.chunks for update in prepared}
        for name, space in self.spaces.items():
            documents = [
                LexicalDocument(row[0], file, chunk.words)
                for path, file in applied.files.items()
                for row, chunk in zip(applied.rows[file], chunks[path], strict=True)
                if chunk.chunk.space is name
            ]
            space.stale -= {*applied.removed, *applied.files.values()}
            space.replace_words(removed[name], documents, applied.generation)

    def _switch_if_complete(self) -> None:
        """Let a model that has a vector of every chunk take the place of the one that serves.

        While the folder is being read for the first time, or anew, this is said of a part and means nothing.
        """
        if not self.complete:
            return
        for name, space in self.spaces.items():
            building = space.roles.building
            if building is None or not space.is_complete(building):
                continue
            roles = Roles(building)
            self.generation = self.database.change(partial(transactions.set_roles, space=name, roles=roles))
            space.set_roles(roles, self.generation)
            log.info("the %s of %s are now searched with the model %s", name, self.root, building.spec)

    def _follow_words(self) -> bool:
        """Take in words that another process has committed; returns whether there were any."""
        new = [space.lexical.follow() for space in self.spaces.values() if space.lexical is not None]
        return any(new)

    def _missing(
        self, prepared: Sequence[transactions.PreparedUpdate], applied: transactions.Applied
    ) -> list[MissingVector]:
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
                lacking = space.lacks(model, texts).tolist()
                fingerprint = None if model is None else model.info.fingerprint
                missing += [
                    MissingVector(name, digest, text, fingerprint)
                    for (digest, (_, text)), lacks in zip(chunks.items(), lacking, strict=True)
                    if lacks
                ]
        return missing


def _everything(
    connection: sqlite3.Connection, since: int
) -> tuple[bool, dict[SpaceName, Roles], int, dict[int, str], Changes]:
    """Return completeness, roles, the newest vector, the paths of all files, and what changed since a generation."""
    return (
        database.complete(connection),
        queries.roles(connection),
        queries.last_vector(connection),
        queries.paths(connection),
        queries.changes_since(connection, since),
    )


def _since(
    connection: sqlite3.Connection, generation: int, last_vector: int
) -> tuple[bool, dict[SpaceName, Roles], int, dict[int, list[int]], Changes] | None:
    """Return completeness, roles, the newest vector, the texts with newer vectors by model, and what else changed."""
    if database.generation(connection) == generation:
        return None
    roles = queries.roles(connection)
    newer = {
        model.id: queries.texts_embedded_after(connection, model.id, last_vector)
        for each in roles.values()
        for model in each.all
    }
    changes = queries.changes_since(connection, generation)
    return database.complete(connection), roles, queries.last_vector(connection), newer, changes
