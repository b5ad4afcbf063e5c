"""The functions of a workspace as the index knows them, and which pairs of them are worth reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.chunking.languages import family_of
from dowse.chunking.structure import SKETCH_BYTES
from dowse.index.records import ChunkFilter, StoredChunk, text_digest
from dowse.search.comparing import FEWEST_PLACES, FUNCTIONS
from dowse.search.filtering import path_filter
from dowse.search.pairing import Halves, alike_in_a_band, distinct, likenesses, near_by_vector
from dowse.search.piece import Piece
from dowse.search.query import Filter, Signal
from dowse.search.translation import translation
from dowse.search.view import SearchView, absolute, check
from dowse.search.weights import (
    CANDIDATE_COSINE,
    CANDIDATE_COSINE_ABROAD,
    CANDIDATE_LIKENESS,
)

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.sketches import Table
    from dowse.search.pairing import Pairs

MOST_PAIRS = 1_000_000
"""Candidate pairs that are compared, the most alike by their sketches first: a bound of memory, seldom reached."""


@dataclass(frozen=True, slots=True)
class Pool:
    """All functions that may be compared, by row."""

    table: Table
    families: NDArray[np.int64]
    folders: NDArray[np.int64]
    """Place of the folder in the view; -1 for functions of open documents."""
    ids: NDArray[np.int64]
    """Chunks; places in ``opened`` for functions of open documents."""
    opened: list[Piece]
    vectors: Mapping[str, tuple[NDArray[np.int64], Halves]]
    """By fingerprint of their model: rows, and their vectors."""


def pooled(view: SearchView, wanted: Filter, cancel: Event | None) -> Pool:
    """Return the functions that ``wanted`` lets through and of which it is known how they are built."""
    kinds = tuple(kind for kind in FUNCTIONS if not wanted.kinds or kind in wanted.kinds)
    allowed = ChunkFilter(wanted.languages, kinds, path_filter(wanted))
    edited = view.overlay.documents()
    tables, ids, folders = [], [], []
    languages: list[str] = []
    vectors: dict[str, list[tuple[NDArray[np.int64], Halves]]] = defaultdict(list)
    size = 0
    for number, folder in enumerate(view.folders):
        check(cancel)
        if wanted.folders and str(folder.root) not in wanted.folders:
            continue
        space = folder.spaces[SpaceName.CODE]
        built = space.built(_without(allowed, str(folder.root), edited))
        tables.append(built.table)
        ids.append(built.ids)
        folders.append(np.full(len(built.ids), number, np.int64))
        languages += built.languages
        serving = folder.serving(SpaceName.CODE)
        stored = space.stored_vectors(built.texts)
        if serving is not None and stored is not None:
            vectors[serving[1].fingerprint].append((np.arange(size, size + len(stored)), stored))
        size += len(ids[-1])
    opened = [piece for piece in _opened(view, wanted, kinds) if piece.chunk.sketch]
    tables.append(np.frombuffer(b"".join(p.chunk.sketch for p in opened), np.uint8).reshape(-1, SKETCH_BYTES).T)
    ids.append(np.arange(len(opened)))
    folders.append(np.full(len(opened), -1, np.int64))
    languages += [piece.chunk.language for piece in opened]
    for fingerprint in view.models(SpaceName.CODE):
        digests = [
            text_digest(piece.chunk.embedded_text) for piece in opened if not isinstance(piece.chunk, StoredChunk)
        ]
        held = view.overlay.vectors_for(SpaceName.CODE, fingerprint, digests)
        rows = [row for row, digest in enumerate(digests) if digest in held]
        if rows:
            known = np.array([held[digests[row]] for row in rows], np.float16)
            vectors[fingerprint].append((np.array(rows, np.int64) + size, known))
    codes = {family: code for code, family in enumerate(dict.fromkeys(map(family_of, languages)))}
    return Pool(
        np.concatenate(tables, axis=1),
        np.array([codes[family_of(language)] for language in languages], np.int64),
        np.concatenate(folders),
        np.concatenate(ids),
        opened,
        {
            fingerprint: (np.concatenate([rows for rows, _ in each]), np.concatenate([held for _, held in each]))
            for fingerprint, each in vectors.items()
        },
    )


def _without(allowed: ChunkFilter, root: str, edited: Mapping[str, object]) -> ChunkFilter:
    """Leave out what is open in the editor, whose own functions stand for it."""
    inside = {document for document in edited if document.startswith(root)}
    accepts = allowed.accepts_path
    if not inside:
        return allowed

    def accepts_here(path: str) -> bool:
        return (accepts is None or accepts(path)) and absolute(root, path) not in inside

    return replace(allowed, accepts_path=accepts_here)


def _opened(view: SearchView, wanted: Filter, kinds: Sequence[object]) -> Iterator[Piece]:
    accepts = path_filter(wanted)
    for document, (folder, path) in view.overlay.documents().items():
        if (wanted.folders and folder not in wanted.folders) or not (accepts is None or accepts(path)):
            continue
        for chunk in view.overlay.chunks_of(document):
            if chunk.kind in kinds and (not wanted.languages or chunk.language in wanted.languages):
                yield Piece(document, folder, path, chunk)


def candidates(pool: Pool, cancel: Event | None) -> tuple[Pairs, dict[tuple[int, int], float]]:
    """Return the pairs that are worth reading, and the cosines of those between languages."""

    def still_wanted() -> None:
        check(cancel)

    telling = np.flatnonzero(np.count_nonzero(pool.table, axis=0) >= FEWEST_PLACES)
    banded, likeness = alike_in_a_band(pool.table[:, telling], pool.families[telling], CANDIDATE_LIKENESS, still_wanted)
    found, likely = [telling[banded]], [likeness]
    cosines: dict[tuple[int, int], float] = {}
    for rows, vectors in pool.vectors.values():
        near, cosine = near_by_vector(
            vectors, pool.families[rows], CANDIDATE_COSINE, CANDIDATE_COSINE_ABROAD, still_wanted
        )
        near = rows[near]
        abroad = pool.families[near[:, 0]] != pool.families[near[:, 1]]
        likeness = likenesses(np.ascontiguousarray(pool.table.T), near, still_wanted)
        hopeful = ~abroad | (_hope(cosine, likeness) >= translation().hopeful)
        found.append(near[hopeful])
        likely.append(cosine[hopeful])
        for place in np.flatnonzero(abroad & hopeful).tolist():
            one, other = near[place].tolist()
            cosines[min(one, other), max(one, other)] = float(cosine[place])
    pairs, scores = np.concatenate(found), np.concatenate(likely)
    return distinct(pairs[np.argsort(-scores, kind="stable")[:MOST_PAIRS]]), cosines


def _hope(cosine: Vectors, likeness: Vectors) -> Vectors:
    weights = translation().weights
    return weights[Signal.SEMANTIC] * cosine + weights[Signal.STRUCTURE] * likeness
