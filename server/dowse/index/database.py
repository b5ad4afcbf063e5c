"""The catalogue's database: one connection that writes, a few that read, and what their errors mean.

The catalogue is the truth about a folder's files, chunks and vectors. All other files are caches of it.

Write-ahead logging lets readers go on while a transaction is written. ``synchronous = NORMAL`` means that a kill
loses nothing that was committed, and a power cut at most the last commits, never the database. A transaction lost
to a power cut takes the numbers it gave out with it; caches that are stamped later than the database are therefore
thrown away.

A database that cannot be read is corrupt, and so is one in which a value makes no sense. Checking it in full at
opening would take longer than indexing a small folder anew. Opening reads all of the tables that matter, and what
that misses shows when it is used.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, Full, LifoQueue
from typing import TypeVar

import msgspec

from dowse.index.errors import IndexUnavailable
from dowse.index.schema import NewerSchema, OlderSchema, migrate
from dowse.settings import FileSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

FILE_NAME = "catalogue.db"

_BUSY_SECONDS = 5.0
"""Only a migration or a checkpoint of another process can hold the lock, and neither for long."""

_IDLE_CONNECTIONS = 4

_WRITING_CACHE, _READING_CACHE = 8_000, 2_000
"""KiB of pages that a connection keeps. A question reads a hundred rows from all over the file: more keeps nothing."""


UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What Python raises over values that nobody wrote: SQLite watches over its structure, not over what a cell holds."""


class CorruptDatabase(Exception):
    """The database's file is not what SQLite wrote, or what is in it is not what Dowse did."""


@contextlib.contextmanager
def corruption_as_error() -> Iterator[None]:
    """Raise ``CorruptDatabase`` where a value that was read makes no sense."""
    try:
        yield
    except UNREADABLE as error:
        raise CorruptDatabase(type(error).__name__) from error  # the message may hold the user's text


def is_sound(connection: sqlite3.Connection) -> bool:
    """Return whether tables and their indexes agree; reads the whole file."""
    return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))


