"""The functions of a workspace as the index knows them, and which pairs of them are worth reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.languages import family_of
from dowse.chunking.structure import SKETCH_BYTES
from dowse.index.records import ChunkFilter, text_digest
from dowse.search.chunk_ref import ChunkRef
from dowse.search.filters import path_filter
from dowse.search.function_comparison import FUNCTIONS
from dowse.search.function_pairs import Halves, distinct, likenesses, pairs_by_sketch, pairs_by_vector
from dowse.search.query import Filter, Signal
from dowse.search.translation import translation
from dowse.search.tuning import FEWEST_PLACES, DuplicateTuning
from dowse.search.view import SearchView, raise_if_cancelled
from dowse.workspace.paths import absolute_path

if TYPE_CHECKING:
    from dowse.index.sketches import Table
    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.function_pairs import Pairs

OPEN = -1
"""Stands for a folder where a function is one of an open document."""


@dataclass(frozen=True, slots=True)
class FunctionPool:
    """All functions that may be compared, by row."""

    table: Table
    """Their sketches, a column each."""
    families: NDArray[np.int64]
    """Equal for functions of languages that are written alike."""
    folders: NDArray[np.int64]
    """Position of the folder in the view; :data:`OPEN` for functions of open documents."""
    ids: NDArray[np.int64]
    """Chunks; positions in ``opened`` for functions of open documents."""
    opened: list[ChunkRef]
    vectors: Mapping[str, tuple[NDArray[np.int64], Halves]]
    """By fingerprint of their model: rows, and their vectors."""


@dataclass(frozen=True, slots=True)
class _Functions:
    """The functions of one folder, or of the open documents."""

    folder: int
    ids: NDArray[np.int64]
    languages: Sequence[str]
    table: Table
    vectors: Mapping[str, tuple[NDArray[np.int64], Halves]]
    """By fingerprint of their model: positions among these functions, and their vectors."""


def collect_functions(view: SearchView, wanted: Filter, cancel: Event | None) -> FunctionPool:
    """Return the functions that ``wanted`` lets through and of which it is known how they are built."""
    kinds = tuple(kind for kind in FUNCTIONS if not wanted.kinds or kind in wanted.kinds)
    allowed = ChunkFilter(wanted.languages, kinds, path_filter(wanted))
    parts: list[_Functions] = []
    for number, folder in enumerate(view.folders):
        raise_if_cancelled(cancel)
        if not wanted.folders or str(folder.root) in wanted.folders:
            parts.append(_stored(view, number, folder, allowed))
    opened = [ref for ref in _opened_refs(view, wanted, kinds) if ref.chunk.sketch]
    parts.append(_opened(view, opened))
    families: dict[str, int] = {}
    languages = [language for part in parts for language in part.languages]
    return FunctionPool(
        np.concatenate([part.table for part in parts], axis=1),
        np.array([families.setdefault(family_of(each), len(families)) for each in languages], np.int64),
        np.concatenate([np.full(len(part.ids), part.folder, np.int64) for part in parts]),
        np.concatenate([part.ids for part in parts]),
        opened,
        _by_model(parts),
    )


def _stored(view: SearchView, number: int, folder: IndexSnapshot, allowed: ChunkFilter) -> _Functions:
    space = folder.spaces[SpaceName.CODE]
    built = space.built(_without(allowed, str(folder.root), view.overlay.documents()))
    serving, stored = folder.serving(SpaceName.CODE), space.stored_vectors(built.texts)
    vectors = {}
    if serving is not None and stored is not None:
        vectors = {serving[1].fingerprint: (np.arange(len(stored)), stored)}
    return _Functions(number, built.ids, built.languages, built.table, vectors)


def _opened(view: SearchView, opened: Sequence[ChunkRef]) -> _Functions:
    digests = [text_digest(ref.chunk.embedded_text) for ref in opened if isinstance(ref.chunk, Chunk)]
    vectors = {}
    for fingerprint in view.models(SpaceName.CODE):
        held = view.overlay.vectors_for(SpaceName.CODE, fingerprint, digests)
        rows = [row for row, digest in enumerate(digests) if digest in held]
        if rows:
            halves = np.array([held[digests[row]] for row in rows], np.float16)
            vectors[fingerprint] = np.array(rows, np.int64), halves
    table = np.frombuffer(b"".join(ref.chunk.sketch for ref in opened), np.uint8).reshape(-1, SKETCH_BYTES).T
    return _Functions(OPEN, np.arange(len(opened)), [ref.chunk.language for ref in opened], table, vectors)


def _by_model(parts: Sequence[_Functions]) -> dict[str, tuple[NDArray[np.int64], Halves]]:
    """Put the vectors of all parts together, with positions as rows of the pool."""
    rows: dict[str, list[NDArray[np.int64]]] = defaultdict(list)
    vectors: dict[str, list[Halves]] = defaultdict(list)
    size = 0
    for part in parts:
        for fingerprint, (positions, held) in part.vectors.items():
            rows[fingerprint].append(positions + size)
            vectors[fingerprint].append(held)
        size += len(part.ids)
    return {each: (np.concatenate(rows[each]), np.concatenate(vectors[each])) for each in rows}


def _without(allowed: ChunkFilter, root: str, edited: Mapping[str, object]) -> ChunkFilter:
    """Leave out what is open in the editor, whose own functions stand for it."""
    inside = {document for document in edited if document.startswith(root)}
    accepts = allowed.accepts_path
    if not inside:
        return allowed

    def accepts_here(path: str) -> bool:
        return (accepts is None or accepts(path)) and absolute_path(root, path) not in inside

    return replace(allowed, accepts_path=accepts_here)


def _opened_refs(view: SearchView, wanted: Filter, kinds: Sequence[Kind]) -> Iterator[ChunkRef]:
    accepts = path_filter(wanted)
    for document, (folder, path) in view.overlay.documents().items():
        if (wanted.folders and folder not in wanted.folders) or not (accepts is None or accepts(path)):
            continue
        for chunk in view.overlay.chunks_of(document):
            if chunk.kind in kinds and (not wanted.languages or chunk.language in wanted.languages):
                yield ChunkRef(document, folder, path, chunk)


def pair_functions(
    pool: FunctionPool, tuning: DuplicateTuning, cancel: Event | None
) -> tuple[Pairs, dict[tuple[int, int], float]]:
    """Return the pairs that are worth reading, and the cosines of those between languages."""

    def still_wanted() -> None:
        raise_if_cancelled(cancel)

    large = np.flatnonzero(np.count_nonzero(pool.table, axis=0) >= FEWEST_PLACES)
    banded, likeness = pairs_by_sketch(pool.table[:, large], pool.families[large], still_wanted, tuning)
    found, likely = [large[banded]], [likeness]
    cosines: dict[tuple[int, int], float] = {}
    for rows, vectors in pool.vectors.values():
        near, cosine = pairs_by_vector(vectors, pool.families[rows], still_wanted, tuning)
        near = rows[near]
        cross_language = pool.families[near[:, 0]] != pool.families[near[:, 1]]
        likeness = likenesses(np.ascontiguousarray(pool.table.T), near, still_wanted)
        weights = translation().weights
        evidence = weights[Signal.SEMANTIC] * cosine + weights[Signal.STRUCTURE] * likeness
        promising = ~cross_language | (evidence >= translation().promising)
        found.append(near[promising])
        likely.append(cosine[promising])
        for place in np.flatnonzero(cross_language & promising).tolist():
            one, other = near[place].tolist()
            cosines[min(one, other), max(one, other)] = float(cosine[place])
    pairs, scores = np.concatenate(found), np.concatenate(likely)
    return distinct(pairs[np.argsort(-scores, kind="stable")[: tuning.most_pairs]]), cosines
