"""The catalogue's tables and how an older database becomes a present one.

Digests, not texts: the catalogue tells texts apart by BLAKE2b-128 and keeps none of the source. ``texts`` gives each
digest of an embedded text a small number; chunks refer to it, vectors are addressed by (model, text), and the vector
indexes use it as their label. So two chunks with one text share a vector, and a text that comes back finds its own.

A row of ``files`` is one version of a file: a file that changes gets a new row with a new number, and so do its
chunks. Apart from when it went, what a version says never changes.

The generation log: every transaction raises ``generation`` by one and stamps the files that it wrote with it; a
version that goes leaves its number and the generation in ``removed_files``. "What changed since generation g" is then
one query, and the one mechanism by which BM25, the columns in memory and other processes catch up. Numbers of files,
chunks, texts and vectors are never used twice, so that an old number cannot mean a new thing.

Tombstones: a version that goes stays for a while, and its chunks with it, so that who has found them can read them.
Its row then says at which generation it went (``removed``) and at which Unix time (``removed_at``). What the folder
held at a generation is one more condition of a query.

Strings that may hold lone surrogates (names of files, and whatever is derived from them) are stored as UTF-8 with
``surrogatepass``, which represents every ``str``.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence

APPLICATION_ID = 0x446F7773
"""Marks the database as Dowse's, for ``file`` and the like."""

Migration = tuple[str, ...]

_FIRST: Migration = (
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL UNIQUE,
        stamp TEXT NOT NULL,
        digest BLOB,
        language TEXT,
        left_out TEXT,
        generation INTEGER NOT NULL)""",
    "CREATE INDEX files_by_generation ON files (generation)",
    "CREATE TABLE removed_files (file INTEGER PRIMARY KEY, generation INTEGER NOT NULL)",
    "CREATE INDEX removed_files_by_generation ON removed_files (generation)",
    "CREATE TABLE texts (id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, unused_since INTEGER)",
    """CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        file INTEGER NOT NULL,
        text INTEGER NOT NULL,
        space TEXT NOT NULL,
        language TEXT NOT NULL,
        kind TEXT NOT NULL,
        name BLOB NOT NULL,
        folded BLOB NOT NULL,
        container BLOB,
        start_line INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        name_line INTEGER NOT NULL,
        name_column INTEGER NOT NULL,
        name_length INTEGER NOT NULL,
        signature BLOB NOT NULL,
        part INTEGER NOT NULL,
        text_digest BLOB NOT NULL)""",
    "CREATE INDEX chunks_by_file ON chunks (file)",
    "CREATE INDEX chunks_by_name ON chunks (folded)",
    """CREATE TABLE lengths (
        file INTEGER NOT NULL,
        space TEXT NOT NULL,
        documents INTEGER NOT NULL,
        name INTEGER NOT NULL,
        signature INTEGER NOT NULL,
        doc INTEGER NOT NULL,
        body INTEGER NOT NULL,
        path INTEGER NOT NULL,
        PRIMARY KEY (file, space)) WITHOUT ROWID""",
    """CREATE TABLE models (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE,
        spec TEXT NOT NULL,
        info TEXT NOT NULL,
        unused_since INTEGER)""",
    """CREATE TABLE space_models (
        space TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('serving', 'building')),
        model INTEGER NOT NULL REFERENCES models (id),
        PRIMARY KEY (space, role)) WITHOUT ROWID""",
    """CREATE TABLE vectors (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        model INTEGER NOT NULL,
        text INTEGER NOT NULL,
        vector BLOB NOT NULL,
        UNIQUE (model, text))""",
)

_SKETCHES: Migration = ("ALTER TABLE chunks ADD COLUMN sketch BLOB NOT NULL DEFAULT x''",)

_TOMBSTONES: Migration = (
    "ALTER TABLE files RENAME TO old_files",
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL,
        stamp TEXT NOT NULL,
        digest BLOB,
        language TEXT,
        left_out TEXT,
        generation INTEGER NOT NULL,
        removed INTEGER,
        removed_at INTEGER)""",
    "INSERT INTO files SELECT id, path, stamp, digest, language, left_out, generation, NULL, NULL FROM old_files",
    # Numbers go on from the last that was given out.
    "DELETE FROM sqlite_sequence WHERE name = 'files'",
    "INSERT INTO sqlite_sequence SELECT 'files', seq FROM sqlite_sequence WHERE name = 'old_files'",
    "DROP TABLE old_files",
    "CREATE INDEX files_by_path ON files (path)",
    "CREATE INDEX files_by_generation ON files (generation)",
    "CREATE INDEX files_by_removal ON files (removed) WHERE removed IS NOT NULL",
)

_TIMES_OF_CHANGE: Migration = ("UPDATE files SET stamp = stamp || ' 0'",)
"""A stamp's fourth number; 0 is that of no file, so each is read once more."""

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _SKETCHES, _TOMBSTONES, _TIMES_OF_CHANGE)
"""Entry n turns a database of schema n into one of schema n + 1. Released entries are never edited."""


class NewerSchema(Exception):
    """The database was made by a Dowse that knows more than this one."""


class OlderSchema(Exception):
    """The database is of an older schema and this process may not migrate it, since another one writes it."""


def migrate(
    connection: sqlite3.Connection,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    writer: bool = True,
    first_generation: int = 1,
) -> None:
    """Bring the database up to date in one transaction, so that no process sees a schema between two versions.

    Anyone may make the tables of an empty database, but only the ``writer`` may change those of another version.
    """
    if _version(connection) == 0:
        # Only an empty database can still be given its vacuum mode.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    if _version(connection) < len(migrations):
        connection.execute("BEGIN IMMEDIATE")  # waits for another process that is at it
        try:
            _take_steps(connection, migrations, writer, first_generation)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    if _version(connection) > len(migrations):
        raise NewerSchema


def _take_steps(
    connection: sqlite3.Connection, migrations: Sequence[Migration], writer: bool, first_generation: int
) -> None:
    before = _version(connection)
    if 0 < before < len(migrations) and not writer:
        raise OlderSchema
    for step, migration in enumerate(migrations[before:], before):
        for statement in migration:
            connection.execute(statement)
        if step == 0:
            _identify(connection, first_generation)
        connection.execute(f"PRAGMA user_version = {step + 1}")


def _identify(connection: sqlite3.Connection, generation: int) -> None:
    """Give a new database the identity by which caches tell whether they belong to it."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    facts = {"identity": uuid.uuid4().hex, "generation": generation, "forgotten": generation, "filled": 0}
    connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
