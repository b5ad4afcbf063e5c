"""What the index takes in and gives back, as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.workspace.source import FileStamp, SkipReason


def text_digest(text: str) -> bytes:
    """Return BLAKE2b-128 of ``text`` in UTF-8; lone surrogates, which JSON can spell, count as they are."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the catalogue holds of a file. ``digest`` and ``language`` are None where it was skipped."""

    id: int
    path: str
    stamp: FileStamp
    digest: bytes | None
    language: str | None
    skipped: SkipReason | None


MOST_WORDS = 24
"""Words of which the word index tells in one question who holds them: a score is a float of 32 bits, which counts in
ones up to two to the 24th."""


class StoredChunk(NamedTuple):
    """What the catalogue holds of a chunk: all but its text, which is the file's to tell.

    ``text_digest`` is BLAKE2b-128 of :attr:`Chunk.text` in UTF-8 (``surrogatepass``); the other fields are the
    chunk's own. A tuple, since every query makes a hundred of them, and a frozen dataclass takes six times as long.
    """

    id: int
    path: str
    space: SpaceName
    language: str
    kind: Kind
    name: str
    container: str | None
    start_line: int
    end_line: int
    name_line: int
    name_column: int
    name_length: int
    signature: str
    part: int
    text_digest: bytes
    sketch: bytes


@dataclass(frozen=True, slots=True)
class MissingVector:
    """A text that a model of its space has not embedded yet."""

    space: SpaceName
    digest: bytes
    text: str
    model: str | None = None
    """The model's fingerprint; None where the space has no model yet."""


@dataclass(frozen=True, slots=True)
class ChunkFilter:
    """Which chunks may be candidates. Empty tuples and None do not restrict."""

    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    accepts_path: Callable[[str], bool] | None = None
    """Called with a file's relative path, at most once for each state of the file."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that a retriever proposes, with that retriever's own score, higher is better."""

    chunk_id: int
    score: float


def place_of(path: str) -> tuple[int, str]:
    """Return what orders candidates of equal scores: the number of folders around their file, then its path.

    Chunk ids would say in which order files were indexed, which must change no answer.
    """
    return path.count("/"), path


@dataclass(frozen=True, slots=True)
class FolderCounts:
    """Sizes of a folder's index."""

    files_indexed: int
    chunks: int
    chunks_embedded: int
    skipped: dict[SkipReason, int]
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class OverlayCandidate:
    """A chunk of an open document that a retriever proposes; ``score`` compares with :attr:`Candidate.score`."""

    document: str
    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """What BM25 needs to know of a collection to score one more document as if it belonged to it.

    ``average_lengths`` are tokens per document, by field; ``document_frequencies`` count the documents that hold a
    term in a field, by (field, term). The frequencies still count documents that are deleted but not merged away.
    """

    documents: int
    average_lengths: Mapping[str, float]
    document_frequencies: Mapping[tuple[str, str], int]


class ModelChange(StrEnum):
    """What came of naming a space's model."""

    UNCHANGED = "unchanged"
    """It serves already."""
    FIRST = "first"
    """The space had no model; this one serves from now on, as far as its vectors go."""
    BUILDING = "building"
    """Another model goes on serving until every chunk has a vector of this one."""
    SWITCHED = "switched"
    """It took over from another model at once: a vector of every chunk was at hand."""
