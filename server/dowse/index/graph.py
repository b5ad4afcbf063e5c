"""One HNSW graph (Malkov and Yashunin, arXiv 1603.09320) of bounded size, and its file.

A large collection is held by several graphs of bounded size: saving one holds Python's lock for as long as its file
takes to write, growing one copies it, and a graph that is full is never written again. The file is a cache. Beside it
stand its metadata: the database's identity and generation, the size and a checksum. hnswlib reads a damaged file
without looking and may crash the process, so nothing is loaded that its metadata do not vouch for.
"""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

log = logging.getLogger(__name__)

Numbers = NDArray[np.int64]

NEIGHBOURS = 16
EF_CONSTRUCTION = 150
"""Candidates that an insertion looks at. Of 65,536 vectors of real code recall@10 is 0.983, with 100 it is 0.976 for
three quarters of the work, with 200 it is 0.986 for half as much again."""
EF_SEARCH = 200
"""Candidates that a search keeps; with 150 recall@10 of the same graph is 0.977, with 250 it is 0.987 and takes a sixth
more."""
_EF_PER_HIT = 3
"""The same for more hits; with 2, recall@10 of filtered searches is 0.976 instead of 0.984."""
ADDED_AT_ONCE = 12
"""Vectors added while searches wait: about 5 ms."""

_FIRST_CAPACITY = 4_096
_FORMAT = 1


@cache
def available() -> bool:
    """Whether hnswlib, which is compiled at installation, is there."""
    try:
        import hnswlib  # noqa: F401
    except ImportError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class GraphMetadata:
    """What stands beside a graph's file."""

    format: int
    identity: str
    generation: int
    fingerprint: str
    dimensions: int
    size: int
    checksum: int
    deleted: list[int]


class HnswGraph:
    """Labels are texts' numbers. May be used from any thread: a search and an insertion exclude each other."""

    def __init__(
        self,
        dimensions: int,
        capacity: int,
        loaded: Any = None,  # noqa: ANN401 - hnswlib has no types
        deleted: Sequence[int] = (),
    ) -> None:
        import hnswlib

        self.capacity = capacity
        """The most labels that it may have, deleted ones included."""
        self._gate = _Gate()
        self._index = loaded
        if loaded is None:
            self._index = hnswlib.Index("ip", dimensions)
            self._index.init_index(_FIRST_CAPACITY, M=NEIGHBOURS, ef_construction=EF_CONSTRUCTION)
        self._deleted = set(deleted)
        self.changed = loaded is None
        """Whether it has vectors that its file has not."""

    def __len__(self) -> int:
        """Return the number of labels, deleted ones included."""
        return int(self._index.get_current_count())

    @property
    def deleted(self) -> int:
        """How many labels are deleted."""
        return len(self._deleted)

    @property
    def full(self) -> bool:
        """Whether no vector can be added."""
        return len(self) >= self.capacity

    def labels(self) -> Numbers:
        """Return all labels, deleted ones included."""
        return np.array(self._index.get_ids_list(), np.int64)

    def add(self, labels: Numbers, vectors: Vectors) -> None:
        """Insert vectors with new labels; the caller keeps to ``capacity``."""
        with self._gate.inserting():
            needed = len(self) + len(labels)
            if needed > self._index.get_max_elements():
                self._index.resize_index(min(self.capacity, max(needed, 2 * self._index.get_max_elements())))
            self._index.add_items(vectors, labels, num_threads=1)
            self.changed = True

    def delete(self, labels: Numbers) -> None:
        """Leave labels out of answers; they stay as way-stations and can be restored."""
        with self._gate.inserting():
            for label in labels.tolist():
                if label not in self._deleted:
                    self._index.mark_deleted(label)
                    self._deleted.add(label)

    def restore(self, labels: Numbers) -> None:
        """Undo ``delete``."""
        with self._gate.inserting():
            for label in labels.tolist():
                if label in self._deleted:
                    self._index.unmark_deleted(label)
                    self._deleted.discard(label)

    def nearest(self, query: Vectors, limit: int) -> tuple[Numbers, Vectors]:
        """Return the labels and cosines of about the best ``limit``, best first."""
        with self._gate.searching():
            limit = min(limit, len(self) - len(self._deleted))
            if limit <= 0:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            while True:
                self._index.set_ef(max(EF_SEARCH, _EF_PER_HIT * limit))
                try:
                    labels, distances = self._index.knn_query(query, k=limit, num_threads=1)
                except RuntimeError:  # fewer than ``limit`` can be reached; hnswlib says so only by raising
                    limit //= 2
                    if limit == 0:
                        return np.empty(0, np.int64), np.empty(0, np.float32)
                    continue
                return labels[0].astype(np.int64), 1 - distances[0]

    def vectors(self, labels: Numbers) -> Vectors:
        """Return the vectors of labels, float32 ``[len(labels), dimensions]``; 40 µs each."""
        return np.asarray(self._index.get_items(labels), np.float32)

    def save(self, path: Path, identity: str, generation: int, fingerprint: str) -> None:
        """Write the file and its metadata so that at any moment there is a whole pair or none.

        What a power cut takes of it shows in the checksum, so that nothing waits for the disk here.
        """
        temporary = path.with_suffix(".new")
        metadata_path = _metadata_path(path)
        with self._gate.inserting():
            self._index.save_index(str(temporary))
            deleted, dimensions = sorted(self._deleted), int(self._index.dim)
            self.changed = False
        temporary.chmod(0o600)
        checksum = _checksum(temporary)
        metadata = GraphMetadata(
            _FORMAT, identity, generation, fingerprint, dimensions, temporary.stat().st_size, checksum, deleted
        )
        metadata_path.unlink(missing_ok=True)
        temporary.replace(path)
        write_private(metadata_path, json.dumps(asdict(metadata)))


