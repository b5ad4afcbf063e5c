"""What retrievers ask: the chunks of one space, those that are stored of a folder or those of open documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.index.records import Candidate, ChunkFilter, OverlayCandidate, TermStatistics, text_digest
from dowse.search.chunk_ref import ChunkKey, ChunkRef
from dowse.search.filters import path_filter
from dowse.search.query import Filter
from dowse.workspace.paths import absolute_path

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.overlay import Accepts, Overlay
    from dowse.index.snapshot import IndexSnapshot
    from dowse.index.space import SpaceSnapshot

Candidates = Sequence[Candidate | OverlayCandidate]
"""Chunks with a retriever's score, best first."""

OpenPaths = Mapping[str, tuple[str | None, str]]
"""Open documents, with their folder and the path in it."""


class ChunkSource(Protocol):
    """Some chunks of one space. Every method may be called from any thread.

    Each gives at most ``limit`` chunks, best first. Scores of different sources compare with one another. Raises
    ``IndexUnavailable`` where an index is damaged or closed.
    """

    @property
    def space(self) -> SpaceName:
        """The space of the chunks."""

    @property
    def origin(self) -> object:
        """Equal for sources that look up each other's candidates, as the two spaces of a folder do."""

    def nearest(self, vectors: Mapping[str, Vectors], limit: int, copies: int | None) -> Candidates:
        """Return chunks by cosine with that of the vectors which their own model made; none of other models.

        ``vectors`` are float32 ``[dimensions]`` by the model's fingerprint. Of one text at most ``copies`` are given.
        """

    def matching(self, terms: Mapping[str, float], limit: int, copies: int | None) -> Candidates:
        """Return chunks that hold any of the terms, by BM25; ``terms`` has the weight of each."""

    def named(self, name: str, limit: int) -> Candidates:
        """Return chunks that are called so: 1.0 for the very name, less for another case or a longer name."""

    def alike(self, sketch: bytes, limit: int) -> Candidates:
        """Return chunks by how much they are built like code with this sketch, 0–1."""

    def cosines(self, vectors: Mapping[str, Vectors], refs: Sequence[ChunkRef]) -> list[tuple[float, ChunkRef]]:
        """Return the cosine of each chunk that this source has a vector of."""

    def holding(self, words: Sequence[Sequence[str]], refs: Sequence[ChunkRef]) -> dict[ChunkKey, tuple[int, int]]:
        """Return which of ``words`` each of this source's chunks holds, and which its file does, as numbers.

        Bit ``n`` stands for ``words[n]``, which is given in all its forms.
        """

    def look_up(self, candidates: Candidates) -> list[ChunkRef | None]:
        """Return what each candidate of its origin is; None for one that must not be shown."""


def sources_of(
    folders: Sequence[IndexSnapshot], overlay: Overlay, spaces: Collection[SpaceName], wanted: Filter
) -> list[StoredChunks | OpenChunks]:
    """Return the chunks of these spaces in the folders that are wanted, and those of open documents."""
    allowed, opened = _chunk_filter(wanted), overlay.documents()
    searched = [folder for folder in folders if not wanted.folders or str(folder.root) in wanted.folders]
    stored = [StoredChunks(folder, space, allowed, opened) for space in spaces for folder in searched]
    if not opened:
        return [*stored]
    return [*stored, *(OpenChunks(overlay, space, wanted, opened, folders) for space in spaces)]


@dataclass(frozen=True, slots=True)
class StoredChunks:
    """A folder's stored chunks. Those of open documents are left out, whose own chunks stand for them."""

    folder: IndexSnapshot
    space: SpaceName
    allowed: ChunkFilter | None
    opened: OpenPaths

    @property
    def origin(self) -> object:
        """See :class:`ChunkSource`."""
        return self.folder

    @property
    def _index(self) -> SpaceSnapshot:
        return self.folder.spaces[self.space]

    def nearest(self, vectors: Mapping[str, Vectors], limit: int, copies: int | None) -> Sequence[Candidate]:
        """See :class:`ChunkSource`."""
        vector = self._serving(vectors)
        return () if vector is None else self._index.nearest(vector, limit, self.allowed, copies)

    def matching(self, terms: Mapping[str, float], limit: int, copies: int | None) -> Sequence[Candidate]:
        """See :class:`ChunkSource`."""
        return self._index.matching(terms, limit, self.allowed, copies)

    def named(self, name: str, limit: int) -> Sequence[Candidate]:
        """See :class:`ChunkSource`."""
        return self._index.named(name, limit, self.allowed)

    def alike(self, sketch: bytes, limit: int) -> Sequence[Candidate]:
        """See :class:`ChunkSource`."""
        return self._index.alike(sketch, limit, self.allowed)

    def cosines(self, vectors: Mapping[str, Vectors], refs: Sequence[ChunkRef]) -> list[tuple[float, ChunkRef]]:
        """See :class:`ChunkSource`."""
        mine = self._own(refs)
        vector = self._serving(vectors)
        if not mine or vector is None:
            return []
        known = self._index.vectors(list(mine))
        return [(float(known[chunk] @ vector), mine[chunk]) for chunk in known]

    def holding(self, words: Sequence[Sequence[str]], refs: Sequence[ChunkRef]) -> dict[ChunkKey, tuple[int, int]]:
        """See :class:`ChunkSource`."""
        mine = self._own(refs)
        return {mine[chunk].key: held for chunk, held in self._index.holding(words, list(mine)).items()}

    def _own(self, refs: Sequence[ChunkRef]) -> dict[int, ChunkRef]:
        root = str(self.folder.root)
        return {
            ref.chunk.id: ref
            for ref in refs
            if not isinstance(ref.chunk, Chunk) and ref.folder == root and ref.chunk.space is self.space
        }

    def look_up(self, candidates: Candidates) -> list[ChunkRef | None]:
        """See :class:`ChunkSource`."""
        root = str(self.folder.root)
        ids = [each.chunk_id for each in candidates if isinstance(each, Candidate)]
        chunks = self.folder.chunks(set(ids))
        documents: dict[str, str] = {}
        found: list[ChunkRef | None] = []
        for chunk_id in ids:
            chunk = chunks.get(chunk_id)
            if chunk is None:  # the catalogue turned out to be damaged
                found.append(None)
                continue
            document = documents.get(chunk.path)
            if document is None:
                document = documents[chunk.path] = absolute_path(root, chunk.path)
            found.append(None if document in self.opened else ChunkRef(document, root, chunk.path, chunk))
        return found

    def _serving(self, vectors: Mapping[str, Vectors]) -> Vectors | None:
        serving = self.folder.serving(self.space)
        return None if serving is None else vectors.get(serving[1].fingerprint)


