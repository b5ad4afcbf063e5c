"""The index of one workspace folder in this process: it changes here, and is read from snapshots.

One process writes an index: the one that holds the lock, which the system takes back from a process that dies. Others
read it, follow with :meth:`IndexWriter.refresh`, and take over when the writer is gone.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.chunking.prepared_file import Prepared
from dowse.embedding.model import ModelInfo
from dowse.index import location, transactions
from dowse.index.builder import IndexBuilder
from dowse.index.database import CorruptDatabase, Database, quarantine
from dowse.index.database import generation as database_generation
from dowse.index.errors import IndexUnavailable, deletion_message
from dowse.index.maintenance import Maintenance
from dowse.index.records import MissingVector, ModelChange
from dowse.index.siblings import Siblings
from dowse.index.snapshot import IndexSnapshot
from dowse.index.space import Lease
from dowse.index.tuning import IndexTuning

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.settings import FileSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

_DEFAULT_TUNING = IndexTuning()


class IndexWriter:
    """Publishes a snapshot after each change.

    What changes something is called by one thread at a time, the folder's writer thread, and raises IndexUnavailable
    where it cannot be done; nothing has changed then. ``snapshot``, ``writable``, ``damaged`` and ``close`` are for
    any thread.
    """

    def __init__(self, root: Path, place: location.Place, tuning: IndexTuning) -> None:
        """Use :meth:`open`."""
        self.root = root
        self.directory = place.directory
        """Where the index is kept."""
        self.warning = place.warning
        """Set at opening when the index works, but not as it should (it cannot be kept on disk)."""
        self._place = place
        self._tuning = tuning
        self._working = Lock()
        """Held while something is changed, so that closing can wait for it."""
        self._closed = False
        self._released = False
        self._recovery: str | None = None
        self._quarantined: Path | None = None
        """The damaged database, while no other one has taken its place yet."""
        self._was_deleted = False
        """Whether the damaged database that is being replaced is one that somebody had deleted."""
        self._uncertain = False
        """Whether memory may be behind the catalogue, because a change ended in an error."""
        self._writable = place.acquire()
        self._maintenance = Maintenance(tuning)
        self._siblings = Siblings(place.directory)
        self._leases: list[tuple[int, int, weakref.ref[Lease]]] = []
        """Serial and generation of each snapshot that may be in use."""
        self._builder = self._open_builder()
        self._publish()

    @classmethod
    def open(cls, root: Path, cache_dir: Path, tuning: IndexTuning = _DEFAULT_TUNING) -> IndexWriter:
        """Open or make the index of ``root`` under ``cache_dir``; loads no model.

        Raises IndexUnavailable when there is no way to work, for one when a newer Dowse made the database.
        """
        try:
            place = location.place(root, cache_dir)
        except OSError as error:
            why = f"The cache folder {cache_dir} cannot be used: {error.strerror or error}."
            place = location.temporary_place(root, why)
        try:
            return cls(root, place, tuning)
        except BaseException:
            place.close()
            raise

    @property
    def snapshot(self) -> IndexSnapshot:
        """What was published last; never blocks, also while something is written or recovered."""
        return self._snapshot

    @property
    def writable(self) -> bool:
        """Whether this process is the one that writes this index."""
        return self._writable

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    @property
    def deleted(self) -> bool:
        """Whether this process writes an index that somebody has deleted: it answers, and nobody will find it later.

        Looks at the disk.
        """
        return self._writable and self._builder.database.replaced()

    @property
    def damaged(self) -> bool:
        """Whether something turned out to be damaged that :meth:`recover` would replace by something empty."""
        return self._builder.database.damage is not None or bool(self._builder.damaged_words())

    def recover(self) -> None:
        """Replace what is damaged by something empty; the folder has to be indexed again then.

        Every change does this first. In a process that only reads it does nothing.
        """
        with self._exclusive():
            if self._writable and self._recover():
                self._publish()

    def take_recovery(self) -> str | None:
        """Return what to tell the user, once, after something damaged was replaced by something empty."""
        message, self._recovery = self._recovery, None
        return message

    def try_to_write(self) -> bool:
        """Become the writer if there is none; cheap. Returns whether this process is the writer."""
        if self._writable or self._closed:
            return self._writable
        with self._exclusive():
            if not self._place.acquire():
                return False
            try:
                self._follow()
                self._builder.open_words(writable=True)
            except CorruptDatabase as damage:
                self._writable = True
                self._recreate(damage)
            except BaseException:
                self._place.release()
                raise
            self._writable = True
            self._publish()
        log.info("this process now writes the index of %s", self.root)
        return True

    def refresh(self) -> bool:
        """In a process that only reads, publish what the writer has committed; False where there is nothing new."""
        if self._writable or self._closed:
            return False
        with self._exclusive():
            try:
                new = self._follow()
            except CorruptDatabase as damage:
                log.warning("the index of %s is damaged; who writes it will make another: %s", self.root, damage)
                return False
            if new:
                self._publish()
            return new

    def apply(self, updates: Sequence[Prepared]) -> list[MissingVector]:
        """Take in what became of files, in one transaction; their chunks can then be found by their words.

        Returns each text of these files once for each model, serving or building, of which it lacks a vector (every
        text once, where the space has no model yet).
        """
        if not updates:
            return []
        prepared = transactions.prepared(updates)
        return self._change(lambda builder: builder.apply(prepared, self._oldest_generation()))

    def add_vectors(self, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Store float32 ``vectors`` ``[len(digests), dimensions]``, in one transaction; searchable at once.

        ValueError when the shape is wrong, a value is not finite, or no space was ever given that model.
        """
        halves = np.asarray(vectors, np.float32).astype(np.float16)
        if halves.ndim != 2 or len(halves) != len(digests) or not np.isfinite(halves).all():
            raise ValueError(f"{len(digests)} texts need as many finite vectors, not an array of shape {halves.shape}")
        self._builder.check_dimensions(fingerprint, halves.shape[1])
        if len(digests):
            self._change(lambda builder: builder.add_vectors(fingerprint, digests, halves))

    def borrow_vectors(self, missing: Sequence[MissingVector]) -> list[MissingVector]:
        """Take the vectors that other folders' indexes have of these texts; return the texts that are left."""
        left: list[MissingVector] = list(missing)
        infos = {
            model.info.fingerprint: model.info for space in self._builder.spaces.values() for model in space.roles.all
        }
        for fingerprint, info in infos.items():
            digests = list(dict.fromkeys(each.digest for each in left if each.model == fingerprint))
            found = self._siblings.vectors(fingerprint, info.dimensions, digests)
            if found:
                self.add_vectors(fingerprint, list(found), np.stack(list(found.values())))
                left = [each for each in left if each.model != fingerprint or each.digest not in found]
        return left

    def use_model(self, space: SpaceName, spec: str, info: ModelInfo) -> ModelChange:
        """Say which model a space shall have; see :class:`ModelChange`. Survives a restart."""
        return self._change(lambda builder: builder.use_model(space, spec, info))

    def mark_complete(self) -> None:
        """Say that the index holds the folder as it was at some time; a model that is complete takes over."""
        self._change(lambda builder: builder.set_complete(True))

    def mark_incomplete(self) -> None:
        """Say that the folder is being read for the first time, or anew."""
        self._change(lambda builder: builder.set_complete(False))

    def note_settings(self, settings: FileSettings) -> None:
        """Say, before it is written, that some files were read under these settings."""
        known = self._snapshot.read_under() or ()
        if settings not in known:
            self._change(lambda builder: builder.set_read_under((*known, settings)))

    def settle_settings(self, settings: FileSettings) -> None:
        """Say that every file is as these settings want it, under whichever it was read."""
        if self._snapshot.read_under() != (settings,):
            self._change(lambda builder: builder.set_read_under((settings,)))

    def clear(self) -> None:
        """Forget all files and chunks and keep the vectors."""

        def clear(builder: IndexBuilder) -> None:
            builder.set_complete(False)
            builder.clear()

        self._change(clear)

    def maintain(self) -> bool:
        """Do about 100 ms of the work that makes the index fast and small; returns whether there is more."""
        if self._closed or not self._writable:
            return False
        return self._change(
            lambda builder: self._maintenance.slice(builder, self._oldest_generation(), lambda: self._closed)
        )

    def close(self, timeout: float = 1.0) -> None:
        """Release everything. Safe to call twice.

        Waits at most ``timeout`` seconds for a change under way; that releases everything when it ends.
        """
        self._closed = True
        if self._working.acquire(timeout=timeout):
            try:
                self._release()
            finally:
                self._working.release()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        with self._working:
            if self._closed:
                raise IndexUnavailable("The index is closed.")
            try:
                yield
            finally:
                if self._closed:  # whoever closed it has not waited
                    self._release()

    def _change(self, action: Callable[[IndexBuilder], T]) -> T:
        """Carry out a change and publish what came of it.

        Where the catalogue turns out to be damaged it is replaced by an empty one, and ``action`` begins again.
        """
        with self._exclusive():
            if not self._writable:
                raise IndexUnavailable(f"Another process writes the index of {self.root}.")
            self._recover()
            try:
                result = action(self._builder)
            except CorruptDatabase as damage:
                self._recreate(damage)
                result = action(self._builder)
            except BaseException:
                self._uncertain = True
                raise
            self._publish()
            return result

    def _recover(self) -> bool:
        """Set right what the last changes, or those who read, have found wrong; returns whether there was anything."""
        try:
            if self._builder.database.damage is not None:
                raise CorruptDatabase(self._builder.database.damage)
            if self._uncertain and self._builder.database.query(database_generation) != self._builder.generation:
                self._rebuild(self._builder.database)
            self._uncertain = False
        except CorruptDatabase as damage:
            self._recreate(damage)
            return True
        damaged = self._builder.damaged_words()
        for space in damaged:
            space.remake_words()
            self._recovery = f"The word index of {self.root} was damaged and is being made again."
        return bool(damaged)

    def _open_builder(self) -> IndexBuilder:
        try:
            opened = self._open_database()
        except CorruptDatabase as damage:
            if not self._writable:
                raise IndexUnavailable(f"The index in {self.directory} is damaged.") from damage
            kept = quarantine(self.directory)
            self._recovery = _recovery_message(self.root, kept)
            opened = self._open_database()
        try:
            try:
                return self._make_builder(opened)
            except CorruptDatabase as damage:
                if not self._writable:
                    raise IndexUnavailable(f"The index in {self.directory} is damaged.") from damage
            first = _generation_of(opened) + 1
            opened.close()
            self._recovery = _recovery_message(self.root, quarantine(self.directory))
            opened = self._open_database(first)
            return self._make_builder(opened)
        except BaseException:
            opened.close()
            raise

    def _open_database(self, first_generation: int = 1) -> Database:
        return Database(self.directory, writer=self._writable, first_generation=first_generation)

    def _make_builder(self, opened: Database) -> IndexBuilder:
        return IndexBuilder(self.root, self.directory, opened, self._tuning, writable=self._writable)

    def _recreate(self, damage: CorruptDatabase) -> None:
        """Replace a damaged catalogue by an empty one, with the same models.

        Searches go on with the snapshot that is published, and find nothing where they ask the catalogue.
        """
        before = self._builder
        log.warning("the index of %s is damaged: %s", self.root, damage)
        # A question to a deleted database meets a new and empty file in its place.
        if self._quarantined is None:
            self._was_deleted = before.database.replaced()
        before.database.damage = str(damage)  # so that the next change begins here, if this does not get through
        before.close()
        try:
            self._quarantined = self._quarantined or quarantine(self.directory)
        except OSError as error:
            why = f"The damaged index in {self.directory} cannot be set aside: {error.strerror}."
            raise IndexUnavailable(why) from error
        builder = self._make_builder(self._open_database(before.generation + 1))
        try:
            for name, space in before.spaces.items():
                for model in space.roles.all:
                    builder.use_model(name, model.spec, model.info)
        except BaseException:
            builder.close()
            raise
        self._builder = builder
        kept, was_deleted, self._quarantined, self._was_deleted = self._quarantined, self._was_deleted, None, False
        self._recovery = deletion_message(self.root) if was_deleted else _recovery_message(self.root, kept)
        self._uncertain = False
        self._publish()

    def _rebuild(self, opened: Database) -> None:
        """Take in a whole catalogue anew: the one in use, or one that another process has put in its place."""
        before = self._builder
        for space in before.spaces.values():
            space.close()
        self._builder = self._make_builder(opened)
        if opened is not before.database:
            before.database.close()

    def _follow(self) -> bool:
        if self._builder.database.replaced():
            self._rebuild(self._open_database())
            return True
        new = self._builder.follow()
        if new is None:
            self._rebuild(self._builder.database)
            return True
        return new

    def _publish(self) -> None:
        lease = Lease()
        serial = self._builder.serial = self._leases[-1][0] + 1 if self._leases else 1
        self._snapshot = self._builder.snapshot(lease, writable=self._writable)
        self._leases.append((serial, self._snapshot.generation, weakref.ref(lease)))
        del lease
        self._leases = [entry for entry in self._leases if entry[2]() is not None]
        self._builder.mark_released(self._leases[0][0])

    def _oldest_generation(self) -> int:
        """Return the generation of the oldest snapshot that is in use."""
        return min(generation for _, generation, lease in self._leases if lease() is not None)

    def _release(self) -> None:
        if not self._released:
            self._released = True
            self._writable = False
            self._builder.close()
            self._place.close()


def _generation_of(opened: Database) -> int:
    """Return the generation of a database that is damaged, as far as it can still be read."""
    try:
        return opened.query(database_generation)
    except (CorruptDatabase, IndexUnavailable):
        return 0


def _recovery_message(root: Path, kept: Path) -> str:
    return f"The index of {root} was damaged and is being made again; the old one is kept as {kept}."
