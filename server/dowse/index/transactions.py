"""Changes to the catalogue. Each takes a connection inside a writing transaction (see :mod:`dowse.index.database`)."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.fields import JoinedWords, count_words
from dowse.chunking.prepared_file import MissingFile, Prepared, PreparedFile
from dowse.embedding.model import ModelInfo
from dowse.index.database import next_generation
from dowse.index.queries import ChunkRow, Roles, encoded, marks, model_id, sliced, texts_of
from dowse.index.records import text_digest
from dowse.workspace.source import FileStamp, SkippedFile

_MARK_REMOVED = "UPDATE files SET removed = ?, removed_at = ?"


@dataclass(frozen=True, slots=True)
class PreparedChunk:
    """A chunk with all that can be worked out of it before the transaction begins."""

    chunk: Chunk
    text_digest: bytes
    embedded_digest: bytes
    words: JoinedWords


@dataclass(frozen=True, slots=True)
class PreparedUpdate:
    """An update with its prepared chunks; none unless the file is indexed."""

    update: Prepared
    chunks: tuple[PreparedChunk, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What a transaction made of its updates."""

    generation: int
    files: dict[str, int]
    """Numbers of the new file versions, by path."""
    removed: list[int]
    """The versions that were there before."""
    rows: dict[int, list[ChunkRow]]
    """The chunks of each of ``files``, in order."""


def prepared(updates: Iterable[Prepared]) -> list[PreparedUpdate]:
    """Hash; of several updates of one file the last counts."""
    latest = {update.path: update for update in updates}
    return [
        PreparedUpdate(
            update,
            tuple(
                PreparedChunk(
                    chunk,
                    text_digest(chunk.text),
                    text_digest(chunk.embedded_text),
                    words,
                )
                for chunk, words in zip(update.chunks, update.words, strict=True)
            )
            if isinstance(update, PreparedFile)
            else (),
        )
        for update in latest.values()
    ]


def apply(connection: sqlite3.Connection, updates: Sequence[PreparedUpdate]) -> Applied:
    """Replace what the catalogue holds of the updates' files."""
    generation = next_generation(connection)
    removed = _versions(connection, [update.update.path for update in updates])
    _remove(connection, removed, generation)
    texts = number_texts(connection, (chunk.embedded_digest for update in updates for chunk in update.chunks))
    files = {
        each.update.path: _write_file(connection, each.update, generation)
        for each in updates
        if not isinstance(each.update, MissingFile)
    }
    next_chunk = _last_number(connection, "chunks") + 1
    rows: dict[int, list[ChunkRow]] = {}
    values: list[tuple[object, ...]] = []
    lengths: list[tuple[object, ...]] = []
    for each in updates:
        if each.update.path not in files:
            continue
        file = files[each.update.path]
        rows[file] = []
        for number, chunk in enumerate(each.chunks, next_chunk):
            rows[file].append(_row(number, file, texts[chunk.embedded_digest], chunk.chunk))
            values.append(_chunk_values(rows[file][-1], chunk))
        next_chunk += len(each.chunks)
        lengths += _lengths(file, each.chunks)
    connection.executemany(f"INSERT INTO chunks VALUES ({','.join('?' * 18)})", values)
    connection.executemany("INSERT INTO lengths VALUES (?, ?, ?, ?, ?, ?, ?, ?)", lengths)
    return Applied(generation, files, removed, rows)


def number_texts(connection: sqlite3.Connection, digests: Iterable[bytes]) -> dict[bytes, int]:
    """Return the number of each text, giving one to those that have none, and mark them all as used."""
    wanted = list(dict.fromkeys(digests))
    numbers = texts_of(connection, wanted)
    for some in sliced(list(numbers.values())):
        connection.execute(
            f"UPDATE texts SET unused_since = NULL WHERE id IN ({marks(some)}) AND unused_since IS NOT NULL", some
        )
    start = _last_number(connection, "texts") + 1
    new = {digest: number for number, digest in enumerate((d for d in wanted if d not in numbers), start)}
    connection.executemany("INSERT INTO texts (digest, id) VALUES (?, ?)", new.items())
    return numbers | new


def store_vectors(
    connection: sqlite3.Connection, fingerprint: str, digests: Sequence[bytes], vectors: Sequence[bytes]
) -> tuple[int, dict[bytes, int]]:
    """Keep float16 vectors of a known model; return the generation and the texts' numbers."""
    model = model_id(connection, fingerprint)
    if model is None:
        raise ValueError("no space has had this model")
    texts = number_texts(connection, digests)
    connection.executemany(
        "INSERT OR IGNORE INTO vectors (model, text, vector) VALUES (?, ?, ?)",
        [(model, texts[digest], vector) for digest, vector in zip(digests, vectors, strict=True)],
    )
    return next_generation(connection), texts


