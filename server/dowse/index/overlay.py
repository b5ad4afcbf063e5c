"""Chunks of open documents, in memory: what was typed and not saved is searched as it stands.

:class:`Overlay` is a value: a change makes another one, and a search keeps the one that it began with. Its chunks are
scored by the same rules as stored ones, with the statistics of the folder's index, so that both kinds compare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.fields import field_words
from dowse.chunking.structure import resemblance
from dowse.index import bm25
from dowse.index.names import SHORTEST_BEGINNING, begins, fit, lookups
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
class OverlayDocument:
    """An open document as the overlay holds it; made apart, since to count the words of a long text takes a while."""

    document: str
    folder: str | None
    path: str
    entries: tuple[_Entry, ...]

    @classmethod
    def of(cls, document: str, folder: str | None, path: str, chunks: Sequence[Chunk]) -> OverlayDocument:
        """Return ``document`` with these chunks; ``path`` counts as words to search."""
        return cls(document, folder, path, tuple(_entry(document, path, chunk) for chunk in chunks))


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Open documents, searched as they stand; never changes."""

    vectors_kept: int = VECTORS_KEPT
    _documents: Mapping[str, OverlayDocument] = field(default_factory=dict)
    _vectors: Mapping[tuple[SpaceName, str], Mapping[bytes, Vectors]] = field(default_factory=dict)
    """By space and fingerprint the vectors of texts, the oldest first."""

    def with_document(self, document: OverlayDocument) -> Overlay:
        """Return this with a document, instead of what it had of it."""
        return replace(self, _documents={**self._documents, document.document: document})._with_few_vectors()

    def without(self, document: str) -> Overlay:
        """Return this without a document; its vectors stay for a while, for the save that comes before a close."""
        if document not in self._documents:
            return self
        documents = {name: held for name, held in self._documents.items() if name != document}
        return replace(self, _documents=documents)._with_few_vectors()

    def with_vectors(self, space: SpaceName, fingerprint: str, vectors: Mapping[bytes, Vectors]) -> Overlay:
        """Return this with a model's vectors of texts of a space, float32 ``[dimensions]`` by digest."""
        before = self._held(space, fingerprint)
        held = {digest: vector for digest, vector in before.items() if digest not in vectors}
        held.update(vectors)
        return replace(self, _vectors={**self._vectors, (space, fingerprint): held})._with_few_vectors()

    def documents(self) -> dict[str, tuple[str | None, str]]:
        """Folder and path of each document."""
        return {name: (held.folder, held.path) for name, held in self._documents.items()}

    def chunks_of(self, document: str) -> tuple[Chunk, ...]:
        """Return the chunks of a document, in order; empty when it is not held."""
        held = self._documents.get(document)
        return () if held is None else tuple(entry.chunk for entry in held.entries)

    def missing(self, space: SpaceName, fingerprint: str) -> list[MissingVector]:
        """Texts of the space that have no vector of that model yet, each once."""
        known = self._held(space, fingerprint)
        texts = {entry.digest: entry.chunk.embedded_text for entry in self._entries(space) if entry.digest not in known}
        return [MissingVector(space, digest, text, fingerprint) for digest, text in texts.items()]

    def vectors_for(self, space: SpaceName, fingerprint: str, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Those of the vectors that are held: a text that was embedded unsaved is not embedded again when saved."""
        held = self._held(space, fingerprint)
        return {digest: held[digest] for digest in digests if digest in held}

    def nearest(
        self, space: SpaceName, fingerprint: str, query: Vectors, limit: int, accepts: Accepts | None = None
    ) -> list[OverlayCandidate]:
        """Chunks by cosine, best first."""
        held = self._held(space, fingerprint)
        scored = (
            (entry, max(-1.0, min(1.0, float(vector @ query))))
            for entry in self._entries(space)
            if (vector := held.get(entry.digest)) is not None
            and vector.shape == query.shape
            and _accepted(entry, accepts)
        )
        return _best(scored, limit)

    def alike(
        self, space: SpaceName, sketch: bytes, limit: int, accepts: Accepts | None = None
    ) -> list[OverlayCandidate]:
        """Like :meth:`dowse.index.space.SpaceSnapshot.alike`."""
        scored = (
            (entry, score)
            for entry in self._entries(space)
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
        """Like :meth:`dowse.index.space.SpaceSnapshot.named`."""
        meanings = lookups(name)
        entries = list(self._entries(space))
        scored = [(entry, fit(meanings, entry.chunk.name, entry.chunk.container)) for entry in entries]
        if not any(score for _, score in scored) and len(name) >= SHORTEST_BEGINNING:
            scored = [(entry, begins(name, entry.chunk.name)) for entry in entries]
        return _best(((entry, score) for entry, score in scored if score > 0 and _accepted(entry, accepts)), limit)

    def holding(self, space: SpaceName, words: Sequence[Sequence[str]]) -> dict[tuple[str, Chunk], tuple[int, int]]:
        """Like :meth:`dowse.index.space.SpaceSnapshot.holding`, of all chunks, by document and chunk."""
        held = {(entry.document, entry.chunk): _held_words(entry, words) for entry in self._entries(space)}
        of_document: dict[str, int] = defaultdict(int)
        for (document, _), bits in held.items():
            of_document[document] |= bits
        return {key: (bits, of_document[key[0]]) for key, bits in held.items()}

    def _entries(self, space: SpaceName) -> Iterator[_Entry]:
        return (entry for held in self._documents.values() for entry in held.entries if entry.chunk.space is space)

    def _held(self, space: SpaceName, fingerprint: str) -> Mapping[bytes, Vectors]:
        return self._vectors.get((space, fingerprint), {})

    def _with_few_vectors(self) -> Overlay:
        """Return this without the oldest vectors that no document has, beyond ``vectors_kept``."""
        vectors = {(space, fingerprint): self._few(space, held) for (space, fingerprint), held in self._vectors.items()}
        return replace(self, _vectors=vectors)

    def _few(self, space: SpaceName, held: Mapping[bytes, Vectors]) -> Mapping[bytes, Vectors]:
        if len(held) <= self.vectors_kept:
            return held
        used = {entry.digest for entry in self._entries(space)}
        unused = [digest for digest in held if digest not in used]
        dropped = set(unused[: max(0, len(unused) - self.vectors_kept)])
        return {digest: vector for digest, vector in held.items() if digest not in dropped}


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


def _held_words(entry: _Entry, words: Sequence[Sequence[str]]) -> int:
    texts = [counts for name, counts in entry.words.items() if name != "path"]
    return sum(
        1 << number for number, forms in enumerate(words) if any(form in counts for form in forms for counts in texts)
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
