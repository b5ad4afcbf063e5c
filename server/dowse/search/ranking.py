"""Puts fused candidates in their final order by what their names, files and neighbours say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath

from dowse.chunking.identifiers import words
from dowse.search import weights
from dowse.search.fusion import Ranked
from dowse.search.roles import asks_for, role_of
from dowse.search.understanding import Question


def reranked(fused: Sequence[Ranked], question: Question) -> list[Ranked]:
    """Weigh each candidate by name, file name, role and the candidates beside it in its file; scores stay 0–1."""
    terms = frozenset(question.terms)
    in_file: dict[str, list[float]] = defaultdict(list)
    for entry in fused:
        in_file[entry.piece.document].append(entry.score)
    weighed = []
    for entry in fused:
        path, name = entry.piece.path, entry.piece.chunk.name
        others = sum(sorted(in_file[entry.piece.document], reverse=True)[: weights.COHERENT]) - entry.score
        score = entry.score + weights.COHERENCE * max(0.0, others) / weights.COHERENT
        score *= 1 + weights.STEM * coverage(terms, PurePosixPath(path).stem) + weights.NAME * coverage(terms, name)
        role = role_of(path)
        if not asks_for(terms, role):
            score *= weights.ROLES[role]
        weighed.append(replace(entry, score=score))
    best = (1 + weights.COHERENCE) * (1 + weights.STEM + weights.NAME)
    return _diversified([replace(entry, score=entry.score / best) for entry in weighed])


def _diversified(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Order by score, where each further candidate of a file counts less than the one before it."""
    seen: Counter[str] = Counter()
    discounted = []
    for entry in sorted(ranked, key=lambda entry: -entry.score):
        repeats = seen[entry.piece.document]
        seen[entry.piece.document] += 1
        discounted.append(replace(entry, score=entry.score * weights.REPEAT**repeats))
    return sorted(discounted, key=lambda entry: -entry.score)


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