def register_model(connection: sqlite3.Connection, spec: str, info: ModelInfo) -> int:
    """Return a model's number, noting what it is called by now."""
    rows = connection.execute(
        "INSERT INTO models (fingerprint, spec, info) VALUES (?, ?, ?) ON CONFLICT (fingerprint) "
        "DO UPDATE SET spec = excluded.spec, info = excluded.info, unused_since = NULL RETURNING id",
        (info.fingerprint, spec, json.dumps(asdict(info))),
    )
    return int(rows.fetchall()[0][0])


def set_roles(connection: sqlite3.Connection, space: SpaceName, roles: Roles) -> int:
    """Give a space its models; returns the generation."""
    connection.execute("DELETE FROM space_models WHERE space = ?", (space,))
    for role, model in (("serving", roles.serving), ("building", roles.building)):
        if model is not None:
            connection.execute("INSERT INTO space_models VALUES (?, ?, ?)", (space, role, model.id))
    return next_generation(connection)


def clear(connection: sqlite3.Connection) -> int:
    """Forget all files and leave tombstones of their chunks; returns the generation."""
    generation = next_generation(connection)
    connection.execute("INSERT INTO removed_files SELECT id, ? FROM files WHERE removed IS NULL", (generation,))
    connection.execute(f"{_MARK_REMOVED} WHERE removed IS NULL", (generation, int(time.time())))
    connection.execute("DELETE FROM lengths")
    return generation


def delete_tombstones(connection: sqlite3.Connection, count: int, generation: int, removed_before: float) -> int:
    """Delete the chunks of at most ``count`` file versions that went at ``generation`` at the latest.

    Leaves those that were not ``removed_before`` a Unix time. Returns how many versions that were.
    """
    rows = connection.execute(
        "SELECT id FROM files WHERE removed <= ? AND removed_at <= ? LIMIT ?", (generation, removed_before, count)
    ).fetchall()
    connection.executemany("DELETE FROM chunks WHERE file = ?", rows)
    connection.executemany("DELETE FROM files WHERE id = ?", rows)
    return len(rows)


def _versions(connection: sqlite3.Connection, paths: Sequence[str]) -> list[int]:
    """Return the numbers of the files that have these paths now."""
    return [
        row[0]
        for some in sliced([encoded(path) for path in paths])
        for row in connection.execute(f"SELECT id FROM files WHERE path IN ({marks(some)}) AND removed IS NULL", some)
    ]


def _remove(connection: sqlite3.Connection, files: Sequence[int], generation: int) -> None:
    now = int(time.time())
    connection.executemany(f"{_MARK_REMOVED} WHERE id = ?", [(generation, now, file) for file in files])
    connection.executemany("DELETE FROM lengths WHERE file = ?", [(file,) for file in files])
    connection.executemany("INSERT INTO removed_files VALUES (?, ?)", [(file, generation) for file in files])


def _write_file(connection: sqlite3.Connection, update: PreparedFile | SkippedFile, generation: int) -> int:
    digest, language, skipped = (
        (update.digest, update.language, None)
        if isinstance(update, PreparedFile)
        else (None, None, update.reason.value)
    )
    cursor = connection.execute(
        "INSERT INTO files (path, stamp, digest, language, left_out, generation) VALUES (?, ?, ?, ?, ?, ?)",
        (encoded(update.path), _stamp(update.stamp), digest, language, skipped, generation),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _stamp(stamp: FileStamp) -> str:
    """Return a stamp as text: inodes and times of some file systems do not fit SQLite's 64 bits."""
    return f"{stamp.mtime_ns} {stamp.size} {stamp.inode} {stamp.changed_ns}"


def _row(number: int, file: int, text: int, chunk: Chunk) -> ChunkRow:
    return (number, file, text, chunk.space, chunk.kind, chunk.language)


def _chunk_values(row: ChunkRow, prepared_chunk: PreparedChunk) -> tuple[object, ...]:
    number, file, text, space, kind, language = row
    chunk = prepared_chunk.chunk
    return (
        number,
        file,
        text,
        space,
        language,
        kind,
        encoded(chunk.name),
        encoded(chunk.name.casefold()),
        None if chunk.container is None else encoded(chunk.container),
        chunk.start_line,
        chunk.end_line,
        chunk.name_line,
        chunk.name_column,
        chunk.name_length,
        encoded(chunk.signature),
        chunk.part,
        prepared_chunk.text_digest,
        chunk.sketch,
    )


def _lengths(file: int, chunks: Sequence[PreparedChunk]) -> list[tuple[object, ...]]:
    totals: dict[SpaceName, list[int]] = {}
    for each in chunks:
        counts = [1, *map(count_words, each.words)]
        known = totals.get(each.chunk.space, [0] * len(counts))
        totals[each.chunk.space] = [total + count for total, count in zip(known, counts, strict=True)]
    return [(file, space, *counts) for space, counts in totals.items()]


def _last_number(connection: sqlite3.Connection, table: str) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return 0 if row is None else int(row[0])
