"""The index of one workspace folder as of one commit: what a search reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelInfo
from dowse.index import database, location, queries
from dowse.index.database import Database
from dowse.index.records import FileRecord, FolderCounts, StoredChunk
from dowse.index.space import Lease, SpaceSnapshot
from dowse.settings import FileSettings
from dowse.workspace.source import SkipReason

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class IndexSnapshot:
    """Never changes; any thread may use it, and none waits. Let go of it when the request is answered.

    What it finds can be read from it for as long as it is held. Where the catalogue turns out to be damaged, it answers
    as if nothing were there.
    """

    root: Path
    directory: Path
    """Where the index is kept."""
    generation: int
    """Number of the last change that it has; every committed change has a higher one."""
    complete: bool
    """Whether the index holds the folder as it was at some time, rather than a part of it: no first scan is under way.

    It is the writer's word: a process that only reads cannot tell an index that is being made from a small one.
    """
    writable: bool
    """Whether this process is the one that writes this index."""
    spaces: Mapping[SpaceName, SpaceSnapshot]
    paths: Mapping[int, str]
    """By file. Files of other commits may be among them."""
    _database: Database
    _lease: Lease

    @property
    def vectors_missing(self) -> int:
        """How many vectors the writer still owes: one for each chunk and model, serving or building, without one."""
        return sum(space.missing(model) for space in self.spaces.values() for model in space.roles.all or (None,))

    def files(self) -> dict[str, FileRecord]:
        """Everything the catalogue knows, by relative path."""
        return self._database.query_or(self._as_of(queries.all_files), {})

    def file(self, path: str) -> FileRecord | None:
        """What the catalogue knows of one file."""
        return self._database.query_or(self._as_of(queries.file_of, path=path), None)

    def read_under(self) -> tuple[FileSettings, ...] | None:
        """Settings that any of the files may have been read under by now; None where that is not known."""
        return self._database.query_or(database.read_under, None)

    def paths_below(self, directory: str) -> list[str]:
        """Return all files that are known in a directory, also those that are skipped."""
        return self._database.query_or(self._as_of(queries.paths_below, directory=directory), [])

    def digests_below(self, directory: str) -> dict[str, bytes]:
        """Return the digest of each indexed file in a directory, by its path in the folder."""
        return self._database.query_or(self._as_of(queries.digests_below, directory=directory), {})

    def skipped(self, limit: int) -> list[tuple[str, SkipReason]]:
        """Return files that are skipped, and why, ordered by reason and path; at most ``limit``."""
        return self._database.query_or(self._as_of(queries.skipped_files, limit=limit), [])

    def chunks(self, ids: Iterable[int]) -> dict[int, StoredChunk]:
        """Those of the chunks that this snapshot has, by id."""
        wanted = np.fromiter(ids, np.int64)
        there = np.logical_or.reduce([space.columns.contain(wanted) for space in self.spaces.values()])
        question = partial(queries.chunks_with, ids=wanted[there].tolist(), paths=self.paths)
        return self._database.query_or(question, {})

    def chunks_of(self, path: str) -> list[StoredChunk]:
        """Chunks of one file, in order."""
        return self._database.query_or(self._as_of(queries.chunks_of, path=path), [])

    def stale_paths(self) -> list[str]:
        """Files whose words cannot be searched until they are read and applied again."""
        stale = {file for space in self.spaces.values() for file in space.stale}
        return sorted(path for file in stale if (path := self.paths.get(file)) is not None)

    def paths_without_vectors(
        self, limit: int, usable: Callable[[str, str], bool] = lambda spec, fingerprint: True, first: Sequence[str] = ()
    ) -> list[str]:
        """Return at most ``limit`` files some of whose chunks lack a vector of a model that is ``usable``.

        Those that lack one of the model that serves come before those that lack one of the model that is being
        built; of either, the files of ``first``, and then the most recently modified ones.
        """
        serving = [(space, space.roles.serving) for space in self.spaces.values()]
        building = [(space, space.roles.building) for space in self.spaces.values()]
        for models in (serving, building):
            files = {
                file
                for space, model in models
                if model is not None and usable(model.spec, model.info.fingerprint)
                for file in space.files_without_vectors(model).tolist()
            }
            if files:
                latest = [
                    file
                    for file in self._database.query_or(self._as_of(queries.latest_files), list[int]())
                    if file in files
                ]
                paths = [path for file in latest if (path := self.paths.get(file)) is not None]
                return sorted(paths, key=lambda path: path not in first)[:limit]
        return []

    def serving(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model whose vectors answer."""
        model = self.spaces[space].roles.serving
        return None if model is None else (model.spec, model.info)

    def building(self, space: SpaceName) -> tuple[str, ModelInfo] | None:
        """Spec and info of the model that will serve once every chunk has a vector of it."""
        model = self.spaces[space].roles.building
        return None if model is None else (model.spec, model.info)

    def counts(self) -> FolderCounts:
        """Sizes, for the status; takes time, since it looks at every file of the index."""
        indexed, skipped = self._database.query_or(self._as_of(queries.skipped_counts), (0, dict[SkipReason, int]()))
        chunks = sum(map(len, self.spaces.values()))
        missing = sum(space.missing(space.roles.wanted) for space in self.spaces.values())
        return FolderCounts(indexed, chunks, chunks - missing, skipped, location.disk_bytes(self.directory))

    def _as_of(self, question: Callable[..., T], **about: object) -> Callable[[sqlite3.Connection], T]:
        """Return a question about the files that the folder held at this generation."""
        return partial(question, generation=self.generation, **about)
