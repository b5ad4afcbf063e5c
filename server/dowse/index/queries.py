"""Questions to the catalogue. Each takes a connection inside a transaction (see :mod:`dowse.index.database`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind, SpaceName
from dowse.chunking.structure import SKETCH_BYTES
from dowse.embedding.model import ModelInfo
from dowse.index.database import forgotten, generation
from dowse.index.records import FileRecord, StoredChunk
from dowse.workspace.source import FileStamp, SkipReason

T = TypeVar("T")

ChunkRow = tuple[int, int, int, str, str, str]
"""Id, file, text, space, kind and language of a chunk: what is kept of it in memory."""

_SLICE = 500
"""Values in one ``IN (…)``."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different since a generation: file versions that have come, and such as have gone."""

    generation: int
    whole: bool
    """Whether these are all files, because it is not known what was removed."""
    paths: dict[int, str]
    removed: list[int]
    rows: list[ChunkRow]
    """Chunks of ``paths``, by ascending id."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model as the catalogue knows it."""

    id: int
    spec: str
    info: ModelInfo


@dataclass(frozen=True, slots=True)
class Roles:
    """The models of a space."""

    serving: StoredModel | None = None
    building: StoredModel | None = None

    @property
    def wanted(self) -> StoredModel | None:
        """The model that every chunk shall have a vector of."""
        return self.building or self.serving

    @property
    def all(self) -> tuple[StoredModel, ...]:
        """Both."""
        return tuple(model for model in (self.serving, self.building) if model is not None)


def encoded(text: str) -> bytes:
    """Return ``text`` as it is stored, whatever surrogates it holds."""
    return text.encode("utf-8", "surrogatepass")


def decoded(stored: bytes) -> str:
    """Undo :func:`encoded`."""
    return stored.decode("utf-8", "surrogatepass")


