"""Functions that do nearly the same: pairs from the index, compared exactly, gathered around the most typical.

Candidates come from sketches and vectors that the index has, without reading a file. What is a candidate is then read,
each file once, and compared by structure, lines and words. Clusters are stars: each copy is similar to the first, so
that no chain of small differences joins what is not alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.chunking.structure import SKETCH_BYTES
from dowse.index.records import ChunkFilter, StoredChunk, text_digest
from dowse.search.comparing import (
    FEWEST_PLACES,
    FUNCTIONS,
    Comparison,
    Function,
    compared,
    family_of,
    read_function,
)
from dowse.search.filtering import path_filter
from dowse.search.pairing import Halves, alike_in_a_band, distinct, near_by_vector
from dowse.search.piece import Piece
from dowse.search.presence import Placed
from dowse.search.query import (
    Boilerplate,
    Cluster,
    Clusters,
    DuplicatesRequest,
    Filter,
    Hit,
    NearCopy,
    OnProgress,
    Signal,
    Span,
)
from dowse.search.ranking import Ranked
from dowse.search.retrieval import Probe, retrieve
from dowse.search.roles import Role, role_of
from dowse.search.searching import as_hit
from dowse.search.similar import known_chunks, known_vectors, owner
from dowse.search.view import SearchView, absolute, check
from dowse.search.weights import CANDIDATE_COSINE, CANDIDATE_COSINE_ABROAD, CANDIDATE_LIKENESS

if TYPE_CHECKING:
    from dowse.chunking.chunk import Chunk
    from dowse.embedding.model import Vectors
    from dowse.index.sketches import Table
    from dowse.search.pairing import Pairs

MOST_PAIRS = 1_000_000
"""Candidate pairs that are compared, the most alike by their sketches first: a bound of memory, seldom reached."""

NEAR_COPIES_COMPARED = 8
"""Candidates that are read for each function of an open document."""

DEFAULTS = DuplicatesRequest()

_PAIRED, _READ = 0.4, 0.9
"""Shares of the work that are done when pairs are found, and when functions are read."""

_MOST_PARTS = 40
"""Pieces of one function; more make a table of data."""


@dataclass(frozen=True, slots=True)
class _Pool:
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


def duplicates(
    view: SearchView, request: DuplicatesRequest, cancel: Event | None = None, progress: OnProgress = lambda share: None
) -> Clusters:
    """Return clusters of near-duplicates. Raises ``Cancelled``, and ``ValueError`` for a bad request."""
    _validate(request)
    pool = _pool(view, request.filter, cancel)
    progress(_PAIRED / 4)
    pairs, cosines = _candidates(pool, cancel)
    progress(_PAIRED)
    functions = _functions(view, pool, np.unique(pairs), request.min_lines, cancel, progress)
    alike, left_out = _verified(functions, pairs, cosines, request.min_similarity, cancel)
    clusters = sorted(_stars(functions, alike), key=lambda star: (_is_aside(functions, star), -star.saved))
    progress(1.0)
    shown: list[Cluster] = []
    for star in clusters:
        check(cancel)
        if len(shown) == request.limit:
            break
        copies = [hit for row, found in star.members if (hit := _placed(view, functions[row], found)) is not None]
        if len(copies) > 1:
            shown.append(Cluster(tuple(copies), star.saved))
    return Clusters(tuple(shown), len(clusters), pool.table.shape[1], left_out)


def near_copies(
    view: SearchView, document: str, cancel: Event | None = None, wanted: DuplicatesRequest = DEFAULTS
) -> list[NearCopy]:
    """Return the functions of a document that nearly repeat another, each with the most similar.

    By the sketches and vectors that are at hand; no model is asked.
    """
    present = view.presence.text(document)
    if present is None:
        return []
    found: list[NearCopy] = []
    folder, path = owner(view, document)
    chunks = list(known_chunks(view, document))
    for place, chunk in enumerate(chunks):
        check(cancel)
        if chunk.kind not in FUNCTIONS or chunk.part or _places(chunk) < FEWEST_PLACES:
            continue
        parts = [chunk, *_later_parts(chunk, chunks[place + 1 :])]
        root = str(folder.root) if folder is not None else None
        mine = read_function(tuple(Piece(document, root, path, part) for part in parts), present, wanted.min_lines)
        if mine is None or mine.boilerplate is not None:
            continue
        vectors = known_vectors(view, document, chunk)
        best = max(
            (
                each
                for each in _near(view, mine, vectors, wanted.min_lines, cancel)
                if each[0].similarity >= wanted.min_similarity
            ),
            key=lambda each: each[0].similarity,
            default=None,
        )
        hit = _placed(view, best[1], best[0]) if best is not None else None
        if hit is not None:
            name = Span(
                chunk.name_line, chunk.name_column, chunk.name_line, chunk.name_column + max(1, chunk.name_length)
            )
            span = Span(chunk.start_line, 0, parts[-1].end_line - 1, 0)
            found.append(NearCopy(span, name, chunk.name, hit))
    return found


def _validate(request: DuplicatesRequest) -> None:
    if not 1 <= request.limit <= 1000:
        raise ValueError(f"limit must be 1 to 1000, not {request.limit}")
    if request.min_lines < 1:
        raise ValueError(f"minLines must be at least 1, not {request.min_lines}")
    if not 0.5 <= request.min_similarity <= 1:
        raise ValueError(f"minSimilarity must be 0.5 to 1, not {request.min_similarity}")


def _pool(view: SearchView, wanted: Filter, cancel: Event | None) -> _Pool:
    kinds = tuple(kind for kind in FUNCTIONS if not wanted.kinds or kind in wanted.kinds)
    allowed = ChunkFilter(wanted.languages, kinds, path_filter(wanted))
    edited = view.overlay.documents()
    tables, ids, folders, languages = [], [], [], []
    vectors: dict[str, list[tuple[NDArray[np.int64], Halves]]] = defaultdict(list)
    size = 0
    for number, folder in enumerate(view.folders):
        check(cancel)
        if wanted.folders and str(folder.root) not in wanted.folders:
            continue
        space = folder.spaces[SpaceName.CODE]
        built = space.built(_without(allowed, str(folder.root), edited))
        enough = (built.table != 0).sum(axis=0) >= FEWEST_PLACES
        tables.append(built.table[:, enough])
        ids.append(built.ids[enough])
        folders.append(np.full(int(enough.sum()), number, np.int64))
        languages += [built.languages[row] for row in np.flatnonzero(enough)]
        serving = folder.serving(SpaceName.CODE)
        stored = space.stored_vectors(built.texts[enough])
        if serving is not None and stored is not None:
            vectors[serving[1].fingerprint].append((np.arange(size, size + len(stored)), stored))
        size += len(ids[-1])
    opened = [piece for piece in _opened(view, wanted, kinds) if _places(piece.chunk) >= FEWEST_PLACES]
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
    return _Pool(
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


def _candidates(pool: _Pool, cancel: Event | None) -> tuple[Pairs, dict[tuple[int, int], float]]:
    """Return the pairs that are worth reading, and the cosines of those between languages."""

    def still_wanted() -> None:
        check(cancel)

    banded, likeness = alike_in_a_band(pool.table, pool.families, CANDIDATE_LIKENESS, still_wanted)
    found, likely = [banded], [likeness]
    cosines: dict[tuple[int, int], float] = {}
    for rows, vectors in pool.vectors.values():
        near, cosine = near_by_vector(
            vectors, pool.families[rows], CANDIDATE_COSINE, CANDIDATE_COSINE_ABROAD, still_wanted
        )
        near = rows[near]
        found.append(near)
        likely.append(cosine)
        for place in np.flatnonzero(pool.families[near[:, 0]] != pool.families[near[:, 1]]).tolist():
            one, other = near[place].tolist()
            cosines[min(one, other), max(one, other)] = float(cosine[place])
    pairs, scores = np.concatenate(found), np.concatenate(likely)
    return distinct(pairs[np.argsort(-scores, kind="stable")[:MOST_PAIRS]]), cosines


def _functions(
    view: SearchView,
    pool: _Pool,
    rows: NDArray[np.int64],
    min_lines: int,
    cancel: Event | None,
    progress: OnProgress,
) -> dict[int, Function]:
    """Read functions, file by file."""
    by_document: dict[str, list[tuple[int, tuple[Piece, ...]]]] = defaultdict(list)
    for row, parts in _pieces(view, pool, rows):
        by_document[parts[0].document].append((row, parts))
    found: dict[int, Function] = {}
    for done, (document, members) in enumerate(by_document.items()):
        check(cancel)
        progress(_PAIRED + (_READ - _PAIRED) * done / len(by_document))
        present = view.presence.text(document)
        for row, parts in members if present is not None else ():
            assert present is not None
            if (function := read_function(parts, present, min_lines)) is not None:
                found[row] = function
    return found


def _pieces(view: SearchView, pool: _Pool, rows: NDArray[np.int64]) -> Iterator[tuple[int, tuple[Piece, ...]]]:
    """Yield rows with all parts of their functions; rows that are themselves later parts are left out."""
    for row in rows[pool.folders[rows] < 0].tolist():
        first = pool.opened[int(pool.ids[row])]
        if not first.chunk.part:
            chunks = list(view.overlay.chunks_of(first.document))
            later = _later_parts(first.chunk, chunks[chunks.index(first.chunk) + 1 :]) if first.chunk in chunks else ()
            yield row, (first, *(replace(first, chunk=chunk) for chunk in later))
    for number, folder in enumerate(view.folders):
        mine = rows[pool.folders[rows] == number]
        chunks_by_id = folder.chunks(pool.ids[mine].tolist())
        firsts = {id_: [chunk] for id_, chunk in chunks_by_id.items() if not chunk.part}
        waiting = dict(firsts)
        for _ in range(_MOST_PARTS):
            following = folder.chunks([parts[-1].id + 1 for parts in waiting.values()])
            waiting = {
                id_: parts for id_, parts in waiting.items() if _goes_on(parts[-1], following.get(parts[-1].id + 1))
            }
            for parts in waiting.values():
                parts.append(following[parts[-1].id + 1])
            if not waiting:
                break
        root = str(folder.root)
        for row, id_ in zip(mine.tolist(), pool.ids[mine].tolist(), strict=True):
            if id_ in firsts:
                document = absolute(root, firsts[id_][0].path)
                yield row, tuple(Piece(document, root, chunk.path, chunk) for chunk in firsts[id_])


def _later_parts(first: Chunk | StoredChunk, following: Sequence[Chunk | StoredChunk]) -> list[Chunk | StoredChunk]:
    parts: list[Chunk | StoredChunk] = []
    for chunk in following[:_MOST_PARTS]:
        if not _goes_on(parts[-1] if parts else first, chunk):
            break
        parts.append(chunk)
    return parts


def _goes_on(chunk: Chunk | StoredChunk, following: Chunk | StoredChunk | None) -> bool:
    return (
        following is not None
        and following.part == chunk.part + 1
        and (following.name, following.container) == (chunk.name, chunk.container)
        and following.start_line >= chunk.end_line
    )


def _places(chunk: Chunk | StoredChunk) -> int:
    return len(chunk.sketch) - chunk.sketch.count(0)


def _verified(
    functions: Mapping[int, Function],
    pairs: Pairs,
    cosines: Mapping[tuple[int, int], float],
    least: float,
    cancel: Event | None,
) -> tuple[dict[int, dict[int, Comparison]], dict[Boilerplate, int]]:
    """Compare pairs exactly; return for each function those that are near-copies, and how many are boilerplate."""
    alike: dict[int, dict[int, Comparison]] = defaultdict(dict)
    repeated: dict[int, Boilerplate] = {}
    for one, other in pairs.tolist():
        check(cancel)
        if one not in functions or other not in functions:
            continue
        found = compared(functions[one], functions[other], cosines.get((one, other), 0.0))
        if found.similarity < least:
            continue
        dull = {row: why for row in (one, other) if (why := functions[row].boilerplate) is not None}
        repeated |= dull
        if not dull:
            alike[one][other] = alike[other][one] = found
    return alike, dict(Counter(repeated.values()))


@dataclass(frozen=True, slots=True)
class _Star:
    """A function and those similar to it, the most similar first; the first is compared with itself."""

    members: tuple[tuple[int, Comparison], ...]
    saved: int


def _stars(functions: Mapping[int, Function], alike: Mapping[int, Mapping[int, Comparison]]) -> Iterator[_Star]:
    def saved(members: Mapping[int, Comparison]) -> float:
        return sum(functions[row].code_lines * found.similarity for row, found in members.items())

    taken: set[int] = set()
    for centre in sorted(alike, key=lambda row: (-saved(alike[row]), row)):
        if centre in taken:
            continue
        members = {row: found for row, found in alike[centre].items() if row not in taken}
        if members:
            taken |= {centre, *members}
            ordered = sorted(members.items(), key=lambda member: (-member[1].similarity, member[0]))
            itself = Comparison(1.0, {Signal.STRUCTURE: 1.0})
            yield _Star(((centre, itself), *ordered), round(saved(members)))


def _is_aside(functions: Mapping[int, Function], star: _Star) -> bool:
    """Whether none of the copies is the project's own code proper."""
    return all(role_of(functions[row].piece.path) is not Role.SOURCE for row, _ in star.members)


