"""Changes to the catalogue. Each takes a connection inside a writing transaction (see :mod:`dowse.index.database`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.fields import JoinedWords, count_words
from dowse.chunking.prepared import MissingFile, Prepared, PreparedFile
from dowse.embedding.model import ModelInfo
from dowse.index.database import next_generation
from dowse.index.reading import ChunkRow, Roles, encoded, model_id, sliced, texts_of
from dowse.index.records import text_digest
from dowse.workspace.source import FileStamp, SkippedFile


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
    """Numbers of the files that are there now, by path."""
    removed: list[int]
    rows: dict[int, list[ChunkRow]]
    """The chunks of each of ``files``, in order."""
    known: frozenset[int]
    """Those of ``files`` and ``removed`` that were there before."""


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
    before = _numbers(connection, [update.update.path for update in updates])
    for some in sliced(list(before.values())):
        _forget_chunks(connection, some)
    texts = number_texts(connection, (chunk.embedded_digest for update in updates for chunk in update.chunks))
    missing = [each.update.path for each in updates if isinstance(each.update, MissingFile)]
    removed = [before[path] for path in missing if path in before]
    _remove(connection, removed, generation)
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
    return Applied(generation, files, removed, rows, frozenset(before.values()))


def number_texts(connection: sqlite3.Connection, digests: Iterable[bytes]) -> dict[bytes, int]:
    """Return the number of each text, giving one to those that have none, and mark them all as used."""
    wanted = list(dict.fromkeys(digests))
    numbers = texts_of(connection, wanted)
    for some in sliced(list(numbers.values())):
        marks = ",".join("?" * len(some))
        connection.execute(
            f"UPDATE texts SET unused_since = NULL WHERE id IN ({marks}) AND unused_since IS NOT NULL", some
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
    """Forget all files and their chunks; returns the generation."""
    generation = next_generation(connection)
    connection.execute("INSERT OR REPLACE INTO removed_files SELECT id, ? FROM files", (generation,))
    for table in ("files", "chunks", "lengths"):
        connection.execute(f"DELETE FROM {table}")
    return generation


def _numbers(connection: sqlite3.Connection, paths: Sequence[str]) -> dict[str, int]:
    by_bytes = {encoded(path): path for path in paths}
    found: dict[str, int] = {}
    for some in sliced(list(by_bytes)):
        query = f"SELECT path, id FROM files WHERE path IN ({','.join('?' * len(some))})"
        found.update((by_bytes[path], id_) for path, id_ in connection.execute(query, some))
    return found


def _forget_chunks(connection: sqlite3.Connection, files: Sequence[int]) -> None:
    marks = ",".join("?" * len(files))
    connection.execute(f"DELETE FROM chunks WHERE file IN ({marks})", files)
    connection.execute(f"DELETE FROM lengths WHERE file IN ({marks})", files)


def _remove(connection: sqlite3.Connection, files: Sequence[int], generation: int) -> None:
    connection.executemany("DELETE FROM files WHERE id = ?", [(file,) for file in files])
    connection.executemany("INSERT INTO removed_files VALUES (?, ?)", [(file, generation) for file in files])


def _write_file(connection: sqlite3.Connection, update: PreparedFile | SkippedFile, generation: int) -> int:
    digest, language, left_out = (
        (update.digest, update.language, None)
        if isinstance(update, PreparedFile)
        else (None, None, update.reason.value)
    )
    rows = connection.execute(
        "INSERT INTO files (path, stamp, digest, language, left_out, generation) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (path) DO UPDATE SET stamp = excluded.stamp, digest = excluded.digest, "
        "language = excluded.language, left_out = excluded.left_out, generation = excluded.generation RETURNING id",
        (
            encoded(update.path),
            _stamp(update.stamp),
            digest,
            language,
            left_out,
            generation,
        ),
    )
    return int(rows.fetchall()[0][0])


def _stamp(stamp: FileStamp) -> str:
    """Return a stamp as text: inodes and times of some file systems do not fit SQLite's 64 bits."""
    return f"{stamp.mtime_ns} {stamp.size} {stamp.inode}"


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
