"""One of the two spaces, code or prose, of one workspace folder, as of one commit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.index import graph, queries
from dowse.index.columns import Columns, Mask, Numbers
from dowse.index.database import Database
from dowse.index.lexical import FEW_FILES, Found, WordSearcher
from dowse.index.names import SHORTEST_BEGINNING, begins, fit, lookups
from dowse.index.queries import Roles, StoredModel
from dowse.index.records import Candidate, ChunkFilter, TermStatistics, place_of
from dowse.index.sketches import BuiltChunks, SketchCache, Sketches
from dowse.index.vectors import VectorSnapshot

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

_NO_PLACE = (0, "", 0)

_READ_AT_ONCE = 8_192
"""Vectors read from the catalogue in one go, where all are."""

Row = TypeVar("Row", bound=tuple[Any, ...])

_MANY_BEGINNINGS = 500
"""Names with one beginning that are looked at."""


class Lease:
    """Held by all parts of a snapshot: while it lives, what the snapshot has stays readable."""


@dataclass(frozen=True, slots=True, eq=False)
class SpaceSnapshot:
    """Retrieval over the stored chunks of one space as of one commit; any thread may use it, and none waits."""

    name: SpaceName
    columns: Columns
    roles: Roles
    words: WordSearcher | None
    stale: frozenset[int]
    """Files whose words are not in the word index."""
    vectors_by_model: Mapping[str, VectorSnapshot]
    """By fingerprint, those of the models of ``roles``."""
    missing_by_model: Mapping[str, int]
    """By fingerprint, how many chunks lack a vector."""
    paths: Mapping[int, str]
    """By file. Files of other commits may be among them."""
    use_graphs: bool
    _sketches: SketchCache
    _database: Database
    _lease: Lease

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self.columns)

    @property
    def kind_of_index(self) -> Literal["hnsw", "exact"]:
        """``exact`` where hnswlib is not installed."""
        return "hnsw" if self.use_graphs and graph.available() else "exact"

    def nearest(
        self, query: Vectors, limit: int, allowed: ChunkFilter | None = None, copies: int | None = None
    ) -> list[Candidate]:
        """Chunks by cosine with ``query``, float32 ``[dimensions]``, best first; of a text ``copies``, least deep."""
        index = self.vector_index(self.roles.serving)
        if index is None or limit <= 0 or query.shape != (index.dimensions,):
            return []
        if allowed is not None:
            mask = self.columns.allowed(allowed, self.paths)
            among = self.columns.texts_in_use(mask)
            nearest = index.nearest_among(query, limit, among, partial(self._fetch, index))
            return self._chunks_with(*nearest, mask, copies)[:limit]
        asked = limit
        while True:
            texts, scores = index.nearest(query, asked)
            found = self._chunks_with(texts, scores, None, copies)
            if len(found) >= limit or len(texts) < asked:
                return found[:limit]
            asked *= 4  # some texts are of other commits

    def alike(self, sketch: bytes, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks by how much they are built like a piece with this sketch, best first; not those that share nothing."""
        known = self._known_sketches()
        mask = None if allowed is None else self.columns.allowed(allowed, self.paths)
        found: list[Found] = []
        for wanted in (2 * limit, len(known.ids)):  # some of the best may be gone, or filtered out
            near = known.most_like(sketch, wanted)
            passing = self.columns.contain(np.array([chunk for chunk, _ in near], np.int64), mask).tolist()
            found = [each for each, good in zip(near, passing, strict=True) if good and each[1] > 0]
            if len(found) >= limit or len(near) == len(known.ids):
                break
        return [Candidate(*each) for each in self._ordered(found)[:limit]]

    def built(self, allowed: ChunkFilter) -> BuiltChunks:
        """Return all chunks that pass and have a sketch, by their places."""
        known = self._known_sketches()
        passing = np.flatnonzero(self.columns.contain(known.ids, self.columns.allowed(allowed, self.paths)))
        chunks: list[int] = known.ids[passing].tolist()
        places = self._places(chunks)
        passing = passing[sorted(range(len(chunks)), key=lambda row: places[chunks[row]])]
        ids = known.ids[passing]
        languages = tuple(self.columns.languages_of(ids))
        return BuiltChunks(ids, self.columns.texts_of(ids), languages, known.table[:, passing])

    def stored_vectors(self, texts: Numbers) -> NDArray[np.float16] | None:
        """Return the serving model's vectors of texts, float16 ``[len(texts), dimensions]``; zeros of those without.

        None where no model serves.
        """
        index = self.vector_index(self.roles.serving)
        if index is None:
            return None
        vectors = np.zeros((len(texts), index.dimensions), np.float16)
        order = np.argsort(texts, kind="stable")
        for start in range(0, len(order), _READ_AT_ONCE):
            rows = order[start : start + _READ_AT_ONCE]
            found, read = self._fetch(index, np.unique(texts[rows]))
            by_text = np.argsort(found)
            known = rows[np.isin(texts[rows], found)]
            vectors[known] = read[by_text[np.searchsorted(found, texts[known], sorter=by_text)]]
        return vectors

    def matching(
        self,
        terms: Iterable[str] | Mapping[str, float],
        limit: int,
        allowed: ChunkFilter | None = None,
        copies: int | None = None,
    ) -> list[Candidate]:
        """Chunks that hold any of the terms (as ``chunking.identifiers.words`` gives them), by BM25, best first.

        A term counts as often as it is given, or what a mapping says. Of one text the best ``copies`` are given.
        """
        if self.words is None:
            return []
        mask: Mask | None = None
        files: list[int] | None = None
        if allowed is not None:
            mask = self.columns.allowed(allowed, self.paths)
            within = self.columns.files_in_use(mask)
            files = within.tolist() if len(within) <= FEW_FILES else None

        def keep(found: list[Found]) -> list[Found]:
            found = self._ordered(found)
            ids = np.array([chunk for chunk, _ in found], np.int64)
            passing = self.columns.contain(ids, mask)
            if copies is not None:
                passing[passing] = self.columns.copies_before(ids[passing]) < copies
            return [each for each, good in zip(found, passing.tolist(), strict=True) if good]

        return [Candidate(chunk, score) for chunk, score in self.words.search(Counter(terms), limit, keep, files)]

    def named(self, name: str, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks of that name, or of that ``Container.name``: score 1.0, and lower where only the case differs.

        Where there are none, those whose names begin so, with at most ``BEGINS``: the name may still be typed.
        """
        mask = None if allowed is None else self.columns.allowed(allowed, self.paths)
        meanings = lookups(name)
        best: dict[int, tuple[float, int]] = {}
        no_names: list[tuple[int, str, str | None, int]] = []
        no_beginnings: list[tuple[int, str, int]] = []
        for wanted, _ in meanings:
            question = partial(queries.chunks_named, space=self.name, name=wanted)
            for chunk, stored, container, part in self._of_this_commit(self._database.query_or(question, no_names)):
                if (score := fit(meanings, stored, container)) > 0:
                    best[chunk] = (score, -part)
        if not best and len(name) >= SHORTEST_BEGINNING:
            begun = partial(queries.chunks_beginning, space=self.name, beginning=name, limit=_MANY_BEGINNINGS)
            for chunk, stored, part in self._of_this_commit(self._database.query_or(begun, no_beginnings)):
                best[chunk] = (begins(name, stored), -part)
        passing = self.columns.contain(np.array(list(best), np.int64), mask).tolist()
        kept = [chunk for chunk, good in zip(best, passing, strict=True) if good]
        places = self._places(kept)
        kept.sort(key=lambda chunk: (-best[chunk][0], -best[chunk][1], places[chunk]))
        return [Candidate(chunk, best[chunk][0]) for chunk in kept[:limit]]

    def vector(self, chunk_id: int) -> Vectors | None:
        """Return the serving model's vector of a chunk, float32 ``[dimensions]``; None when there is none yet."""
        return self.vectors([chunk_id]).get(chunk_id)

    def vectors(self, chunk_ids: Sequence[int]) -> dict[int, Vectors]:
        """Return the serving model's vectors of those of the chunks that have one, by chunk."""
        index = self.vector_index(self.roles.serving)
        if index is None:
            return {}
        texts = {chunk: text for chunk in chunk_ids if (text := self.columns.text_of(chunk)) is not None}
        found, vectors = self._fetch(index, np.array(sorted(set(texts.values())), np.int64))
        by_text = dict(zip(found.tolist(), vectors, strict=True))
        return {chunk: by_text[text] for chunk, text in texts.items() if text in by_text}

    def term_statistics(self, terms: Sequence[str]) -> TermStatistics:
        """What is needed to score other chunks like the stored ones; see :mod:`dowse.index.overlay`."""
        documents, totals = self._database.query_or(partial(queries.lengths, space=self.name), (0, dict[str, int]()))
        averages = {name: total / documents for name, total in totals.items()} if documents else {}
        return TermStatistics(documents, averages, self.words.frequencies(terms) if self.words else {})

    def holders(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each term stands, by the field in which most have it."""
        return self.words.holders(terms) if self.words else {}

    def holding(self, words: Sequence[Sequence[str]], chunks: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return which of ``words`` each of the chunks holds, and which its file does, as numbers.

        Bit ``n`` stands for ``words[n]``, which is given in all its forms; see :meth:`WordSearcher.holding`.
        """
        if self.words is None or not chunks:
            return {}
        files = self.columns.files_of(chunks)
        held = self.words.holding(words, sorted(set(files)))
        of_file: dict[int, int] = defaultdict(int)
        for bits, file in zip(held.values(), self.columns.files_of(list(held)), strict=True):
            of_file[file] |= bits
        return {chunk: (held.get(chunk, 0), of_file[file]) for chunk, file in zip(chunks, files, strict=True)}

    def mentions(self, names: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks' code each name (in lower case) stands."""
        return self.words.holders(names, ("body",)) if self.words else {}

    def vector_index(self, model: StoredModel | None) -> VectorSnapshot | None:
        """Return the vectors of a model; None where it is none of the space's."""
        return None if model is None else self.vectors_by_model.get(model.info.fingerprint)

    def missing(self, model: StoredModel | None) -> int:
        """Return how many chunks lack a vector of a model: all of them where there is none."""
        return len(self) if model is None else self.missing_by_model.get(model.info.fingerprint, len(self))

    def files_without_vectors(self, model: StoredModel) -> Numbers:
        """Return the files with a chunk that lacks a vector of a model of this space."""
        index = self.vector_index(model)
        return np.empty(0, np.int64) if index is None else self.columns.files_without(index.has)

    def _fetch(self, index: VectorSnapshot, texts: Numbers) -> tuple[Numbers, Vectors]:
        """Read those of the texts' vectors that the catalogue has."""
        question = partial(
            queries.vectors_with,
            fingerprint=index.fingerprint,
            dimensions=index.dimensions,
            texts=texts.tolist(),
        )
        return self._database.query_or(question, (np.empty(0, np.int64), np.empty((0, index.dimensions), np.float32)))

    def _known_sketches(self) -> Sketches:
        def read(last: int) -> list[tuple[int, bytes]]:
            question = partial(queries.sketches_after, space=self.name, chunk=last)
            return self._database.query_or(question, list[tuple[int, bytes]]())

        newest = int(self.columns.ids[-1]) if len(self.columns.ids) else 0
        return self._sketches.until(newest, read)

    def _of_this_commit(self, rows: Sequence[Row]) -> list[Row]:
        """Return those of the rows, which begin with a chunk's id, whose chunks this snapshot has."""
        there = self.columns.contain(np.array([row[0] for row in rows], np.int64)).tolist()
        return [row for row, good in zip(rows, there, strict=True) if good]

    def _chunks_with(self, texts: Numbers, scores: Vectors, mask: Mask | None, copies: int | None) -> list[Candidate]:
        found: list[Found] = []
        for text, score in zip(texts.tolist(), scores.tolist(), strict=True):
            chunks = self.columns.chunks_of_text(text, mask)
            if len(chunks) > 1:
                chunks = sorted(chunks, key=self._places(chunks).__getitem__)[:copies]
            found += [(chunk, score) for chunk in chunks]
        return [Candidate(*each) for each in self._ordered(found)]

    def _places(self, chunks: Sequence[int]) -> dict[int, tuple[int, str, int]]:
        """Return what orders chunks of equal scores: see :func:`place_of`; in one file, as they stand there."""
        files = self.columns.files_of(chunks)
        return {chunk: (*place_of(self.paths.get(file, "")), chunk) for chunk, file in zip(chunks, files, strict=True)}

    def _ordered(self, found: list[Found]) -> list[Found]:
        """Return chunks with their scores, best first. Only where scores are equal their places are looked at."""
        found = sorted(found, key=lambda each: -each[1])
        tied = {score for (_, score), (_, following) in pairwise(found) if score == following}
        if not tied:
            return found
        places = self._places([chunk for chunk, score in found if score in tied])
        return sorted(found, key=lambda each: (-each[1], places.get(each[0], _NO_PLACE)))