def load(path: Path, identity: str, generation: int, fingerprint: str, capacity: int) -> HnswGraph | None:
    """Load a graph; None when there is none, or it is damaged or not of this database, model or past."""
    import hnswlib

    try:
        metadata = GraphMetadata(**json.loads(_metadata_path(path).read_text("utf-8")))
        fits = (metadata.format, metadata.identity, metadata.fingerprint) == (_FORMAT, identity, fingerprint)
        if not fits or metadata.generation > generation:
            return None
        if metadata.size != path.stat().st_size or metadata.checksum != _checksum(path):
            log.warning("the vector graph %s is damaged and will be made again", path.name)
            return None
        index = hnswlib.Index("ip", metadata.dimensions)
        index.load_index(str(path))
        return HnswGraph(metadata.dimensions, capacity, index, metadata.deleted)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        log.warning("the vector graph %s cannot be loaded and will be made again: %s", path.name, error)
        return None


def remove(path: Path) -> None:
    """Delete a graph's files."""
    for each in (_metadata_path(path), path, path.with_suffix(".new")):
        each.unlink(missing_ok=True)


def remove_later(directory: Path, generation: int) -> None:
    """Delete the graphs in the directories below ``directory`` that are stamped later than ``generation``."""
    for metadata in directory.glob("*/*.json"):
        try:
            later = int(json.loads(metadata.read_text("utf-8"))["generation"]) > generation
        except (OSError, ValueError, TypeError, KeyError):
            continue  # which is not loaded either
        if later:
            remove(metadata.with_suffix(".hnsw"))


def metadata_stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a graph is saved again; None when there is none."""
    try:
        stat = _metadata_path(path).stat()
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_ino)


def write_private(path: Path, text: str) -> None:
    """Replace a small file atomically."""
    temporary = path.with_suffix(path.suffix + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _metadata_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum


class _Gate:
    """Lets searches run together and insertions alone, searches first: insertions are background work."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._searches = 0
        self._waiting = 0
        self._inserting = False

    @contextmanager
    def searching(self) -> Iterator[None]:
        with self._condition:
            self._waiting += 1
            self._condition.wait_for(lambda: not self._inserting)
            self._waiting -= 1
            self._searches += 1
        try:
            yield
        finally:
            with self._condition:
                self._searches -= 1
                self._condition.notify_all()

    @contextmanager
    def inserting(self) -> Iterator[None]:
        with self._condition:
            self._condition.wait_for(lambda: not (self._inserting or self._searches or self._waiting))
            self._inserting = True
        try:
            yield
        finally:
            with self._condition:
                self._inserting = False
                self._condition.notify_all()
