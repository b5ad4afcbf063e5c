"""One of the two spaces, code or prose, of one workspace folder."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from itertools import pairwise
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.index import graph, questions, reading
from dowse.index.columns import Columns, HeldChunks, Mask, Numbers
from dowse.index.lexical import FEW_FILES, LexicalIndex
from dowse.index.names import SHORTEST_BEGINNING, begins, fit, lookups
from dowse.index.reading import ChunkRow, Roles, StoredModel
from dowse.index.records import Candidate, ChunkFilter, TermStatistics, place_of
from dowse.index.sketches import BuiltChunks, Sketches
from dowse.index.vectors import Fetch, VectorIndex

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

T = TypeVar("T")
Ask = Callable[[Callable[[sqlite3.Connection], T], T], T]
"""Puts a question to the catalogue and returns the second argument when the catalogue turns out to be damaged."""

_ATTEMPTS = 3
"""A search is repeated, for more, when a change has taken away what it had found."""

_NO_PLACE = (0, "", 0)

_READ_AT_ONCE = 8_192
"""Vectors read from the catalogue in one go, where all are."""


class Space:
    """Retrieval over the stored chunks of one space; every method may be called from any thread.

    The methods below ``term_statistics`` are for :class:`~dowse.index.folder.FolderIndex`, which calls those that
    change something one after another.
    """

    def __init__(
        self,
        name: SpaceName,
        ask: Ask,  # type: ignore[type-arg]
        paths: Mapping[int, str],
        still: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """``still`` keeps changes of the folder off, once what is in the catalogue is here as well."""
        self.name = name
        self._ask = ask
        self._paths = paths
        self._still = still
        self._lock = RLock()
        self.reset()

    def nearest(
        self, query: Vectors, limit: int, allowed: ChunkFilter | None = None, copies: int | None = None
    ) -> list[Candidate]:
        """Chunks by cosine with ``query``, float32 ``[dimensions]``, best first; of a text ``copies``, least deep."""
        index = self.vector_index(self.roles.serving)
        if index is None or limit <= 0 or query.shape != (index.dimensions,):
            return []
        found: list[Candidate] = []
        for attempt in range(_ATTEMPTS):
            texts, scores = self._nearest_texts(index, query, limit * 4**attempt, allowed)
            found, vanished = self._chunks_with(texts, scores, allowed, copies)
            if not vanished or len(found) >= limit:
                break
        return found[:limit]

    def alike(self, sketch: bytes, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks by how much they are built like a piece with this sketch, best first; not those that share nothing."""
        if allowed is not None:
            self._ask_paths(allowed)
        known = self.sketches()
        for wanted in (2 * limit, len(known.ids)):  # some of the best may be gone, or filtered out
            near = known.most_like(sketch, wanted)
            passing = self._passing([chunk for chunk, _ in near], allowed)
            found = [each for each, good in zip(near, passing, strict=True) if good and each[1] > 0]
            if len(found) >= limit or len(near) == len(known.ids):
                break
        return [Candidate(*each) for each in self._ordered(found)[:limit]]

    def built(self, allowed: ChunkFilter) -> BuiltChunks:
        """Return all chunks that pass and have a sketch, by their places."""
        self._ask_paths(allowed)
        known = self.sketches()
        with self._lock:
            passing = np.flatnonzero(self._columns.passing(known.ids, self._columns.allowed(allowed)))
        chunks = known.ids[passing].tolist()
        places = self._places(chunks)
        passing = passing[sorted(range(len(chunks)), key=lambda row: places[chunks[row]])]
        ids = known.ids[passing]
        with self._lock:
            texts, languages = self._columns.described(ids)
        return BuiltChunks(ids, texts, tuple(languages), known.table[:, passing])

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
            found, read = self.fetch_with(index)(np.unique(texts[rows]))
            by_text = np.argsort(found)
            known = rows[np.isin(texts[rows], found)]
            vectors[known] = read[by_text[np.searchsorted(found, texts[known], sorter=by_text)]]
        return vectors

    def sketches(self) -> Sketches:
        """Return the sketches of all chunks, and of some that are gone."""
        with self._lock:
            after = self._sketches.last
        rows = self._ask(lambda connection: reading.sketches_after(connection, self.name, after), [])
        with self._lock:
            known = self._sketches
            known.take([row for row in rows if row[0] > known.last], lambda ids: self._columns.passing(ids, None))
            return copy(known)

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
        lexical, files = self._lexical, None
        if lexical is None:
            return []
        wanted = Counter(terms)
        if allowed is not None:
            self._ask_paths(allowed)
            with self._lock:
                files = self._columns.files_in(self._columns.allowed(allowed))
            files = files if len(files) <= FEW_FILES else None
        newest = 0

        def keep(found: list[tuple[int, float]]) -> list[tuple[int, float]]:
            nonlocal newest
            found = self._ordered(found)
            chunks = [chunk for chunk, _ in found]
            newest = max(newest, *chunks, 0)
            return [each for each, good in zip(found, self._passing(chunks, allowed, copies), strict=True) if good]

        found = lexical.search(wanted, limit, keep, files)
        with self._lock:
            ahead = newest > self._columns.newest
        if ahead:  # the words of a change are here a moment before its chunks
            with self._still():
                found = lexical.search(wanted, limit, keep, files)
        return [Candidate(chunk, score) for chunk, score in found]

    def named(self, name: str, limit: int, allowed: ChunkFilter | None = None) -> list[Candidate]:
        """Chunks of that name, or of that ``Container.name``: score 1.0, and lower where only the case differs.

        Where there are none, those whose names begin so, with at most ``BEGINS``: the name may still be typed.
        """
        best: dict[int, tuple[float, int]] = {}
        for wanted, container in lookups(name):
            for chunk, stored, around, part in self._ask(questions.named(self.name, wanted), []):
                if (score := fit(wanted, container, stored, around)) > 0:
                    best[chunk] = max(best.get(chunk, (0.0, 0)), (score, -part))
        if not best and len(name) >= SHORTEST_BEGINNING:
            for chunk, stored, part in self._ask(questions.beginning(self.name, name), []):
                best[chunk] = (begins(name, stored), -part)
        if allowed is not None:
            self._ask_paths(allowed)
        passing = self._passing(list(best), allowed)
        kept = [chunk for chunk, good in zip(best, passing, strict=True) if good]
        places = self._places(kept)
        kept.sort(key=lambda chunk: (-best[chunk][0], -best[chunk][1], places[chunk]))
        return [Candidate(chunk, best[chunk][0]) for chunk in kept[:limit]]

    def vector(self, chunk_id: int) -> Vectors | None:
        """Return the serving model's vector of a chunk, float32 ``[dimensions]``; None when there is none yet."""
        index = self.vector_index(self.roles.serving)
        with self._lock:
            text = self._columns.text_of(chunk_id)
        if index is None or text is None:
            return None
        _, vectors = self.fetch_with(index)(np.array([text], np.int64))
        return vectors[0] if len(vectors) else None

    def vectors(self, chunk_ids: Sequence[int]) -> dict[int, Vectors]:
        """Return the serving model's vectors of those of the chunks that have one, by chunk."""
        index = self.vector_index(self.roles.serving)
        if index is None:
            return {}
        with self._lock:
            texts = {chunk: text for chunk in chunk_ids if (text := self._columns.text_of(chunk)) is not None}
        found, vectors = self.fetch_with(index)(np.array(sorted(set(texts.values())), np.int64))
        by_text = dict(zip(found.tolist(), vectors, strict=True))
        return {chunk: by_text[text] for chunk, text in texts.items() if text in by_text}

    @property
    def kind_of_index(self) -> Literal["hnsw", "exact"]:
        """``exact`` where hnswlib is not installed."""
        return "hnsw" if graph.available() else "exact"

    def term_statistics(self, terms: Sequence[str]) -> TermStatistics:
        """What is needed to score other chunks like the stored ones; see :mod:`dowse.index.overlay`."""
        documents, totals = self._ask(lambda connection: reading.lengths(connection, self.name), (0, {}))
        averages = {name: total / documents for name, total in totals.items()} if documents else {}
        return TermStatistics(documents, averages, self._lexical.frequencies(terms) if self._lexical else {})

    def __len__(self) -> int:
        """Return the number of chunks."""
        with self._lock:
            return len(self._columns)

    def holders(self, terms: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks each term stands, by the field in which most have it."""
        return self._lexical.holders(terms) if self._lexical else {}

    def mentions(self, names: Iterable[str]) -> dict[str, int]:
        """Return in how many chunks' code each name (in lower case) stands."""
        return self._lexical.holders(names, ("body",)) if self._lexical else {}

    def reset(self, chunks: HeldChunks | None = None) -> None:
        """Forget everything in memory, and begin with ``chunks``."""
        with self._lock:
            self._columns = Columns(chunks)
            self._vectors: dict[str, VectorIndex] = {}
            self._sketches = Sketches()
            self._lexical: LexicalIndex | None = None
            self.roles = Roles()
            self.stale: set[int] = set()
            """Files whose words are not in the word index."""

    def held(self) -> HeldChunks:
        """Return a copy of what is in memory of the chunks."""
        with self._lock:
            return self._columns.held()

    @property
    def lexical(self) -> LexicalIndex:
        """The word index; set while the folder is open."""
        assert self._lexical is not None
        return self._lexical

    @lexical.setter
    def lexical(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical

    def update(self, dropped: Iterable[int], rows: list[ChunkRow]) -> None:
        """Take the place of the chunks of ``dropped`` files; ``rows`` have ids above all others."""
        with self._lock:
            unused = self._columns.drop_files(dropped)
            used = self._columns.add([row for row in rows if row[3] == self.name])
        gone, come = np.setdiff1d(unused, used), np.setdiff1d(used, unused)
        for index in self._vectors.values():
            index.release(gone)
            self.load_vectors(index, index.restore(come))

    def load_vectors(self, index: VectorIndex, texts: Numbers) -> None:
        """Make those of the texts' vectors findable that the catalogue has."""
        if len(texts):
            index.add(*self.fetch_with(index)(texts))

    def vector_index(self, model: StoredModel | None) -> VectorIndex | None:
        """Return what holds a model's vectors."""
        return None if model is None else self._vectors.get(model.info.fingerprint)

    def vector_indexes(self) -> list[VectorIndex]:
        """Return those of all models of the space."""
        return list(self._vectors.values())

    def set_roles(self, roles: Roles, directory: Path, identity: str, generation: int) -> None:
        """Hold vectors of these models and of no others."""
        indexes: dict[str, VectorIndex] = {}
        for model in roles.all:
            fingerprint = model.info.fingerprint
            index = self._vectors.get(fingerprint)
            if index is None:
                folder = directory / f"{self.name}-{fingerprint}"
                index = VectorIndex(model.info.dimensions, folder, identity, fingerprint)
                self.load_vectors(index, index.open(self.texts(), generation))
            indexes[fingerprint] = index
        # Vectors first: whoever sees the new roles finds them.
        self._vectors = {**self._vectors, **indexes}
        self.roles = roles
        self._vectors = indexes

    def follow(self, model: StoredModel, newer: Numbers, generation: int) -> None:
        """Take in what another process has saved and stored: graphs, and vectors of the ``newer`` texts."""
        index = self.vector_index(model)
        if index is None:
            return
        texts = self.texts()
        had = texts[index.has(texts)]
        lacking = index.open(texts, generation)
        self.load_vectors(index, np.intersect1d(lacking, np.union1d(had, newer)))

    def embedded(self, fingerprint: str, texts: Numbers, vectors: Vectors) -> None:
        """Make new vectors findable, as far as their texts are in use."""
        index = self._vectors.get(fingerprint)
        if index is not None:
            used = self.uses(texts)
            index.add(texts[used], vectors[used])

    def uses(self, texts: Numbers) -> Mask:
        """Return for each text whether a chunk has it."""
        with self._lock:
            return self._columns.uses(texts)

    def holding(self, files: Iterable[int]) -> list[int]:
        """Return those of the files that have chunks here."""
        with self._lock:
            return self._columns.holding(files)

    def close(self) -> None:
        """Let go of files."""
        if self._lexical is not None:
            self._lexical.close()

    def texts(self, allowed: ChunkFilter | None = None) -> Numbers:
        """Return the texts in use, or those of the chunks that a filter lets through."""
        if allowed is None:
            with self._lock:
                return self._columns.texts()
        self._ask_paths(allowed)
        with self._lock:
            return self._columns.texts_in(self._columns.allowed(allowed))

    def count(self) -> tuple[int, int]:
        """Return the number of chunks, and of those with a vector of the wanted model."""
        index = self.vector_index(self.roles.wanted)
        with self._lock:
            return len(self._columns), self._columns.count_with(index.has) if index is not None else 0

    def files_without_vectors(self, model: StoredModel | None) -> list[int]:
        """Return the files with a chunk that lacks a vector of a model of this space."""
        index = self.vector_index(model)
        with self._lock:
            return self._columns.files_without(index.has) if index is not None else []

    def files(self) -> set[int]:
        """Return the files that have chunks here."""
        with self._lock:
            return self._columns.files()

    def fetch_with(self, index: VectorIndex) -> Fetch:
        """Return what reads vectors of an index's model from the catalogue."""
        nothing = np.empty(0, np.int64), np.empty((0, index.dimensions), np.float32)
        return lambda texts: self._ask(questions.vectors(index.fingerprint, index.dimensions, texts.tolist()), nothing)

    def _nearest_texts(
        self, index: VectorIndex, query: Vectors, limit: int, allowed: ChunkFilter | None
    ) -> tuple[Numbers, Vectors]:
        if allowed is None:
            return index.nearest(query, limit)
        among = self.texts(allowed)
        return index.nearest_among(query, limit, among[index.has(among)], self.fetch_with(index))

    def _chunks_with(
        self, texts: Numbers, scores: Vectors, allowed: ChunkFilter | None, copies: int | None
    ) -> tuple[list[Candidate], bool]:
        """Return the chunks with these texts, and whether some text has lost its chunks since it was found."""
        found: list[tuple[int, float]] = []
        vanished = False
        with self._lock:
            mask = None if allowed is None else self._columns.allowed(allowed)
            for text, score in zip(texts.tolist(), scores.tolist(), strict=True):
                chunks = self._columns.chunks_of_text(text, mask)
                vanished |= not chunks
                if len(chunks) > 1:
                    chunks = sorted(chunks, key=self._places(chunks).__getitem__)[:copies]
                found += [(chunk, score) for chunk in chunks]
        return [Candidate(*each) for each in self._ordered(found)], vanished

    def _places(self, chunks: Sequence[int]) -> dict[int, tuple[int, str, int]]:
        """Return by what chunks of equal scores are ordered: see :func:`place_of`; in one file, as they stand there."""
        with self._lock:
            files = self._columns.files_of(chunks)
        return {chunk: (*place_of(self._paths.get(file, "")), chunk) for chunk, file in zip(chunks, files, strict=True)}

    def _ordered(self, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
        """Return chunks with their scores, best first. Only where scores are equal their places are looked at."""
        found = sorted(found, key=lambda each: -each[1])
        scores = [score for _, score in found]
        tied = {one for one, other in pairwise(scores) if one == other}
        if not tied:
            return found
        places = self._places([chunk for chunk, score in found if score in tied])
        return sorted(found, key=lambda each: (-each[1], places.get(each[0], _NO_PLACE)))

    def _ask_paths(self, allowed: ChunkFilter) -> None:
        """Ask a path filter about the files it has not seen, without holding up others meanwhile."""
        accepts = allowed.accepts_path
        if accepts is None:
            return
        with self._lock:
            paths = {file: self._paths.get(file) for file in self._columns.unasked(accepts)}
        verdicts = {file: bool(accepts(path)) for file, path in paths.items() if path is not None}
        with self._lock:
            self._columns.note(accepts, verdicts)

    def _passing(self, chunks: list[int], allowed: ChunkFilter | None, copies: int | None = None) -> list[bool]:
        ids = np.array(chunks, np.int64)
        with self._lock:
            mask = None if allowed is None else self._columns.allowed(allowed)
            passing = self._columns.passing(ids, mask)
            if copies is not None:
                passing[passing] = self._columns.copies_before(ids[passing]) < copies
        return list(map(bool, passing))
