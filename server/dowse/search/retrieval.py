"""Candidates from every retriever: vectors, BM25, names and paths, of stored and of open documents."""

from __future__ import annotations

import contextlib
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.index.bm25 import inverse_document_frequency
from dowse.index.errors import IndexUnavailable
from dowse.index.records import Candidate, ChunkFilter, OverlayCandidate, TermStatistics
from dowse.search.features import Statistics
from dowse.search.filtering import path_filter
from dowse.search.piece import Piece, PieceKey
from dowse.search.query import Filter, Signal
from dowse.search.view import SearchView, absolute, check

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.overlay import Accepts
    from dowse.index.snapshot import IndexSnapshot


_beside = ThreadPoolExecutor(2, "dowse-nearest")
"""Compares vectors while the search's own thread looks for words: both leave Python's lock alone most of the time."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for, in the form that each retriever takes."""

    terms: Mapping[str, float] = field(default_factory=dict)
    """Words for BM25 and what each counts."""
    names: tuple[str, ...] = ()
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    """By fingerprint of the model that made them; a folder that another model serves goes without."""
    sketch: bytes = b""
    """How it is built, where code is looked for by code."""
    copies: int | None = None
    """Of chunks with one text, so many are proposed at most."""


Nearest = Callable[[], list[Candidate]]
"""Gives the chunks whose vectors are nearest."""

Proposals = dict[Signal, list[tuple[float, Piece]]]
"""For each signal what its retriever proposes, with the retriever's own score, best first, each piece once."""


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A candidate that is still a number, of a folder's index, or a chunk of an open document."""

    signal: Signal
    score: float
    folder: IndexSnapshot | None
    candidate: Candidate | OverlayCandidate


def retrieve(
    view: SearchView,
    probes: Mapping[SpaceName, tuple[float, Probe]],
    wanted: Filter,
    limit: int,
    cancel: Event | None,
) -> Proposals:
    """Ask every retriever of each space for ``limit`` candidates, and return the best ``limit`` of each signal.

    ``probes`` says for each space what is looked for, and what a score in it counts beside those of others.
    """
    proposals, _ = _retrieve_once(view, probes, wanted, limit, cancel, _on_another_thread)
    return proposals


def _retrieve_once(
    view: SearchView,
    probes: Mapping[SpaceName, tuple[float, Probe]],
    wanted: Filter,
    limit: int,
    cancel: Event | None,
    begin: Callable[[Nearest], Nearest],
) -> tuple[Proposals, set[IndexSnapshot]]:
    """Return the candidates, and the folders that took some away before it was known what they are."""
    found: dict[Signal, list[_Proposal]] = defaultdict(list)
    edited = view.overlay.documents()
    folders = [folder for folder in view.folders if not wanted.folders or str(folder.root) in wanted.folders]
    asked = [(folder, space) for space in probes for folder in folders]
    nearest = [begin(_nearest(folder, space, probes[space][1], wanted, limit)) for folder, space in asked]
    for (folder, space), near in zip(asked, nearest, strict=True):
        check(cancel)
        weight, probe = probes[space]
        # A damaged index gives nothing, which the upkeep tells and mends; the other folders answer.
        with contextlib.suppress(IndexUnavailable):
            stored = _stored(folder, space, probe, wanted, limit)
            stored += [(Signal.SEMANTIC, candidate) for candidate in near()]
            for signal, candidate in stored:
                found[signal].append(_Proposal(signal, weight * candidate.score, folder, candidate))
    for space, (weight, probe) in probes.items():
        check(cancel)
        for signal, open_candidate in _open(view, space, probe, wanted, limit):
            found[signal].append(_Proposal(signal, weight * open_candidate.score, None, open_candidate))
    # Open documents take the place of what is stored of them, so that some of the best may fall away.
    spare = limit // 2 if edited else 0
    best = [each for proposals in found.values() for each in heapq.nlargest(limit + spare, proposals, key=_score)]
    return _placed(best, edited, limit)


def _score(proposal: _Proposal) -> float:
    return proposal.score


def _placed(
    best: Sequence[_Proposal], edited: Mapping[str, tuple[str | None, str]], limit: int
) -> tuple[Proposals, set[IndexSnapshot]]:
    """Find out what is proposed; chunks that a change has taken away since are left out, and their folders named."""
    chunks: dict[IndexSnapshot, set[int]] = defaultdict(set)
    for each in best:
        if each.folder is not None and isinstance(each.candidate, Candidate):
            chunks[each.folder].add(each.candidate.chunk_id)
    stored = {(folder, chunk): piece for folder, ids in chunks.items() for chunk, piece in _pieces(folder, ids)}
    proposals: dict[Signal, dict[PieceKey, tuple[float, Piece]]] = defaultdict(dict)
    for each in best:
        if isinstance(each.candidate, Candidate):
            assert each.folder is not None
            piece = stored.get((each.folder, each.candidate.chunk_id))
            if piece is None or piece.document in edited:  # an open document's own chunks stand for it
                continue
        elif each.candidate.document in edited:
            piece = Piece(each.candidate.document, *edited[each.candidate.document], each.candidate.chunk)
        else:
            continue
        if len(proposals[each.signal]) < limit:
            proposals[each.signal].setdefault(piece.key, (each.score, piece))
    outdated = {folder for folder, ids in chunks.items() if any((folder, chunk) not in stored for chunk in ids)}
    return {signal: list(placed.values()) for signal, placed in proposals.items()}, outdated


