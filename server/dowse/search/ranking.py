"""Puts fused candidates in their final order by what their names, files and neighbours say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from dowse.chunking.identifiers import words
from dowse.search import weights
from dowse.search.fusion import Ranked
from dowse.search.roles import asks_for, role_of
from dowse.search.understanding import Question


def reranked(fused: Sequence[Ranked], question: Question) -> list[Ranked]:
    """Weigh each candidate by its name, its file and the candidates beside it there; scores stay 0–1."""
    terms = frozenset(question.terms)
    by_file: dict[str, list[Ranked]] = defaultdict(list)
    for entry in fused:
        by_file[entry.piece.document].append(entry)
    weighed = [entry for entries in by_file.values() for entry in _weighed(entries, terms)]
    return sorted(weighed, key=lambda entry: -entry.score)


def _weighed(entries: Sequence[Ranked], terms: frozenset[str]) -> list[Ranked]:
    """Weigh the candidates of one file; each further one counts less than the one before it."""
    path = entries[0].piece.path
    stem = coverage(terms, path.rpartition("/")[2].partition(".")[0])
    together = sum(sorted((entry.score for entry in entries), reverse=True)[: weights.COHERENT])
    role = role_of(path)
    factor = 1.0 if asks_for(terms, role) else weights.ROLES[role]
    factor /= (1 + weights.COHERENCE) * (1 + weights.STEM + weights.NAME)  # the most that all the gains can make
    scores = []
    for entry in entries:
        score = entry.score + weights.COHERENCE * max(0.0, together - entry.score) / weights.COHERENT
        gain = 1 + weights.STEM * stem + weights.NAME * coverage(terms, entry.piece.chunk.name)
        scores.append((factor * score * gain, entry))
    scores.sort(key=lambda scored: -scored[0])
    return [replace(entry, score=score * weights.REPEAT**rank) for rank, (score, entry) in enumerate(scores)]


@lru_cache(maxsize=1 << 14)
def coverage(terms: frozenset[str], name: str) -> float:
    """Return what share of a name's words the query says, in this or another form, 0–1."""
    said = words(name)
    parts = [word for word in said if len(said) == 1 or word != said[0]] or said
    if not parts:
        return 0.0
    return sum(any(same_word(term, part) for term in terms) for part in parts) / len(parts)


@lru_cache(maxsize=1 << 16)
def same_word(one: str, other: str) -> bool:
    """Whether two words are forms of one: ``retry`` and ``retries``, ``config`` and ``configuration``."""
    if one == other:
        return True
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= 4 and shared >= 0.65 * min(len(one), len(other))