class Database:
    """The open database. One thread at a time writes and closes; any thread reads."""

    def __init__(self, directory: Path, *, writer: bool, first_generation: int = 1) -> None:
        """Open or make the database. Raises ``CorruptDatabase`` or ``IndexUnavailable``."""
        self.path = directory / FILE_NAME
        self.damage: str | None = None
        """What :meth:`query_or` has found wrong, on any thread."""
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue(_IDLE_CONNECTIONS)
        self._closed = False
        with self._errors():
            make_private(self.path)
            self._inode = self.path.stat().st_ino
            self._writer = self._connect(_WRITING_CACHE)
            try:
                self._migrate(writer, first_generation)
                self.identity = str(_fact(self._writer, "identity"))
                """Tells this database from every other."""
            except BaseException:
                self._writer.close()
                raise

    def query(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Put a question to one state of the database. Raises ``CorruptDatabase`` or ``IndexUnavailable``."""
        with self._errors():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                with corruption_as_error():
                    return question(connection)
            finally:
                self._give_back(connection)

    def query_or(self, question: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Put a question; ``default`` where the database is corrupt, which is noted, or closed."""
        if self._closed:
            return default
        try:
            return self.query(question)
        except CorruptDatabase as error:
            if self.damage is None:
                log.warning("the catalogue %s is damaged: %s", self.path, error)
            self.damage = str(error)
        except IndexUnavailable:
            if not self._closed:
                raise
        return default

    def change(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Carry out one transaction. Raises ``CorruptDatabase`` or ``IndexUnavailable``; nothing has changed then."""
        with self._errors():
            self._check_open()
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = action(connection)
                connection.execute("COMMIT")
                return result
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):  # the error that counts is on its way
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                if isinstance(error, (*UNREADABLE, sqlite3.IntegrityError)) and not is_sound(connection):
                    raise CorruptDatabase(type(error).__name__) from error
                raise

    def shrink(self, pages: int) -> bool:
        """Give up to ``pages`` free pages back to the file system; returns whether many more are free."""
        with self._errors():
            free: int = self._writer.execute("PRAGMA freelist_count").fetchone()[0]
            if free <= pages:  # a small reserve is filled by the next writes
                return False
            self._writer.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()
            return free > 2 * pages

    def replaced(self) -> bool:
        """Whether this file has been set aside for a new one, by another process, or deleted."""
        try:
            return self.path.stat().st_ino != self._inode
        except FileNotFoundError:
            return True

    def close(self) -> None:
        """Close all connections; one that is lent is closed when it comes back. Safe to call twice."""
        self._closed = True
        with contextlib.suppress(Empty):
            while True:
                self._idle.get_nowait().close()
        with contextlib.suppress(sqlite3.Error):
            self._writer.close()

    def _migrate(self, writer: bool, first_generation: int) -> None:
        """Bring the tables up to date. SQLite does not wait for one that turns write-ahead logging on, so this does."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                return migrate(self._writer, writer=writer, first_generation=first_generation)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.01)

    def _borrow(self) -> sqlite3.Connection:
        self._check_open()
        try:
            return self._idle.get_nowait()
        except Empty:
            connection = self._connect(_READING_CACHE)
        try:
            # The file may be another one by now: of this process, or of one that writes.
            self._check_open()
            if _fact(connection, "identity") != self.identity:
                raise IndexUnavailable(f"Another process has made the index in {self.path.parent} anew.")
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with contextlib.suppress(sqlite3.Error, Full):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if not self._closed:
                self._idle.put_nowait(connection)
                return
        connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise IndexUnavailable("The index is closed.")

    def _connect(self, cache: int) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{cache}")
        connection.execute("PRAGMA journal_size_limit = 64000000")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except NewerSchema:
            raise IndexUnavailable(
                f"The index in {self.path.parent} was made by a newer Dowse. Update this one, or choose another "
                "cache folder."
            ) from None
        except OlderSchema:
            raise IndexUnavailable(
                f"An older Dowse is writing the index in {self.path.parent}. Restart the editors that use it."
            ) from None
        except sqlite3.Error as error:
            if _is_damage(error):
                raise CorruptDatabase(str(error)) from error
            raise IndexUnavailable(_explained(error, self.path.parent)) from error
        except OSError as error:
            raise IndexUnavailable(f"The index in {self.path.parent} cannot be used: {error.strerror}.") from error
        except UnicodeDecodeError as error:  # what SQLite has to say of a damaged schema quotes it
            raise CorruptDatabase(type(error).__name__) from error


def quarantine(directory: Path) -> Path:
    """Rename a database that cannot be used, for whoever wants to look at it; of several, the last is kept."""
    path = directory / FILE_NAME
    kept = path.with_name(path.name + ".damaged")
    log.warning("the catalogue %s is damaged and is set aside", path)
    # The log goes first: a new database must never meet the log of an old one.
    for suffix in ("-wal", "-shm"):
        log_file = path.with_name(path.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            log_file.replace(kept.with_name(kept.name + suffix))
    with contextlib.suppress(FileNotFoundError):  # deleted as well
        path.replace(kept)
    return kept


def make_private(path: Path) -> None:
    """Make sure that the file is there and only its owner can read it; SQLite's other files take after it."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def generation(connection: sqlite3.Connection) -> int:
    """Return the number of the last change."""
    return int(_fact(connection, "generation"))


def next_generation(connection: sqlite3.Connection) -> int:
    """Count a change, in the transaction that makes it."""
    rows = connection.execute("UPDATE facts SET value = value + 1 WHERE name = 'generation' RETURNING value")
    return int(rows.fetchall()[0][0])


def forgotten(connection: sqlite3.Connection) -> int:
    """Return the generation before which it is no longer known what was removed."""
    return int(_fact(connection, "forgotten"))


def complete(connection: sqlite3.Connection) -> bool:
    """Return whether every file of the folder had been looked at when the last comparison with the disk ended."""
    return bool(_fact(connection, "filled"))


def set_complete(connection: sqlite3.Connection, value: bool) -> int:
    """Record that a comparison with the disk has begun to take something in, or has ended; returns the generation."""
    connection.execute("UPDATE facts SET value = ? WHERE name = 'filled'", (int(value),))
    return next_generation(connection)


def read_under(connection: sqlite3.Connection) -> tuple[FileSettings, ...] | None:
    """Return the settings that any of the files may have been read under; None where that was never recorded."""
    row = connection.execute("SELECT value FROM facts WHERE name = 'read_under'").fetchone()
    try:
        return None if row is None else msgspec.json.decode(row[0], type=tuple[FileSettings, ...])
    except msgspec.MsgspecError:  # a Dowse with other settings wrote them
        return None


def set_read_under(connection: sqlite3.Connection, settings: Sequence[FileSettings]) -> None:
    """Record under which settings the files were read."""
    value = msgspec.json.encode(settings).decode()
    connection.execute("INSERT OR REPLACE INTO facts VALUES ('read_under', ?)", (value,))


def _fact(connection: sqlite3.Connection, name: str) -> int | str:
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"the catalogue has no {name}")
    value: int | str = row[0]
    return value


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by this module, or by Python for a value that cannot be
        return type(error) is sqlite3.DatabaseError or str(error).startswith("Could not decode")
    if code == sqlite3.SQLITE_ERROR:  # tables are missing from a database that claims to have them
        return "no such" in str(error)
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)


def _explained(error: sqlite3.Error, directory: Path) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return f"The disk that holds {directory} is full. Make room; indexing then goes on."
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return f"The index in {directory} cannot be written: {error}. Check its permissions."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"Another process holds the index in {directory} and does not let go of it."
    return f"The index in {directory} cannot be used: {error}."
