"""Candidates from every retriever: vectors, BM25, names and paths, of stored and of open documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.index.bm25 import inverse_document_frequency
from dowse.index.errors import IndexUnavailable
from dowse.index.records import ChunkFilter, OverlayCandidate, TermStatistics
from dowse.search.features import Statistics
from dowse.search.filtering import path_filter
from dowse.search.piece import Piece, PieceKey
from dowse.search.query import Filter, Signal
from dowse.search.view import SearchView, absolute, check

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.folder import FolderIndex
    from dowse.index.overlay import Accepts
    from dowse.index.records import Candidate


@dataclass(frozen=True, slots=True)
class Probe:
    """What is looked for, in the form that each retriever takes."""

    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    vectors: Mapping[str, Vectors] = field(default_factory=dict)
    """By fingerprint of the model that made them; a folder that another model serves goes without."""


Proposals = dict[Signal, list[tuple[float, Piece]]]
"""For each signal what its retriever proposes, with the retriever's own score."""


def retrieve(
    view: SearchView, space: SpaceName, probe: Probe, wanted: Filter, limit: int, cancel: Event | None
) -> Proposals:
    """Ask every retriever of ``space`` for ``limit`` candidates."""
    proposals: Proposals = defaultdict(list)
    edited = view.overlay.documents()
    for folder in view.folders:
        check(cancel)
        if wanted.folders and str(folder.root) not in wanted.folders:
            continue
        try:
            found = _stored(folder, space, probe, wanted, limit)
        except IndexUnavailable:  # damaged, which the upkeep tells and mends; the other folders answer
            continue
        for signal, score, piece in found:
            if piece.document not in edited:  # an open document's own chunks stand for it
                proposals[signal].append((score, piece))
    check(cancel)
    for signal, score, piece in _open(view, space, probe, wanted, limit):
        proposals[signal].append((score, piece))
    return proposals


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
    return Statistics(rarity, mentions)


def _stored(
    folder: FolderIndex, space: SpaceName, probe: Probe, wanted: Filter, limit: int
) -> list[tuple[Signal, float, Piece]]:
    allowed = _chunk_filter(wanted)
    index = folder.spaces[space]
    found: list[tuple[Signal, Candidate]] = []
    serving = folder.serving(space)
    if serving is not None and (vector := probe.vectors.get(serving[1].fingerprint)) is not None:
        found += [(Signal.SEMANTIC, candidate) for candidate in index.nearest(vector, limit, allowed)]
    if probe.terms:
        found += [(Signal.KEYWORDS, candidate) for candidate in index.matching(probe.terms, limit, allowed)]
    for name in probe.names:
        found += [(Signal.SYMBOL, candidate) for candidate in index.named(name, limit, allowed)]
    chunks = folder.chunks({candidate.chunk_id for _, candidate in found})
    root = str(folder.root)
    pieces = {id_: Piece(absolute(root, chunk.path), root, chunk.path, chunk) for id_, chunk in chunks.items()}
    # A chunk that a change took away between the two look-ups has no piece.
    return [
        (signal, candidate.score, pieces[candidate.chunk_id])
        for signal, candidate in found
        if candidate.chunk_id in pieces
    ]


def _open(
    view: SearchView, space: SpaceName, probe: Probe, wanted: Filter, limit: int
) -> list[tuple[Signal, float, Piece]]:
    overlay, documents = view.overlay, view.overlay.documents()
    if not documents:
        return []
    accepts = _accepts_open(wanted, documents)
    found: list[tuple[Signal, OverlayCandidate]] = []
    for fingerprint, vector in probe.vectors.items():
        found += [(Signal.SEMANTIC, each) for each in overlay.nearest(space, fingerprint, vector, limit, accepts)]
    if probe.terms:
        for folder in {folder for folder, _ in documents.values()}:
            statistics = _statistics(view, folder, space, probe.terms)
            of_folder = _in_folder(folder, documents, accepts)
            found += [
                (Signal.KEYWORDS, each) for each in overlay.matching(space, probe.terms, limit, statistics, of_folder)
            ]
    for name in probe.names:
        found += [(Signal.SYMBOL, each) for each in overlay.named(space, name, limit, accepts)]
    return [
        (signal, each.score, Piece(each.document, *documents[each.document], each.chunk))
        for signal, each in found
        if each.document in documents
    ]


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


def ordered(proposals: Proposals) -> dict[Signal, list[tuple[float, Piece]]]:
    """Order each signal's candidates, best first, each once."""
    return {signal: _ordered(proposed) for signal, proposed in proposals.items()}


def _ordered(proposed: list[tuple[float, Piece]]) -> list[tuple[float, Piece]]:
    best: dict[PieceKey, tuple[float, Piece]] = {}
    for score, piece in sorted(proposed, key=lambda proposal: -proposal[0]):
        best.setdefault(piece.key, (score, piece))
    return list(best.values())
