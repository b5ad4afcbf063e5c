"""What one process has of an index: the open catalogue, and in memory what answers queries.

All changes are made under ``lock``, one after another: first the catalogue's transaction, then the word index, then
what is in memory. A kill between two of these leaves caches behind the catalogue, and they catch up by its generation
log, as does a process that only reads. A query takes the lock only to look again, where a
change took away what it had found.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock, get_ident
from typing import TypeVar

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelInfo
from dowse.index import database, graph, reading, snapshot, writing
from dowse.index.catalogue import Catalogue, set_aside
from dowse.index.database import Damaged, understanding
from dowse.index.errors import IndexUnavailable
from dowse.index.lexical import LexicalIndex, Words
from dowse.index.reading import Changes, Roles, StoredModel
from dowse.index.records import ModelChange
from dowse.index.space import Space

log = logging.getLogger(__name__)

T = TypeVar("T")


class LiveIndex:
    """Holds the parts of an index together. Unless it says otherwise, a method is called with ``lock`` held."""

    def __init__(self, root: Path, directory: Path, *, writable: bool) -> None:
        """Open the catalogue and take it in. Raises IndexUnavailable."""
        self.root = root
        self.directory = directory
        self.writable = writable
        self.closed = False
        self.recovered: str | None = None
        """What to tell the user when something damaged was replaced by something empty."""
        self.unwritten: str | None = None
        """What to tell the user when a change could not be written."""
        self.lock = RLock()
        self.generation = 0
        self.chunks_saved = 0
        """Generation of the file of chunks; 0 where there is none."""
        self.paths: dict[int, str] = {}
        """Path of each file."""
        self.spaces: Mapping[SpaceName, Space] = {
            name: Space(name, self.ask, self.paths, self.still) for name in SpaceName
        }
        self._last_vector = 0
        self._changing: int | None = None
        """The thread that holds the lock and is taking something in."""
        self.catalogue = self._open_catalogue()
        try:
            self.load()
        except Damaged as damage:
            if not writable:
                raise IndexUnavailable(f"The index in {directory} is damaged.") from damage
            self._begin_again(damage, self.catalogue.identity)

    def become_writer(self) -> None:
        """Go on from where the last writer stopped."""
        try:
            self._take_in_commits()
            self.writable = True
            self._open_words()
        except Damaged as damage:
            self.writable = True
            self._begin_again(damage, self.catalogue.identity)

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have; see :class:`ModelChange`. Survives a restart."""
        with self.lock:
            before = self.spaces[space].roles
            same = [model for model in before.all if (model.spec, model.info) == (spec, info)]
            if same and same[0] is before.wanted:
                if same[0] is before.serving:
                    return ModelChange.UNCHANGED
                if self.writable:  # a kill may have come between its last vector and its taking over
                    self.take_over_if_complete()
                return ModelChange.BUILDING if self.spaces[space].roles.building else ModelChange.SWITCHED
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
            self.take_over_if_complete()
            return ModelChange.BUILDING if self.spaces[space].roles.building else ModelChange.SWITCHED

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep changes off, once what the catalogue has is here as well: a change is in the catalogue before the rest.

        Where another process writes, what it commits meanwhile is not kept off.
        """
        with self.lock:
            if not self.writable and not self.closed:
                self.take_in_commits()
            yield

    def in_step(self, action: Callable[[], T]) -> T:
        """Change the catalogue and then what is in memory of it. Takes the lock.

        A catalogue that turns out to be damaged on the way is replaced by an empty one before ``action`` is carried out
        again, from its beginning: replaced in its middle, the two would never agree again.
        """
        with self.lock:
            identity = self.catalogue.identity
            try:
                with self._taking_in():
                    return action()
            except Damaged as damage:
                self._begin_again(damage, identity)
                return action()

    def change(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out one transaction; a damaged catalogue is replaced by an empty one first (see :meth:`in_step`)."""
        if not self.writable:
            raise IndexUnavailable(f"Another process writes the index of {self.root}.")
        identity = self.catalogue.identity
        try:
            return self.catalogue.change(action)
        except Damaged as damage:
            if self._changing == get_ident():
                raise
            self._begin_again(damage, identity)
            return self.catalogue.change(action)
        except IndexUnavailable as error:
            self.unwritten = str(error)
            raise

    def remake_words(self, space: Space) -> None:
        """Empty a damaged word index and have its files read again."""
        with self.lock:
            space.lexical.reset()
            space.stale = space.files()
            self.recovered = f"The word index of {self.root} was damaged and is being made again."

    def _open_catalogue(self) -> Catalogue:
        try:
            return Catalogue(self.directory, writer=self.writable)
        except Damaged as damage:
            if not self.writable:
                raise IndexUnavailable(f"The index in {self.directory} is damaged.") from damage
            kept = set_aside(self.directory)
            self.recovered = _recovery_message(self.root, kept)
            return Catalogue(self.directory, writer=True)

    def load(self) -> None:
        """Take in the whole catalogue: what is in the file of chunks from there, and the rest from the database."""
        known = snapshot.read(self.directory / snapshot.FILE_NAME, self.catalogue.identity)
        since = known.generation if known is not None else 0
        roles, last_vector, paths, changes = self.catalogue.ask(lambda connection: _everything(connection, since))
        if self.writable:
            self._forget_lost(since, changes.generation)
        if changes.whole:
            known = None
        for name, space in self.spaces.items():
            space.reset(known.chunks[name] if known is not None else None)
        self.chunks_saved = since if known is not None else 0
        self.paths.clear()
        self.paths.update(paths)
        with understanding(), self._taking_in():
            self._take_in(changes)
            if any(space.files() - self.paths.keys() for space in self.spaces.values()):
                raise Damaged("there are chunks of no file")
            for name, space in self.spaces.items():
                space.set_roles(roles[name], self.directory / "vectors", self.catalogue.identity, changes.generation)
        self._last_vector = last_vector
        self.generation = changes.generation
        self._open_words()

    def _forget_lost(self, saved: int, generation: int) -> None:
        """Delete caches stamped later than the database, which a power cut has taken its last transactions from.

        It gives their numbers out again, and when it is as late as they are, they would be believed.
        """
        graph.remove_later(self.directory / "vectors", generation)
        if saved > generation:
            (self.directory / snapshot.FILE_NAME).unlink(missing_ok=True)

    def save_chunks(self) -> None:
        """Write the file of chunks anew; needs no lock. Raises ``OSError``."""
        with self.lock:
            chunks = {name: space.held() for name, space in self.spaces.items()}
            found = snapshot.Snapshot(self.catalogue.identity, self.generation, chunks)
        snapshot.write(self.directory / snapshot.FILE_NAME, found)
        self.chunks_saved = found.generation

    def _take_in(self, changes: Changes) -> None:
        self.paths.update(changes.paths)
        for space in self.spaces.values():
            space.update([*changes.paths, *changes.removed], changes.rows)
        for file in changes.removed:
            self.paths.pop(file, None)

    def _open_words(self) -> None:
        """Open the word indexes and see what they lack."""
        identity = self.catalogue.identity
        for name, space in self.spaces.items():
            space.lexical = LexicalIndex(
                self.directory / f"words-{name}", identity, self.generation, verify=self.writable
            )
            if self.writable:
                self._catch_up_words(space)

    def _catch_up_words(self, space: Space) -> None:
        """Drop from a word index what is no longer so, and note the files it lacks."""
        stamp = space.lexical.stamp
        changes = self.catalogue.ask(lambda connection: reading.changes_since(connection, stamp.generation))
        if space.lexical.damaged or changes.whole:
            space.lexical.reset()
            space.stale = space.files()
            return
        outdated = {*changes.paths, *changes.removed, *stamp.stale}
        space.stale = space.files() & outdated
        if outdated:
            space.lexical.replace(sorted(outdated), [], changes.generation, space.stale)

    def add_words(self, prepared: Sequence[writing.PreparedUpdate], applied: writing.Applied) -> None:
        """Put the words of applied files into the word indexes, in place of what these held of them."""
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

    def _set_roles(self, name: SpaceName, roles: Roles, generation: int) -> None:
        directory = self.directory / "vectors"
        self.spaces[name].set_roles(roles, directory, self.catalogue.identity, generation)
        self.generation = generation

    def take_over_if_complete(self) -> None:
        """Let a model that has a vector of every chunk take the place of the one that serves.

        While the folder is being read for the first time, or anew, this is said of a part and means nothing.
        """
        if not self.ask(database.filled, False):
            return
        for name, space in self.spaces.items():
            building = space.roles.building
            index = space.vector_index(building)
            if building is None or index is None or not index.has(space.texts()).all():
                continue
            roles = Roles(building)
            generation = self.change(lambda connection: writing.set_roles(connection, name, roles))  # noqa: B023
            self._set_roles(name, roles, generation)
            log.info("the %s of %s are now searched with the model %s", name, self.root, building.spec)

    def take_in_commits(self) -> bool:
        """Take in what another process has written."""
        try:
            return self._take_in_commits()
        except Damaged as damage:
            log.warning(
                "the index of %s is damaged; the process that writes it will begin another: %s", self.root, damage
            )
            return False

    def _take_in_commits(self) -> bool:
        if self.catalogue.database.replaced():
            self.catalogue.reopen()
            self.load()
            return True
        generation, last_vector = self.generation, self._last_vector
        found = self.catalogue.ask(lambda connection: _since(connection, generation, last_vector))
        if found is None:
            return False
        roles, newest, newer, changes = found
        if changes.whole:
            self.load()
            return True
        with understanding(), self._taking_in():
            self._take_in(changes)
            for name, space in self.spaces.items():
                self._set_roles(name, roles[name], changes.generation)
                for model in roles[name].all:
                    space.follow(model, np.array(newer.get(model.id, []), np.int64), changes.generation)
                space.lexical.reload()
        self._last_vector = newest
        return True

    def ask(self, question: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Put a question to the catalogue; ``otherwise`` where it is damaged, or closed meanwhile. Needs no lock."""
        identity = self.catalogue.identity
        try:
            return self.catalogue.ask(question)
        except Damaged as damage:
            if self._changing == get_ident():
                raise
            self._begin_again(damage, identity)
        except IndexUnavailable:
            if not self.closed:
                raise
        return otherwise

    @contextmanager
    def _taking_in(self) -> Iterator[None]:
        """Have damage raised that this thread finds, rather than the catalogue replaced that is being taken in."""
        before, self._changing = self._changing, get_ident()
        try:
            yield
        finally:
            self._changing = before

    def _begin_again(self, damage: Damaged, identity: str) -> None:
        """Replace a damaged catalogue by an empty one, unless it has been; needs no lock.

        A process that only reads leaves it alone.
        """
        with self.lock:
            log.warning("the index of %s is damaged: %s", self.root, damage)
            if not self.writable or self.closed or self.catalogue.identity != identity:
                return
            roles = {name: space.roles for name, space in self.spaces.items()}
            kept = self.catalogue.begin_again(self.generation + 1)
            self.load()
            for name, space_roles in roles.items():
                for model in space_roles.all:
                    self.use_model(name, model.spec, model.info)
            self.recovered = _recovery_message(self.root, kept)


def _everything(
    connection: sqlite3.Connection, since: int
) -> tuple[dict[SpaceName, Roles], int, dict[int, str], Changes]:
    """Return roles, the newest vector, the paths of all files, and what has changed since a generation."""
    return (
        reading.roles(connection),
        reading.last_vector(connection),
        reading.paths(connection),
        reading.changes_since(connection, since),
    )


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
