"""Functions that do nearly the same: pairs from the index, compared exactly, gathered around the most typical.

Candidates come from sketches and vectors that the index has, without reading a file. What is a candidate is then read,
each file once, and compared by structure, lines and words. Clusters are stars: each copy is similar to the first, so
that no chain of small differences joins what is not alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.search.chunk_ref import ChunkRef, SortKey
from dowse.search.function_comparison import (
    Comparison,
    Function,
    compare_functions,
    continues,
    later_parts,
    read_function,
    show_function,
)
from dowse.search.function_pool import FunctionPool, collect_functions, pair_functions
from dowse.search.query import (
    Boilerplate,
    Cluster,
    Clusters,
    DuplicatesRequest,
    OnProgress,
    Signal,
)
from dowse.search.roles import Role, role_of
from dowse.search.tuning import MOST_PARTS
from dowse.search.view import SearchView, raise_if_cancelled
from dowse.workspace.paths import absolute_path

if TYPE_CHECKING:
    from dowse.search.function_pairs import Pairs

_PAIRED, _READ = 0.4, 0.9
"""Shares of the work that are done when pairs are found, and when functions are read."""


def duplicates(
    view: SearchView, request: DuplicatesRequest, cancel: Event | None = None, progress: OnProgress = lambda share: None
) -> Clusters:
    """Return clusters of near-duplicates. Raises ``Cancelled``, and ``ValueError`` for a bad request."""
    request.validate()
    pool = collect_functions(view, request.filter, cancel)
    progress(_PAIRED / 4)
    pairs, cosines = pair_functions(pool, view.tuning.duplicates, cancel)
    progress(_PAIRED)
    functions = _read_functions(view, pool, np.unique(pairs), request.min_lines, cancel, progress)
    alike, left_out = _compare_pairs(functions, pairs, cosines, request.min_similarity, cancel)
    clusters = sorted(
        _gather_stars(functions, alike),
        key=lambda star: (_is_supporting(functions, star), -star.saved, functions[star.members[0][0]].ref.sort_key),
    )
    progress(1.0)
    shown: list[Cluster] = []
    for star in clusters:
        raise_if_cancelled(cancel)
        if len(shown) == request.limit:
            break
        copies = [hit for row, found in star.members if (hit := show_function(view, functions[row], found)) is not None]
        if len(copies) > 1:
            shown.append(Cluster(tuple(copies), star.saved))
    return Clusters(tuple(shown), len(clusters), pool.table.shape[1], left_out, sum(star.saved for star in clusters))


def _read_functions(
    view: SearchView,
    pool: FunctionPool,
    rows: NDArray[np.int64],
    min_lines: int,
    cancel: Event | None,
    progress: OnProgress,
) -> dict[int, Function]:
    """Read functions, file by file."""
    by_document: dict[str, list[tuple[int, tuple[ChunkRef, ...]]]] = defaultdict(list)
    for row, parts in _function_parts(view, pool, rows):
        by_document[parts[0].document].append((row, parts))
    found: dict[int, Function] = {}
    for done, (document, members) in enumerate(by_document.items()):
        raise_if_cancelled(cancel)
        progress(_PAIRED + (_READ - _PAIRED) * done / len(by_document))
        present = view.verifier.text(document)
        for row, parts in members if present is not None else ():
            assert present is not None
            if (function := read_function(parts, present, min_lines)) is not None:
                found[row] = function
    return found


def _function_parts(
    view: SearchView, pool: FunctionPool, rows: NDArray[np.int64]
) -> Iterator[tuple[int, tuple[ChunkRef, ...]]]:
    """Yield rows with all parts of their functions; rows that are themselves later parts are left out."""
    for row in rows[pool.folders[rows] < 0].tolist():
        first = pool.opened[int(pool.ids[row])]
        if not first.chunk.part:
            chunks = list(view.overlay.chunks_of(first.document))
            later = later_parts(first.chunk, chunks[chunks.index(first.chunk) + 1 :]) if first.chunk in chunks else ()
            yield row, (first, *(replace(first, chunk=chunk) for chunk in later))
    for number, folder in enumerate(view.folders):
        mine = rows[pool.folders[rows] == number]
        chunks_by_id = folder.chunks(pool.ids[mine].tolist())
        firsts = {id_: [chunk] for id_, chunk in chunks_by_id.items() if not chunk.part}
        waiting = dict(firsts)
        for _ in range(MOST_PARTS):
            following = folder.chunks([parts[-1].id + 1 for parts in waiting.values()])
            waiting = {
                id_: parts for id_, parts in waiting.items() if continues(parts[-1], following.get(parts[-1].id + 1))
            }
            for parts in waiting.values():
                parts.append(following[parts[-1].id + 1])
            if not waiting:
                break
        root = str(folder.root)
        for row, id_ in zip(mine.tolist(), pool.ids[mine].tolist(), strict=True):
            if id_ in firsts:
                document = absolute_path(root, firsts[id_][0].path)
                yield row, tuple(ChunkRef(document, root, chunk.path, chunk) for chunk in firsts[id_])


def _compare_pairs(
    functions: Mapping[int, Function],
    pairs: Pairs,
    cosines: Mapping[tuple[int, int], float],
    least: float,
    cancel: Event | None,
) -> tuple[dict[int, dict[int, Comparison]], dict[Boilerplate, int]]:
    """Compare pairs exactly; return for each function those that are near-copies, and how many are boilerplate."""
    alike: dict[int, dict[int, Comparison]] = defaultdict(dict)
    boilerplate: dict[int, Boilerplate] = {}
    for one, other in pairs.tolist():
        raise_if_cancelled(cancel)
        if one not in functions or other not in functions:
            continue
        found = compare_functions(functions[one], functions[other], cosines.get((one, other), 0.0))
        if found.similarity < least:
            continue
        reasons = {row: why for row in (one, other) if (why := functions[row].boilerplate) is not None}
        boilerplate |= reasons
        if not reasons:
            alike[one][other] = alike[other][one] = found
    return alike, dict(Counter(boilerplate.values()))


@dataclass(frozen=True, slots=True)
class _Star:
    """A function and those similar to it, the most similar first; the first is compared with itself."""

    members: tuple[tuple[int, Comparison], ...]
    saved: int


def _gather_stars(functions: Mapping[int, Function], alike: Mapping[int, Mapping[int, Comparison]]) -> Iterator[_Star]:
    """Gather functions around those whose copies would save most, each once."""

    def saved(members: Mapping[int, Comparison]) -> float:
        return sum(functions[row].code_lines * found.similarity for row, found in members.items())

    def sort_key(row: int) -> SortKey:
        return functions[row].ref.sort_key

    taken: set[int] = set()
    for centre in sorted(alike, key=lambda row: (-saved(alike[row]), sort_key(row))):
        members = {row: found for row, found in alike[centre].items() if row not in taken}
        if centre in taken or not members:
            continue
        taken |= {centre, *members}
        ordered = sorted(members.items(), key=lambda member: (-member[1].similarity, sort_key(member[0])))
        itself = Comparison(1.0, {Signal.STRUCTURE: 1.0})
        yield _Star(((centre, itself), *ordered), round(saved(members)))


def _is_supporting(functions: Mapping[int, Function], star: _Star) -> bool:
    """Whether none of the copies is the project's own code proper."""
    return all(role_of(functions[row].ref.path) is not Role.SOURCE for row, _ in star.members)
