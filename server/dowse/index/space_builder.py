"""What the writer thread has of one space, and what it makes the next snapshot of it from."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.index import queries
from dowse.index.columns import ColumnsBuilder, Mask, Numbers, StoredColumns
from dowse.index.database import Database
from dowse.index.lexical import LexicalDocument, LexicalIndex
from dowse.index.queries import ChunkRow, Roles, StoredModel
from dowse.index.sketches import SketchCache
from dowse.index.space import Lease, SpaceSnapshot
from dowse.index.tuning import IndexTuning
from dowse.index.vectors import Fetch, VectorBuilder

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

log = logging.getLogger(__name__)


class SpaceBuilder:
    """Changes with every commit of its folder. One thread at a time uses it."""

    def __init__(
        self, name: SpaceName, directory: Path, database: Database, tuning: IndexTuning, stored: StoredColumns | None
    ) -> None:
        """Begin with the chunks of ``stored``."""
        self.name = name
        self.columns = ColumnsBuilder(stored)
        self.roles = Roles()
        self.stale: set[int] = set()
        """Files whose words are not in the word index."""
        self.lexical: LexicalIndex | None = None
        """The word index; None until it is opened."""
        self._directory = directory
        self._database = database
        self._tuning = tuning
        self._vectors: dict[str, VectorBuilder] = {}
        self._embedded: dict[str, int] = {}
        self._sketches = SketchCache()
        self._compactions = 0

    def snapshot(self, paths: Mapping[int, str], lease: Lease) -> SpaceSnapshot:
        """Return the space as it is now."""
        columns = self.columns.build()
        if self.columns.compactions != self._compactions:
            self._compactions = self.columns.compactions
            self._sketches = self._sketches.without_dead(columns.contain)
        return SpaceSnapshot(
            name=self.name,
            columns=columns,
            roles=self.roles,
            words=None if self.lexical is None else self.lexical.searcher,
            stale=frozenset(self.stale),
            vectors_by_model={fingerprint: index.build() for fingerprint, index in self._vectors.items()},
            missing_by_model={fingerprint: len(columns) - count for fingerprint, count in self._embedded.items()},
            paths=paths,
            use_graphs=self._tuning.use_graphs,
            _sketches=self._sketches,
            _database=self._database,
            _lease=lease,
        )

    def update(self, removed: Iterable[int], rows: Sequence[ChunkRow], serial: int) -> None:
        """Drop the chunks of ``removed`` files and add ``rows``, with ids above all others.

        ``serial`` is the last snapshot that has what is dropped.
        """
        dropped = self.columns.remove(removed)
        for index in self._vectors.values():
            self._embedded[index.fingerprint] -= int(index.has(dropped).sum())
        added = self.columns.append([row for row in rows if row[3] == self.name])
        gone = np.unique(dropped[~self.uses(dropped)])
        come = np.unique(added)
        for index in self._vectors.values():
            index.release(gone, serial)
            self._load_vectors(index, index.restore(come))
            self._embedded[index.fingerprint] += int(index.has(added).sum())

    def uses(self, texts: Numbers) -> Mask:
        """Return for each text whether a chunk has it."""
        return np.asarray(self.columns.uses.get(texts) > 0)

    def lacks(self, model: StoredModel | None, texts: Numbers) -> Mask:
        """Return for each text, which is in use, whether it has no vector of the model."""
        index = None if model is None else self._vectors.get(model.info.fingerprint)
        return np.ones(len(texts), np.bool_) if index is None else ~index.has(texts)

    def is_complete(self, model: StoredModel) -> bool:
        """Return whether every chunk has a vector of a model of this space."""
        return self._embedded[model.info.fingerprint] == len(self.columns)

    def set_roles(self, roles: Roles, generation: int) -> None:
        """Hold vectors of these models and of no others."""
        kept = {model.info.fingerprint for model in roles.all}
        self._vectors = {fingerprint: index for fingerprint, index in self._vectors.items() if fingerprint in kept}
        self._embedded = {fingerprint: count for fingerprint, count in self._embedded.items() if fingerprint in kept}
        for model in roles.all:
            fingerprint = model.info.fingerprint
            if fingerprint not in self._vectors:
                folder = self._directory / "vectors" / f"{self.name}-{fingerprint}"
                index = VectorBuilder(model.info.dimensions, folder, self._database.identity, fingerprint, self._tuning)
                self._vectors[fingerprint] = index
                self._load_vectors(index, index.open(self.columns.build().texts_in_use(), generation))
                self._count_embedded(index)
        self.roles = roles

    def follow(self, model: StoredModel, newer: Numbers, generation: int) -> None:
        """Take in what another process has saved and stored: graphs, and vectors of the ``newer`` texts."""
        index = self._vectors[model.info.fingerprint]
        texts = self.columns.build().texts_in_use()
        had = texts[index.has(texts)]
        lacking = index.open(texts, generation)
        self._load_vectors(index, np.intersect1d(lacking, np.union1d(had, newer)))
        self._count_embedded(index)

    def add_vectors(self, fingerprint: str, texts: Numbers, vectors: Vectors) -> None:
        """Make new vectors findable, as far as their texts are in use."""
        index = self._vectors.get(fingerprint)
        if index is not None:
            new = self.uses(texts) & ~index.has(texts)
            index.add(texts[new], vectors[new])
            self._embedded[fingerprint] += int(self.columns.uses.get(np.unique(texts[new])).sum())

    def vector_builders(self) -> list[VectorBuilder]:
        """Return those of all models of the space."""
        return list(self._vectors.values())

    def fetch_with(self, index: VectorBuilder) -> Fetch:
        """Return what reads vectors of a model from the catalogue."""
        return lambda texts: self._database.query(
            lambda connection: queries.vectors_with(connection, index.fingerprint, index.dimensions, texts.tolist())
        )

    def files(self) -> set[int]:
        """Return the files that have chunks here."""
        return set(self.columns.build().files_in_use().tolist())

    def open_words(self, generation: int, *, verify: bool) -> LexicalIndex:
        """Open the word index as it was left."""
        self.lexical = LexicalIndex(
            self._directory / f"words-{self.name}", self._database.identity, generation, verify=verify
        )
        return self.lexical

    def remake_words(self) -> None:
        """Empty the word index; all files are stale until they are applied again."""
        if self.lexical is not None:
            self.lexical.reset()
        self.stale = self.files()

    def replace_words(self, removed: Sequence[int], documents: Sequence[LexicalDocument], generation: int) -> None:
        """Put new documents into the word index and take those of ``removed`` files out."""
        assert self.lexical is not None
        try:
            self.lexical.replace(removed, documents, generation, self.stale)
        except (OSError, ValueError) as error:
            log.warning("the word index %s cannot be written: %s", self._directory.name, error)
            self.lexical.damaged = True

    def close(self) -> None:
        """Let go of files."""
        if self.lexical is not None:
            self.lexical.close()

    def _load_vectors(self, index: VectorBuilder, texts: Numbers) -> None:
        if len(texts):
            index.add(*self.fetch_with(index)(texts))

    def _count_embedded(self, index: VectorBuilder) -> None:
        self._embedded[index.fingerprint] = int(index.has(self.columns.build().living_texts()).sum())
