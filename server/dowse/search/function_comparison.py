"""Reads two functions and compares them exactly: are they near-copies?"""

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
from dowse.search.hit_verifier import Located
from dowse.search.hits import as_hit
from dowse.search.query import Boilerplate, Hit, Signal
from dowse.search.ranking import RankedChunk
from dowse.search.translation import translation
from dowse.search.tuning import FEWEST_PLACES, MOST_PARTS

if TYPE_CHECKING:
    from dowse.search.chunk_ref import ChunkRef
    from dowse.search.present_text import Text
    from dowse.search.view import SearchView

FUNCTIONS = (Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR)


_Hashed = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Function:
    """What is compared of a function. It has several parts where it is too long for one chunk."""

    parts: tuple[ChunkRef, ...]
    code_lines: int
    boilerplate: Boilerplate | None
    has_structure: bool
    """Whether it is large enough for its structure to be compared."""
    runs: _Hashed
    lines: _Hashed
    words: _Hashed

    @property
    def ref(self) -> ChunkRef:
        """The first part."""
        return self.parts[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How similar two functions are, 0–1, and what each signal gave to that."""

    similarity: float
    parts: dict[Signal, float]


def count_places(chunk: Chunk | StoredChunk) -> int:
    """Return how many places of a chunk's sketch are not empty."""
    return len(chunk.sketch) - chunk.sketch.count(0)


def read_function(parts: tuple[ChunkRef, ...], present: Text, min_lines: int) -> Function | None:
    """Read a function. Return None if its text has changed, or if it has fewer than ``min_lines`` lines of code."""
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
    ref = parts[0]
    why = boilerplate(ref.path, ref.chunk.name, text, lines)
    if why is None and is_generated(present.lines):
        why = Boilerplate.GENERATED
    return describe_function(parts, text, lines, why)


def describe_function(
    parts: tuple[ChunkRef, ...], text: str, lines: Sequence[str], why: Boilerplate | None
) -> Function:
    """Return what is compared of a function with this ``text``, of which ``lines`` are code."""
    structure = Counter({bytes(run): count for run, count in runs(text).items()})
    terms = Counter({word for word in words("\n".join(lines)) if not word.isdecimal()})
    has_structure = len(parts) > 1 or count_places(parts[0].chunk) >= FEWEST_PLACES
    return Function(parts, len(lines), why, has_structure, _hashed(structure), _hashed(Counter(lines)), _hashed(terms))


def compare_functions(one: Function, other: Function, cosine: float) -> Comparison:
    """Compare two functions. ``cosine`` is that of their vectors, which counts between languages.

    In one language, structure or lines decide, whichever is more similar: structure ignores names, lines ignore their
    order. Between languages structure is weak evidence, and a small logistic model weighs it with meaning and words.
    """
    structure = _built_alike(one, other)
    if family_of(one.ref.chunk.language) == family_of(other.ref.chunk.language):
        lines = _jaccard(one.lines, other.lines)
        signal = Signal.STRUCTURE if structure >= lines else Signal.KEYWORDS
        return Comparison(max(structure, lines), {signal: 1.0})
    if not structure:
        return Comparison(0.0, {})
    model = translation()
    parts = {signal: model.weights[signal] * value for signal, value in foreign_evidence(one, other, cosine).items()}
    return Comparison(1 / (1 + math.exp(-model.bias - sum(parts.values()))), parts)


def foreign_evidence(one: Function, other: Function, cosine: float) -> dict[Signal, float]:
    """Return the evidence, each 0–1, that functions of two languages do the same."""
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
    return _jaccard(one.runs, other.runs) if one.has_structure and other.has_structure else 0.0


def _jaccard(one: _Hashed, other: _Hashed) -> float:
    if not len(one) or not len(other):
        return 0.0
    both = np.concatenate([one, other])
    both.sort()
    shared = int((both[1:] == both[:-1]).sum())
    return shared / (len(both) - shared)


def later_parts(first: Chunk | StoredChunk, following: Sequence[Chunk | StoredChunk]) -> list[Chunk | StoredChunk]:
    """Return the later chunks of a function, from the chunks that follow its first."""
    parts: list[Chunk | StoredChunk] = []
    for chunk in following[:MOST_PARTS]:
        if not continues(parts[-1] if parts else first, chunk):
            break
        parts.append(chunk)
    return parts


def continues(chunk: Chunk | StoredChunk, following: Chunk | StoredChunk | None) -> bool:
    """Whether a chunk is the next part of a function."""
    return (
        following is not None
        and following.part == chunk.part + 1
        and (following.name, following.container) == (chunk.name, chunk.container)
        and following.start_line >= chunk.end_line
    )


def show_function(view: SearchView, function: Function, found: Comparison) -> Hit | None:
    """Return a function as a hit at its present place; None if it is no longer there."""
    first, *later = (view.verifier.locate(part) for part in function.parts)
    if first is None or None in later:
        return None
    parts = [first, *(each for each in later if each is not None)]
    span = replace(first.span, end_line=parts[-1].span.end_line, end_column=parts[-1].span.end_column)
    located = Located(span, first.selection, "".join(part.text for part in parts))
    return as_hit(RankedChunk(function.ref, found.similarity, dict(found.parts)), located)