def _pieces(folder: IndexSnapshot, ids: set[int]) -> Iterator[tuple[int, Piece]]:
    root = str(folder.root)
    documents: dict[str, str] = {}
    for chunk_id, chunk in folder.chunks(ids).items():
        document = documents.get(chunk.path)
        if document is None:
            document = documents[chunk.path] = absolute(root, chunk.path)
        yield chunk_id, Piece(document, root, chunk.path, chunk)


def statistics(view: SearchView, terms: Sequence[str], pieces: Sequence[Piece]) -> Statistics:
    """Return what the folders' indexes tell of the query's terms and of the pieces' names."""
    chunks, holding, mentions = 0, Counter[str](), Counter[str]()
    names = {piece.chunk.name.lower() for piece in pieces}
    for folder in view.folders:
        for index in folder.spaces.values():
            chunks += len(index)
            holding.update(index.holders(terms))
        mentions.update(folder.spaces[SpaceName.CODE].mentions(names))
    rarity = {term: inverse_document_frequency(holding[term], chunks) for term in terms}
    return Statistics(rarity, frozenset(term for term in terms if not holding[term]), mentions)


def most_telling(view: SearchView, terms: Sequence[str], count: int) -> tuple[str, ...]:
    """Return the ``count`` of the terms that the fewest chunks hold, in order; those that none holds come last."""
    if len(terms) <= count:
        return tuple(terms)
    holding = Counter[str]()
    for folder in view.folders:
        for index in folder.spaces.values():
            holding.update(index.holders(terms))
    chosen = set(sorted(terms, key=lambda term: holding[term] or math.inf)[:count])
    return tuple(term for term in terms if term in chosen)


def _nearest(folder: IndexSnapshot, space: SpaceName, probe: Probe, wanted: Filter, limit: int) -> Nearest:
    """Return what looks for what is nearest, which is nothing where the folder has no vectors of the probe's models."""
    serving = folder.serving(space)
    vector = None if serving is None else probe.vectors.get(serving[1].fingerprint)
    if vector is None:
        return list
    return partial(folder.spaces[space].nearest, vector, limit, _chunk_filter(wanted), probe.copies)


def _on_another_thread(nearest: Nearest) -> Nearest:
    return nearest if nearest is list else _beside.submit(nearest).result


def _when_it_is_asked_for(nearest: Nearest) -> Nearest:
    return nearest


def _stored(
    folder: IndexSnapshot, space: SpaceName, probe: Probe, wanted: Filter, limit: int
) -> list[tuple[Signal, Candidate]]:
    allowed = _chunk_filter(wanted)
    index = folder.spaces[space]
    found: list[tuple[Signal, Candidate]] = []
    if probe.terms:
        found += [
            (Signal.KEYWORDS, candidate) for candidate in index.matching(probe.terms, limit, allowed, probe.copies)
        ]
    for name in probe.names:
        found += [(Signal.SYMBOL, candidate) for candidate in index.named(name, limit, allowed)]
    if probe.sketch:
        found += [(Signal.STRUCTURE, candidate) for candidate in index.alike(probe.sketch, limit, allowed)]
    return found


def _open(
    view: SearchView, space: SpaceName, probe: Probe, wanted: Filter, limit: int
) -> list[tuple[Signal, OverlayCandidate]]:
    overlay, documents = view.overlay, view.overlay.documents()
    if not documents:
        return []
    accepts = _accepts_open(wanted, documents)
    found: list[tuple[Signal, OverlayCandidate]] = []
    for fingerprint, vector in probe.vectors.items():
        found += [(Signal.SEMANTIC, each) for each in overlay.nearest(space, fingerprint, vector, limit, accepts)]
    if probe.terms:
        for folder in {folder for folder, _ in documents.values()}:
            statistics = _statistics(view, folder, space, tuple(probe.terms))
            of_folder = _in_folder(folder, documents, accepts)
            found += [
                (Signal.KEYWORDS, each) for each in overlay.matching(space, probe.terms, limit, statistics, of_folder)
            ]
    for name in probe.names:
        found += [(Signal.SYMBOL, each) for each in overlay.named(space, name, limit, accepts)]
    if probe.sketch:
        found += [(Signal.STRUCTURE, each) for each in overlay.alike(space, probe.sketch, limit, accepts)]
    return found


def _statistics(view: SearchView, root: str | None, space: SpaceName, terms: Sequence[str]) -> TermStatistics:
    """Return the statistics of the folder's index; of an empty one for documents that belong to none."""
    for folder in view.folders:
        if str(folder.root) == root:
            return folder.spaces[space].term_statistics(terms)
    return TermStatistics(0, {}, {})


def _in_folder(folder: str | None, documents: Mapping[str, tuple[str | None, str]], accepts: Accepts) -> Accepts:
    def accepts_here(document: str, chunk: Chunk) -> bool:
        return document in documents and documents[document][0] == folder and accepts(document, chunk)

    return accepts_here


def _chunk_filter(wanted: Filter) -> ChunkFilter | None:
    accepts = path_filter(wanted)
    if accepts is None and not wanted.languages and not wanted.kinds:
        return None
    return ChunkFilter(wanted.languages, wanted.kinds, accepts)


def _accepts_open(wanted: Filter, documents: Mapping[str, tuple[str | None, str]]) -> Accepts:
    accepts_path = path_filter(wanted)

    def accepts(document: str, chunk: Chunk) -> bool:
        folder, path = documents.get(document, (None, document))
        if wanted.folders and folder not in wanted.folders:
            return False
        if wanted.languages and chunk.language not in wanted.languages:
            return False
        if wanted.kinds and chunk.kind not in wanted.kinds:
            return False
        return accepts_path is None or accepts_path(path)

    return accepts