def sliced(values: Sequence[T], size: int = _SLICE) -> Iterator[Sequence[T]]:
    """Cut ``values`` into pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def marks(values: Sequence[object]) -> str:
    """Return as many parameter marks as there are values."""
    return ",".join("?" * len(values))


def changes_since(connection: sqlite3.Connection, since: int) -> Changes:
    """Return what changed after ``since``; 0 stands for nothing known, as does a time too long ago."""
    now = generation(connection)
    if since == 0 or since < forgotten(connection) or since > now:
        return Changes(now, True, paths(connection), [], _rows(connection))
    newer = "SELECT id, path FROM files WHERE generation > ? AND removed IS NULL"
    changed = _paths(connection.execute(newer, (since,)))
    removed = connection.execute("SELECT file FROM removed_files WHERE generation > ?", (since,))
    rows: list[ChunkRow] = []
    for ids in sliced(list(changed)):
        rows += connection.execute(f"{_ROWS} WHERE file IN ({marks(ids)})", ids)
    return Changes(now, False, changed, [row[0] for row in removed], _sound(connection, sorted(rows)))


def paths(connection: sqlite3.Connection) -> dict[int, str]:
    """Return the path of every file that is there now."""
    return _paths(connection.execute("SELECT id, path FROM files WHERE removed IS NULL"))


_ROWS = "SELECT id, file, text, space, kind, language FROM chunks"
_LIVING = "file NOT IN (SELECT id FROM files WHERE removed IS NOT NULL)"


def _rows(connection: sqlite3.Connection) -> list[ChunkRow]:
    return _sound(connection, connection.execute(f"{_ROWS} WHERE {_LIVING} ORDER BY id").fetchall())


def _sound(connection: sqlite3.Connection, rows: list[ChunkRow]) -> list[ChunkRow]:
    """Return the rows; ``ValueError`` where a number was never given out. In memory they are places in arrays."""
    files, texts = (connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in ("files", "texts"))
    if not all(0 < file <= files and 0 < text <= texts for _, file, text, *_ in rows):
        raise ValueError("there is no such file or text")
    return rows


def _paths(rows: Iterable[tuple[int, bytes]]) -> dict[int, str]:
    return {file: decoded(path) for file, path in rows}


_FILE = "SELECT id, path, stamp, digest, language, left_out FROM files"
_AS_OF = "generation <= :generation AND (removed IS NULL OR removed > :generation)"
"""A condition on rows of ``files``: the folder held them at a generation. The following questions say at which."""


def all_files(connection: sqlite3.Connection, generation: int) -> dict[str, FileRecord]:
    """Return every file by its path."""
    records = map(_record, connection.execute(f"{_FILE} WHERE {_AS_OF}", {"generation": generation}))
    return {record.path: record for record in records}


def file_of(connection: sqlite3.Connection, path: str, generation: int) -> FileRecord | None:
    """Return one file."""
    row = connection.execute(
        f"{_FILE} WHERE path = :path AND {_AS_OF}", {"path": encoded(path), "generation": generation}
    ).fetchone()
    return None if row is None else _record(row)


def digests_below(connection: sqlite3.Connection, directory: str, generation: int) -> dict[str, bytes]:
    """Return the digests of the files in a directory, by path."""
    return {path: digest for path, digest in _below(connection, directory, generation) if digest is not None}


def paths_below(connection: sqlite3.Connection, directory: str, generation: int) -> list[str]:
    """Return the files in a directory."""
    return [path for path, _ in _below(connection, directory, generation)]


def _below(connection: sqlite3.Connection, directory: str, generation: int) -> Iterator[tuple[str, bytes | None]]:
    between = {"first": encoded(f"{directory}/"), "last": encoded(f"{directory}0")}  # "0" follows "/"
    rows = connection.execute(
        f"SELECT path, digest FROM files WHERE path > :first AND path < :last AND {_AS_OF} ORDER BY path",
        {**between, "generation": generation},
    )
    return ((decoded(path), digest) for path, digest in rows)


def _record(row: tuple[int, bytes, str, bytes | None, str | None, str | None]) -> FileRecord:
    id_, path, stamp, digest, language, skipped = row
    mtime_ns, size, inode, changed_ns = map(int, stamp.split())
    reason = None if skipped is None else SkipReason(skipped)
    return FileRecord(id_, decoded(path), FileStamp(mtime_ns, size, inode, changed_ns), digest, language, reason)


def latest_files(connection: sqlite3.Connection, generation: int) -> list[int]:
    """Return all files, the most recently modified first."""
    # A stamp begins with the time of modification.
    query = f"SELECT id FROM files WHERE {_AS_OF} ORDER BY CAST(stamp AS INTEGER) DESC, id"
    return [row[0] for row in connection.execute(query, {"generation": generation})]


def skipped_counts(connection: sqlite3.Connection, generation: int) -> tuple[int, dict[SkipReason, int]]:
    """Return how many files are indexed and how many are skipped for which reason."""
    query = f"SELECT left_out, count(*) FROM files WHERE {_AS_OF} GROUP BY left_out"
    rows = dict(connection.execute(query, {"generation": generation}))
    indexed: int = rows.pop(None, 0)
    return indexed, {SkipReason(reason): count for reason, count in rows.items()}


def skipped_files(connection: sqlite3.Connection, limit: int, generation: int) -> list[tuple[str, SkipReason]]:
    """Return the first files that are skipped, by reason and path."""
    rows = connection.execute(
        f"SELECT path, left_out FROM files WHERE left_out IS NOT NULL AND {_AS_OF} "
        "ORDER BY left_out, path LIMIT :limit",
        {"limit": limit, "generation": generation},
    )
    return [(decoded(path), SkipReason(reason)) for path, reason in rows]


_CHUNK = (
    "SELECT id, file, space, language, kind, name, container, start_line, end_line, name_line, "
    "name_column, name_length, signature, part, text_digest, sketch FROM chunks"
)

_SPACES = {space.value: space for space in SpaceName}
_KINDS = {kind.value: kind for kind in Kind}


def chunks_with(connection: sqlite3.Connection, ids: Sequence[int], paths: Mapping[int, str]) -> dict[int, StoredChunk]:
    """Return those of the chunks whose rows are there, tombstones too, and whose files are among ``paths``."""
    found: dict[int, StoredChunk] = {}
    for some in sliced(ids):
        for row in connection.execute(f"{_CHUNK} WHERE id IN ({marks(some)})", some):
            path = paths.get(row[1])
            if path is not None:
                found[row[0]] = _chunk(row, path)
    return found


def chunks_of(connection: sqlite3.Connection, path: str, generation: int) -> list[StoredChunk]:
    """Return the chunks of a file, in order."""
    record = file_of(connection, path, generation)
    rows = () if record is None else connection.execute(f"{_CHUNK} WHERE file = ? ORDER BY id", (record.id,))
    return [_chunk(row, path) for row in rows]


def _chunk(row: tuple[Any, ...], path: str) -> StoredChunk:  # the columns of ``_CHUNK``
    id_, _, space, language, kind, name, container, start, end, line, column, length, signature, *rest = row
    return StoredChunk(
        id_,
        path,
        _SPACES.get(space) or SpaceName(space),  # which raises ValueError for damage
        language,
        _KINDS.get(kind) or Kind(kind),
        decoded(name),
        None if container is None else decoded(container),
        start,
        end,
        line,
        column,
        length,
        decoded(signature),
        *rest,
    )


def sketches_after(connection: sqlite3.Connection, space: SpaceName, chunk: int) -> list[tuple[int, bytes]]:
    """Return (id, sketch) of the chunks with ids above ``chunk`` that have one, by ascending id, tombstones too."""
    rows = connection.execute(
        "SELECT id, sketch FROM chunks WHERE id > ? AND space = ? AND sketch != x'' ORDER BY id", (chunk, space)
    ).fetchall()
    if any(len(sketch) != SKETCH_BYTES for _, sketch in rows):
        raise ValueError("a sketch has the wrong length")
    return rows


def chunks_named(connection: sqlite3.Connection, space: SpaceName, name: str) -> list[tuple[int, str, str | None, int]]:
    """Return (id, name, container, part) of the chunks of that name, in whatever case, tombstones too."""
    rows = connection.execute(
        "SELECT id, name, container, part FROM chunks WHERE folded = ? AND space = ?", (encoded(name.casefold()), space)
    )
    return [
        (id_, decoded(stored), None if container is None else decoded(container), part)
        for id_, stored, container, part in rows
    ]


def chunks_beginning(
    connection: sqlite3.Connection, space: SpaceName, beginning: str, limit: int
) -> list[tuple[int, str, int]]:
    """Return (id, name, part) of at most ``limit`` chunks whose names begin so, in whatever case, no tombstones."""
    first = encoded(beginning.casefold())
    rows = connection.execute(
        f"SELECT id, name, part FROM chunks WHERE folded >= ? AND folded < ? AND space = ? AND {_LIVING} LIMIT ?",
        (first, first + b"\xff", space, limit),  # no UTF-8 holds that byte
    )
    return [(id_, decoded(stored), part) for id_, stored, part in rows]


def lengths(connection: sqlite3.Connection, space: SpaceName) -> tuple[int, dict[str, int]]:
    """Return how many chunks a space has and how many words they have in each field together."""
    documents, *totals = connection.execute(
        "SELECT total(documents), total(name), total(signature), total(doc), total(body), total(path) FROM lengths "
        "WHERE space = ?",
        (space,),
    ).fetchone()
    return int(documents), dict(zip(("name", "signature", "doc", "body", "path"), map(int, totals), strict=True))


def roles(connection: sqlite3.Connection) -> dict[SpaceName, Roles]:
    """Return the models of each space."""
    found: dict[SpaceName, dict[str, StoredModel]] = {space: {} for space in SpaceName}
    for space, role, id_, fingerprint, spec, info in connection.execute(
        "SELECT space, role, models.id, fingerprint, spec, info FROM space_models JOIN models ON models.id = model"
    ):
        model = StoredModel(id_, spec, ModelInfo(**json.loads(info)))
        if model.info.fingerprint == fingerprint:  # else nothing could be stored for it
            found[SpaceName(space)][role] = model
    return {space: Roles(**models) for space, models in found.items()}


def model_id(connection: sqlite3.Connection, fingerprint: str) -> int | None:
    """Return the number of a model that some space has or had."""
    row = connection.execute("SELECT id FROM models WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return None if row is None else int(row[0])


def texts_of(connection: sqlite3.Connection, digests: Sequence[bytes]) -> dict[bytes, int]:
    """Return the numbers of those of the texts that are known."""
    return {
        digest: id_
        for some in sliced(digests)
        for digest, id_ in connection.execute(f"SELECT digest, id FROM texts WHERE digest IN ({marks(some)})", some)
    }


def vectors_of(connection: sqlite3.Connection, model: int, texts: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return (text, float16 vector) of those of the texts that have one."""
    query = "SELECT text, vector FROM vectors WHERE model = ? AND text IN"
    return [row for some in sliced(texts) for row in connection.execute(f"{query} ({marks(some)})", (model, *some))]


def last_vector(connection: sqlite3.Connection) -> int:
    """Return the number of the newest vector."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM vectors").fetchone()[0])


def texts_embedded_after(connection: sqlite3.Connection, model: int, vector: int) -> list[int]:
    """Return the texts whose vectors of a model are newer than ``vector``."""
    rows = connection.execute("SELECT text FROM vectors WHERE id > ? AND model = ?", (vector, model))
    return [row[0] for row in rows]


def vectors_with(
    connection: sqlite3.Connection, fingerprint: str, dimensions: int, texts: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which of the texts have a vector of a model, and these, float32 ``[len(found), dimensions]``."""
    model = model_id(connection, fingerprint)
    rows = [] if model is None else vectors_of(connection, model, texts)
    if any(len(vector) != 2 * dimensions for _, vector in rows):
        raise ValueError("a vector has the wrong length")
    found = np.array([text for text, _ in rows], np.int64)
    halves = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
    return found, halves.astype(np.float32).reshape(len(rows), dimensions)