def _placed(view: SearchView, function: Function, found: Comparison) -> Hit | None:
    """Return a function as a hit, where it stands now; None where it no longer does."""
    first, *later = (view.presence.place(part) for part in function.parts)
    if first is None or None in later:
        return None
    parts = [first, *(each for each in later if each is not None)]
    span = replace(first.span, end_line=parts[-1].span.end_line, end_column=parts[-1].span.end_column)
    placed = Placed(span, first.selection, "".join(part.text for part in parts))
    return as_hit(Ranked(function.piece, found.similarity, dict(found.parts)), placed)


def _near(
    view: SearchView, mine: Function, vectors: Mapping[str, Vectors], min_lines: int, cancel: Event | None
) -> Iterator[tuple[Comparison, Function]]:
    """Yield the functions most like one, compared with it; not itself."""
    probe = Probe(vectors=vectors, sketch=mine.piece.chunk.sketch)
    proposals = retrieve(view, {SpaceName.CODE: (1.0, probe)}, Filter(kinds=FUNCTIONS), NEAR_COPIES_COMPARED, cancel)
    cosines = {piece.key: score for score, piece in proposals.get(Signal.SEMANTIC, ())}
    pieces = {piece.key: piece for proposed in proposals.values() for _, piece in proposed}
    for key, piece in pieces.items():
        check(cancel)
        same = piece.document == mine.piece.document and piece.chunk.start_line == mine.piece.chunk.start_line
        if same or piece.chunk.part:
            continue
        present = view.presence.text(piece.document)
        chunks = list(known_chunks(view, piece.document))
        later = _later_parts(piece.chunk, [chunk for chunk in chunks if chunk.start_line >= piece.chunk.end_line])
        parts = (piece, *(replace(piece, chunk=chunk) for chunk in later))
        other = read_function(parts, present, min_lines) if present is not None else None
        if other is not None and other.boilerplate is None:
            yield compared(mine, other, cosines.get(key, 0.0)), other
