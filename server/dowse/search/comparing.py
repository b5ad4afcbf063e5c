"""Two functions, read and compared exactly: are they near-copies?"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Chunk, Kind
from dowse.chunking.identifiers import words
from dowse.chunking.languages import family_of
from dowse.chunking.structure import runs
from dowse.index.records import StoredChunk, text_digest
from dowse.search.boilerplate import boilerplate, code_lines, is_generated
from dowse.search.presence import Placed
from dowse.search.query import Boilerplate, Hit, Signal
from dowse.search.ranking import Ranked
from dowse.search.searching import as_hit
from dowse.search.translation import translation

if TYPE_CHECKING:
    from dowse.search.piece import Piece
    from dowse.search.presence import Text
    from dowse.search.view import SearchView

MOST_PARTS = 40
"""Pieces of one function that are compared; more make a table of data."""

FUNCTIONS = (Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR)

FEWEST_PLACES = 12
"""Places of a sketch that must be taken: how a function with fewer is built says nothing, only its lines do."""

_Hashed = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Function:
    """What is compared of a function. Its parts are those of a definition that is too long for one chunk."""

    parts: tuple[Piece, ...]
    code_lines: int
    boilerplate: Boilerplate | None
    telling: bool
    """Whether it is large enough that how it is built says something."""
    runs: _Hashed
    lines: _Hashed
    words: _Hashed

    @property
    def piece(self) -> Piece:
        """The first part."""
        return self.parts[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How similar two functions are, 0–1, and what says so."""

    similarity: float
    parts: dict[Signal, float]


def places(chunk: Chunk | StoredChunk) -> int:
    """Return how many places of a chunk's sketch are taken."""
    return len(chunk.sketch) - chunk.sketch.count(0)


def read_function(parts: tuple[Piece, ...], present: Text, min_lines: int) -> Function | None:
    """Read a function; None where it no longer stands there so, or has fewer than ``min_lines`` lines of code."""
    texts = []
    for part in parts:
        text = "".join(present.lines[part.chunk.start_line : part.chunk.end_line])
        if text_digest(text) != part.text_digest:
            return None
        texts.append(text)
    text = "".join(texts)
    lines = code_lines(text)
    if len(lines) < min_lines:
        return None
    piece = parts[0]
    why = boilerplate(piece.path, piece.chunk.name, text, lines)
    if why is None and is_generated(present.lines):
        why = Boilerplate.GENERATED
    return described(parts, text, lines, why)


def described(parts: tuple[Piece, ...], text: str, lines: Sequence[str], why: Boilerplate | None) -> Function:
    """Return what is compared of a function with this ``text``, of which ``lines`` are code."""
    structure = Counter({bytes(run): count for run, count in runs(text).items()})
    said = Counter({word for word in words("\n".join(lines)) if not word.isdecimal()})
    telling = len(parts) > 1 or places(parts[0].chunk) >= FEWEST_PLACES
    return Function(parts, len(lines), why, telling, _hashed(structure), _hashed(Counter(lines)), _hashed(said))


def compared(one: Function, other: Function, cosine: float) -> Comparison:
    """Compare two functions. ``cosine`` is that of their vectors, which counts between languages.

    In one language, the more similar of structure and lines decides: names do not matter to the one, order to the
    other. Between languages structure says little, and a small logistic model weighs it with meaning and words.
    """
    structure = _built_alike(one, other)
    if family_of(one.piece.chunk.language) == family_of(other.piece.chunk.language):
        lines = _jaccard(one.lines, other.lines)
        signal = Signal.STRUCTURE if structure >= lines else Signal.KEYWORDS
        return Comparison(max(structure, lines), {signal: 1.0})
    if not structure:
        return Comparison(0.0, {})
    model = translation()
    parts = {signal: model.weights[signal] * value for signal, value in foreign_evidence(one, other, cosine).items()}
    return Comparison(1 / (1 + math.exp(-model.bias - sum(parts.values()))), parts)


def foreign_evidence(one: Function, other: Function, cosine: float) -> dict[Signal, float]:
    """Return what can say that functions of two languages do the same, each 0–1."""
    return {
        Signal.SEMANTIC: max(0.0, cosine),
        Signal.STRUCTURE: _built_alike(one, other),
        Signal.KEYWORDS: _jaccard(one.words, other.words),
    }


def _hashed(counts: Counter[str] | Counter[bytes]) -> _Hashed:
    """Return a multiset as ascending numbers, each once."""
    numbers: Iterable[int] = (
        zlib.crc32(each if isinstance(each, bytes) else each.encode("utf-8", "surrogatepass")) | occurrence << 32
        for each, count in counts.items()
        for occurrence in range(count)
    )
    return np.unique(np.fromiter(numbers, np.int64))


def _built_alike(one: Function, other: Function) -> float:
    return _jaccard(one.runs, other.runs) if one.telling and other.telling else 0.0


def _jaccard(one: _Hashed, other: _Hashed) -> float:
    if not len(one) or not len(other):
        return 0.0
    both = np.concatenate([one, other])
    both.sort()
    shared = int((both[1:] == both[:-1]).sum())
    return shared / (len(both) - shared)


def later_parts(first: Chunk | StoredChunk, following: Sequence[Chunk | StoredChunk]) -> list[Chunk | StoredChunk]:
    """Return the chunks that go on with a function, from those that stand after it."""
    parts: list[Chunk | StoredChunk] = []
    for chunk in following[:MOST_PARTS]:
        if not goes_on(parts[-1] if parts else first, chunk):
            break
        parts.append(chunk)
    return parts


def goes_on(chunk: Chunk | StoredChunk, following: Chunk | StoredChunk | None) -> bool:
    """Whether a chunk is the next part of a function."""
    return (
        following is not None
        and following.part == chunk.part + 1
        and (following.name, following.container) == (chunk.name, chunk.container)
        and following.start_line >= chunk.end_line
    )


def placed(view: SearchView, function: Function, found: Comparison) -> Hit | None:
    """Return a function as a hit, where it stands now; None where it no longer does."""
    first, *later = (view.presence.place(part) for part in function.parts)
    if first is None or None in later:
        return None
    parts = [first, *(each for each in later if each is not None)]
    span = replace(first.span, end_line=parts[-1].span.end_line, end_column=parts[-1].span.end_column)
    placed = Placed(span, first.selection, "".join(part.text for part in parts))
    return as_hit(Ranked(function.piece, found.similarity, dict(found.parts)), placed)