@dataclass(frozen=True, slots=True)
class OpenChunks:
    """The chunks of all open documents, scored as the folders' indexes would score them."""

    overlay: Overlay
    space: SpaceName
    wanted: Filter
    opened: OpenPaths
    folders: Sequence[IndexSnapshot]

    @property
    def origin(self) -> object:
        """See :class:`ChunkSource`."""
        return self.overlay

    def nearest(self, vectors: Mapping[str, Vectors], limit: int, copies: int | None) -> Sequence[OverlayCandidate]:
        """See :class:`ChunkSource`; ``copies`` is not kept to, since nobody opens that many."""
        accepts = self._accepts()
        return [
            candidate
            for fingerprint, vector in vectors.items()
            for candidate in self.overlay.nearest(self.space, fingerprint, vector, limit, accepts)
        ]

    def matching(self, terms: Mapping[str, float], limit: int, copies: int | None) -> Sequence[OverlayCandidate]:
        """See :class:`ChunkSource` and :meth:`nearest`."""
        accepts = self._accepts()
        found: list[OverlayCandidate] = []
        for folder in dict.fromkeys(folder for folder, _ in self.opened.values()):
            statistics = self._statistics(folder, tuple(terms))
            found += self.overlay.matching(self.space, terms, limit, statistics, self._in_folder(folder, accepts))
        return found

    def named(self, name: str, limit: int) -> Sequence[OverlayCandidate]:
        """See :class:`ChunkSource`."""
        return self.overlay.named(self.space, name, limit, self._accepts())

    def alike(self, sketch: bytes, limit: int) -> Sequence[OverlayCandidate]:
        """See :class:`ChunkSource`."""
        return self.overlay.alike(self.space, sketch, limit, self._accepts())

    def cosines(self, vectors: Mapping[str, Vectors], refs: Sequence[ChunkRef]) -> list[tuple[float, ChunkRef]]:
        """See :class:`ChunkSource`."""
        mine = [(text_digest(p.chunk.embedded_text), p) for p in refs if isinstance(p.chunk, Chunk)]
        found: list[tuple[float, ChunkRef]] = []
        for fingerprint, vector in vectors.items():
            held = self.overlay.vectors_for(self.space, fingerprint, [digest for digest, _ in mine])
            found += [(float(held[digest] @ vector), ref) for digest, ref in mine if digest in held]
        return found

    def holding(self, words: Sequence[Sequence[str]], refs: Sequence[ChunkRef]) -> dict[ChunkKey, tuple[int, int]]:
        """See :class:`ChunkSource`."""
        held = self.overlay.holding(self.space, words)
        mine = [(ref, held.get((ref.document, ref.chunk))) for ref in refs if isinstance(ref.chunk, Chunk)]
        return {ref.key: found for ref, found in mine if found is not None}

    def look_up(self, candidates: Candidates) -> list[ChunkRef | None]:
        """See :class:`ChunkSource`."""
        return [
            ChunkRef(each.document, *self.opened[each.document], each.chunk)
            if isinstance(each, OverlayCandidate) and each.document in self.opened
            else None
            for each in candidates
        ]

    def _statistics(self, root: str | None, terms: Sequence[str]) -> TermStatistics:
        """Return the statistics of the folder's index; of an empty one for documents that belong to none."""
        for folder in self.folders:
            if str(folder.root) == root:
                return folder.spaces[self.space].term_statistics(terms)
        return TermStatistics(0, {}, {})

    def _accepts(self) -> Accepts:
        wanted, accepts_path = self.wanted, path_filter(self.wanted)

        def accepts(document: str, chunk: Chunk) -> bool:
            folder, path = self.opened.get(document, (None, document))
            if wanted.folders and folder not in wanted.folders:
                return False
            if wanted.languages and chunk.language not in wanted.languages:
                return False
            if wanted.kinds and chunk.kind not in wanted.kinds:
                return False
            return accepts_path is None or accepts_path(path)

        return accepts

    def _in_folder(self, folder: str | None, accepts: Accepts) -> Accepts:
        def accepts_here(document: str, chunk: Chunk) -> bool:
            return document in self.opened and self.opened[document][0] == folder and accepts(document, chunk)

        return accepts_here


def _chunk_filter(wanted: Filter) -> ChunkFilter | None:
    accepts = path_filter(wanted)
    if accepts is None and not wanted.languages and not wanted.kinds:
        return None
    return ChunkFilter(wanted.languages, wanted.kinds, accepts)
