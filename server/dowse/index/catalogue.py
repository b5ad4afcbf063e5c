"""The catalogue: the truth about a folder's files, chunks and vectors, of which all other files are caches.

Here is what survives damage. A database that SQLite cannot read is set aside, for whoever wants to look at it, and an
empty one begun; the folder is then indexed again. Only the process that writes may do that; one that reads notices
and opens the new one. Checking a database in full at opening would take longer than indexing a small folder anew;
opening reads all of the tables that matter, and what that misses shows when it is used.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import TypeVar

from dowse.index.database import FILE_NAME, UNREADABLE, Damaged, Database, is_sound, understanding

log = logging.getLogger(__name__)

T = TypeVar("T")


class Catalogue:
    """The database in use. Thread-safe."""

    def __init__(self, directory: Path, *, writer: bool) -> None:
        """Open the database; raises ``Damaged`` or ``IndexUnavailable``."""
        self._directory = directory
        self._lock = RLock()
        self.database = Database(directory, writer=writer)

    @property
    def identity(self) -> str:
        """Tells this database from every other."""
        return self.database.identity

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Put a question to one state of the database; raises ``Damaged`` or ``IndexUnavailable``."""
        with self.database.reading() as connection, understanding():
            return question(connection)

    def change(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out one transaction; raises ``Damaged`` or ``IndexUnavailable``, and then nothing has changed."""
        with self.database.writing() as connection:
            try:
                return action(connection)
            except (*UNREADABLE, sqlite3.IntegrityError) as error:
                if is_sound(connection):
                    raise
                raise Damaged(type(error).__name__) from error

    def begin_again(self, generation: int) -> Path:
        """Begin an empty database, whose generations go on from ``generation``; returns where the old one is kept."""
        with self._lock:
            self.database.close()
            kept = set_aside(self._directory)
            self.database = Database(self._directory, writer=True, first_generation=generation)
            return kept

    def reopen(self) -> None:
        """Open the database that has taken the place of the one in use."""
        with self._lock:
            replacement = Database(self._directory, writer=False)
            self.database.close()
            self.database = replacement

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self.database.close()


def set_aside(directory: Path) -> Path:
    """Rename a database that cannot be used; of several, the last is kept."""
    path = directory / FILE_NAME
    kept = path.with_name(path.name + ".damaged")
    log.warning("the catalogue %s is damaged and is set aside", path)
    # The log goes first: a new database must never meet the log of an old one.
    for suffix in ("-wal", "-shm"):
        log_file = path.with_name(path.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            log_file.replace(kept.with_name(kept.name + suffix))
    path.replace(kept)
    return kept
