"""Chunks of open documents, in memory only: what is unsaved, or belongs to no folder, is never written to disk.

Scores are those that the stored index would give: cosines are cosines, and BM25 takes the index's statistics. The
vectors of a text outlive its document for a while, so that a save or a quick undo embeds nothing again.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.fields import field_words
from dowse.chunking.structure import resemblance
from dowse.index import bm25
from dowse.index.names import CASE_DIFFERS, EXACT, SHORTEST_BEGINNING, begins, lookups, same_container
from dowse.index.records import MissingVector, OverlayCandidate, TermStatistics, place_of, text_digest

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

Accepts = Callable[[str, Chunk], bool]
"""Called with the document and one of its chunks."""

VECTORS_KEPT = 4_096
"""Vectors of each model that no open document has any more, kept for the text to come back."""


@dataclass(frozen=True, slots=True)
class _Entry:
    document: str
    path: str
    chunk: Chunk
    digest: bytes
    words: Mapping[str, Counter[str]]
    lengths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Document:
    folder: str | None
    path: str
    entries: tuple[_Entry, ...]


class Overlay:
    """Open documents, searched as they stand; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._documents: dict[str, _Document] = {}
        self._vectors: dict[tuple[SpaceName, str], OrderedDict[bytes, Vectors]] = {}

    def put(self, document: str, folder: str | None, path: str, chunks: Sequence[Chunk]) -> None:
        """Hold these chunks for ``document`` instead of those it had; ``path`` counts as words to search."""
        entries = tuple(_entry(document, path, chunk) for chunk in chunks)
        with self._lock:
            self._documents[document] = _Document(folder, path, entries)
            self._forget_vectors()

    def remove(self, document: str) -> None:
        """Forget a document; its vectors stay for a while, for the save that comes before a close."""
        with self._lock:
            self._documents.pop(document, None)
            self._forget_vectors()

    def documents(self) -> dict[str, tuple[str | None, str]]:
        """Folder and path of each document."""
        with self._lock:
            return {name: (held.folder, held.path) for name, held in self._documents.items()}

    def chunks_of(self, document: str) -> tuple[Chunk, ...]:
        """Return the chunks of a document, in order; empty when it is not held."""
        with self._lock:
            held = self._documents.get(document)
        return () if held is None else tuple(entry.chunk for entry in held.entries)

    def missing(self, space: SpaceName, fingerprint: str) -> list[MissingVector]:
        """Texts of the space that have no vector of that model yet, each once."""
        with self._lock:
            known = self._held(space, fingerprint)
            texts = {
                entry.digest: entry.chunk.embedded_text for entry in self._entries(space) if entry.digest not in known
            }
        return [MissingVector(space, digest, text, fingerprint) for digest, text in texts.items()]

    def add_vectors(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Hold float32 ``vectors`` ``[len(digests), dimensions]``; ValueError when the counts differ."""
        if len(digests) != len(vectors):
            raise ValueError(f"{len(digests)} texts need as many vectors, not {len(vectors)}")
        with self._lock:
            held = self._vectors.setdefault((space, fingerprint), OrderedDict())
            for digest, vector in zip(digests, vectors, strict=True):
                held[digest] = vector.copy()
                held.move_to_end(digest)
            self._forget_vectors()

    def vectors_for(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Those of the vectors that are held: a text that was embedded unsaved is not embedded again when saved."""
        with self._lock:
            held = self._held(space, fingerprint)
            return {digest: held[digest] for digest in digests if digest in held}

    def nearest(
        self, space: SpaceName, fingerprint: str, query: Vectors, limit: int, accepts: Accepts | None = None
    ) -> list[OverlayCandidate]:
        """Chunks by cosine, best first."""
        with self._lock:
            held = self._held(space, fingerprint)
            found = [(entry, held[entry.digest]) for entry in self._entries(space) if entry.digest in held]
        scored = (
            (entry, max(-1.0, min(1.0, float(vector @ query))))
            for entry, vector in found
            if vector.shape == query.shape and _accepted(entry, accepts)
        )
        return _best(scored, limit)

    def alike(
        self, space: SpaceName, sketch: bytes, limit: int, accepts: Accepts | None = None
    ) -> list[OverlayCandidate]:
        """Like :meth:`dowse.index.space.Space.alike`."""
        with self._lock:
            entries = list(self._entries(space))
        scored = (
            (entry, score)
            for entry in entries
            if (score := resemblance(sketch, entry.chunk.sketch)) > 0 and _accepted(entry, accepts)
        )
        return _best(scored, limit)

    def matching(
        self,
        space: SpaceName,
        terms: Iterable[str] | Mapping[str, float],
        limit: int,
        statistics: TermStatistics,
        accepts: Accepts | None = None,
    ) -> list[OverlayCandidate]:
        """Chunks by BM25 as a stored index with these statistics would score them, best first.

        Statistics of nothing, as for a document that belongs to no folder, stand for those of the overlay itself.
        """
        wanted: Mapping[str, float] = Counter(terms)
        with self._lock:
            entries = list(self._entries(space))
        if not statistics.documents:
            statistics = _statistics(entries, wanted)
        scored = (
            (entry, score)
            for entry in entries
            if (score := _score(entry, wanted, statistics)) > 0 and _accepted(entry, accepts)
        )
        return _best(scored, limit)

    def named(self, space: SpaceName, name: str, limit: int, accepts: Accepts | None = None) -> list[OverlayCandidate]:
        """Like :meth:`dowse.index.space.Space.named`."""
        with self._lock:
            entries = list(self._entries(space))
        meanings = lookups(name)
        scored = [(entry, score) for entry in entries if (score := _name_score(entry.chunk, meanings))]
        if not scored and len(name) >= SHORTEST_BEGINNING:
            beginning = name.casefold()
            scored = [
                (entry, begins(name, entry.chunk.name))
                for entry in entries
                if entry.chunk.name.casefold().startswith(beginning)
            ]
        return _best(((entry, score) for entry, score in scored if _accepted(entry, accepts)), limit)

    def _entries(self, space: SpaceName) -> Iterable[_Entry]:
        return (entry for held in self._documents.values() for entry in held.entries if entry.chunk.space is space)

    def _held(self, space: SpaceName, fingerprint: str) -> Mapping[bytes, Vectors]:
        return self._vectors.get((space, fingerprint), OrderedDict())

    def _forget_vectors(self) -> None:
        """Drop the oldest vectors that no document has, beyond ``VECTORS_KEPT``."""
        for (space, _), held in self._vectors.items():
            if len(held) <= VECTORS_KEPT:
                continue
            used = {entry.digest for entry in self._entries(space)}
            unused = [digest for digest in held if digest not in used]
            for digest in unused[: max(0, len(unused) - VECTORS_KEPT)]:
                del held[digest]


def _entry(document: str, path: str, chunk: Chunk) -> _Entry:
    words = field_words(chunk, path)
    return _Entry(
        document,
        path,
        chunk,
        text_digest(chunk.embedded_text),
        {name: Counter(each) for name, each in words.items()},
        {name: len(each) for name, each in words.items()},
    )


def _accepted(entry: _Entry, accepts: Accepts | None) -> bool:
    return accepts is None or accepts(entry.document, entry.chunk)


def _best(scored: Iterable[tuple[_Entry, float]], limit: int) -> list[OverlayCandidate]:
    ranked = sorted(scored, key=lambda each: (-each[1], place_of(each[0].path), each[0].chunk.start_line))[:limit]
    return [OverlayCandidate(entry.document, entry.chunk, score) for entry, score in ranked]


def _score(entry: _Entry, terms: Mapping[str, float], statistics: TermStatistics) -> float:
    score = 0.0
    for name, boost in bm25.BOOSTS.items():
        for term, times in terms.items():
            count = entry.words[name][term]
            if count:
                frequency = statistics.document_frequencies.get((name, term), 0)
                rarity = bm25.inverse_document_frequency(frequency, statistics.documents)
                average = statistics.average_lengths.get(name, 0.0)
                score += boost * times * rarity * bm25.term_weight(count, entry.lengths[name], average)
    return score


def _statistics(entries: Sequence[_Entry], terms: Iterable[str]) -> TermStatistics:
    return TermStatistics(
        len(entries),
        {name: sum(entry.lengths[name] for entry in entries) / max(1, len(entries)) for name in bm25.BOOSTS},
        {(name, term): sum(term in entry.words[name] for entry in entries) for name in bm25.BOOSTS for term in terms},
    )


def _name_score(chunk: Chunk, meanings: Sequence[tuple[str, str | None]]) -> float:
    score = 0.0
    for name, container in meanings:
        if chunk.name.casefold() != name.casefold():
            continue
        if container is None:
            score = max(score, EXACT if chunk.name == name else CASE_DIFFERS)
        elif same_container(chunk.container, container):
            exact = chunk.name == name and same_container(chunk.container, container, exactly=True)
            score = max(score, EXACT if exact else CASE_DIFFERS)
    return score
