"""What the folders' indexes know of words: how rare they are, and how often names are mentioned."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.index.bm25 import inverse_document_frequency

if TYPE_CHECKING:
    from dowse.search.chunk_ref import ChunkRef
    from dowse.search.view import SearchView


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """What the indexes know of the words of a query and of the names of its candidates."""

    rarity: Mapping[str, float]
    """Inverse document frequency of the query's terms."""
    unknown: frozenset[str]
    """Terms that no chunk holds: beginnings of words, or slips."""
    mentions: Mapping[str, int]
    """In how many chunks a name stands, by the name in lower case."""


def read_statistics(view: SearchView, terms: Sequence[str], refs: Sequence[ChunkRef]) -> CorpusStatistics:
    """Return what the folders' indexes know of the query's terms and of the candidates' names."""
    chunks, holding, mentions = 0, Counter[str](), Counter[str]()
    names = {ref.chunk.name.lower() for ref in refs}
    for folder in view.folders:
        for index in folder.spaces.values():
            chunks += len(index)
            holding.update(index.holders(terms))
        mentions.update(folder.spaces[SpaceName.CODE].mentions(names))
    rarity = {term: inverse_document_frequency(holding[term], chunks) for term in terms}
    return CorpusStatistics(rarity, frozenset(term for term in terms if not holding[term]), mentions)


def rarest_terms(view: SearchView, terms: Sequence[str], count: int) -> tuple[str, ...]:
    """Return the ``count`` of the terms that the fewest chunks hold, in order; those that none holds come last."""
    if len(terms) <= count:
        return tuple(terms)
    holding = Counter[str]()
    for folder in view.folders:
        for index in folder.spaces.values():
            holding.update(index.holders(terms))
    chosen = set(sorted(terms, key=lambda term: holding[term] or math.inf)[:count])
    return tuple(term for term in terms if term in chosen)


def distinctive_terms(view: SearchView, space: SpaceName, words: Sequence[str], count: int) -> tuple[str, ...]:
    """Return the words that tell a piece of code from other code: frequent in it, rare in the indexes (TF-IDF)."""
    counts = Counter(words)
    frequencies: Counter[str] = Counter()
    size = 1
    for folder in view.folders:
        statistics = folder.spaces[space].term_statistics(tuple(counts))
        for (field, term), documents in statistics.document_frequencies.items():
            if field == "body":
                frequencies[term] += documents
        size += statistics.documents
    weight = {term: occurrences * math.log(1 + size / (1 + frequencies[term])) for term, occurrences in counts.items()}
    return tuple(sorted(weight, key=weight.__getitem__, reverse=True)[:count])
