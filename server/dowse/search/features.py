"""What is known of each candidate, as numbers by name: what the ranking weighs.

Retrievers' scores are taken relative to their own best, and words count by their rarity in the index, so that a feature
means the same with any model and any size of index.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind, SpaceName
from dowse.search.chunk_ref import ChunkRef
from dowse.search.corpus import CorpusStatistics
from dowse.search.paths import path_facts
from dowse.search.ranking_model import FEATURES, RankingModel
from dowse.search.retriever import Column, Feature, ProposedScores, QueryTraits
from dowse.search.roles import Role, asks_for
from dowse.search.term_matcher import TermMatcher
from dowse.search.tuning import FeatureTuning

if TYPE_CHECKING:
    from dowse.search.evidence import Evidence
    from dowse.search.question import Question
    from dowse.search.retrieval import Proposals

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Candidates and their features, float32 ``[len(refs), len(features)]``."""

    refs: Sequence[ChunkRef]
    matrix: Matrix
    read: Column | None = None
    """The share of the query, 0–1, that the models of each candidate's space can read; None if they read all of it."""
    features: tuple[Feature, ...] = FEATURES
    """What each column of the matrix is."""
    asked: TermMatcher | None = None
    """Matches the terms of the question; None where there are no candidates."""

    def column(self, name: str) -> Column:
        """Return one feature of all candidates."""
        return self.matrix[:, [feature.name for feature in self.features].index(name)]


_BEHIND = tuple(role for role in Role if role is not Role.SOURCE)
"""Path roles that are ranked lower than implementation files; one feature each."""


def extract_features(
    refs: Sequence[ChunkRef],
    proposals: Proposals,
    evidence: Evidence,
    question: Question,
    statistics: CorpusStatistics,
    model: RankingModel,
    tuning: FeatureTuning,
) -> FeatureTable:
    """Return the features of ``refs``, which are the chunks of ``proposals``, each once."""
    if not refs:
        return FeatureTable((), np.zeros((0, len(model.features)), np.float32), features=model.features)
    traits = QueryTraits(float(question.is_name), min(1.0, len(question.terms) / tuning.long_query_terms))
    row_of = {ref.key: row for row, ref in enumerate(refs)}
    paths = {ref.document: ref.path for ref in refs}
    numbers = {document: number for number, document in enumerate(paths)}
    files = np.array([numbers[ref.document] for ref in refs], np.intp)
    columns: dict[str, Column] = {}
    for retriever in model.retrievers:
        proposed = [(score, row_of[ref.key]) for score, ref in proposals.get(retriever.signal, ())]
        compared = evidence.scores.get(retriever.signal)
        columns |= retriever.measure(ProposedScores(proposed, files, tuning, compared), traits)
    matcher = TermMatcher({term: statistics.rarity.get(term, 1.0) for term in question.terms}, statistics.unknown)
    unasked = {role for role in _BEHIND if not asks_for(question.text, question.terms, role)}
    of_paths = [_measure_path(path, question.paths, unasked, matcher, tuning.depth_scale) for path in paths.values()]
    columns |= {name: column[files] for name, column in _columns(of_paths).items()}
    wanted = SpaceName.PROSE if question.wants_prose else SpaceName.CODE
    mentions, scale = statistics.mentions, tuning.logarithm_scale
    columns |= _columns([_measure_chunk(ref, wanted, mentions, matcher, scale) for ref in refs])
    columns["coverage"], columns["file_coverage"] = evidence.coverage, evidence.file_coverage
    prose = np.array([ref.chunk.space is SpaceName.PROSE for ref in refs], np.float32)
    columns["how_to_prose"] = prose * np.float32(question.asks_how_to)
    columns["how_it_works_prose"] = prose * np.float32(question.asks_how_it_works)
    columns["symbol_stem"] = columns["stem_said"] * np.float32(traits.is_name)
    columns["long_stem"] = columns["stem_said"] * np.float32(traits.length)
    columns["long_name"] = columns["name_said"] * np.float32(traits.length)
    matrix = np.stack([columns[feature.name] for feature in model.features], axis=1)
    return FeatureTable(refs, matrix, features=model.features, asked=matcher)


class _PathRow(NamedTuple):
    """How a file's path matches the query, its role and its depth; named as the features are."""

    stem_said: float
    stem_full: float
    folder_tells: float
    path_named: bool
    test: bool
    example: bool
    vendored: bool
    declaration: bool
    project: bool
    translation: bool
    automation: bool
    depth: float


class _ChunkRow(NamedTuple):
    """How a chunk's name matches the query, its space, its length and how often it is mentioned."""

    name_said: float
    name_full: float
    other_space: bool
    length: float
    mentions: float


def _measure_path(
    path: str, asked: Sequence[str], unasked: Collection[Role], matcher: TermMatcher, depth_scale: int
) -> _PathRow:
    facts = path_facts(path)
    covered, matched = matcher.match_name(facts.stem)
    role = facts.role if facts.role in unasked else None
    return _PathRow(
        stem_said=covered,
        stem_full=covered * matcher.idf_share(matched),
        folder_tells=matcher.idf_share(matcher.match(facts.folder)),
        path_named=_is_named(path, asked),
        test=role is Role.TEST,
        example=role is Role.EXAMPLE,
        vendored=role is Role.VENDORED,
        declaration=role is Role.DECLARATION,
        project=role is Role.PROJECT,
        translation=role is Role.TRANSLATION,
        automation=role is Role.AUTOMATION,
        depth=facts.depth / depth_scale,
    )


def _is_named(path: str, asked: Sequence[str]) -> bool:
    """Whether a query's path is the end of this one, or a folder in it, or leads to it from further out."""
    here = f"/{path}"
    return any(here.endswith(f"/{each}") or f"/{each}/" in here or f"/{each}".endswith(here) for each in asked)


def _measure_chunk(
    ref: ChunkRef, wanted: SpaceName, mentions: Mapping[str, int], matcher: TermMatcher, logarithm_scale: int
) -> _ChunkRow:
    chunk = ref.chunk
    # The name of a run of top-level code is its file's stem, which counts as part of the path.
    covered, matched = matcher.match_name("" if chunk.kind is Kind.FILE else chunk.name)
    return _ChunkRow(
        name_said=covered,
        name_full=covered * matcher.idf_share(matched),
        other_space=chunk.space is not wanted,
        length=math.log1p(chunk.end_line - chunk.start_line) / logarithm_scale,
        mentions=math.log1p(mentions.get(chunk.name.lower(), 0)) / logarithm_scale,
    )


def _columns(rows: Sequence[_PathRow] | Sequence[_ChunkRow]) -> dict[str, Column]:
    """Turn rows, of which there is at least one, into columns by the rows' names."""
    return dict(zip(rows[0]._fields, np.array(rows, np.float32).T, strict=True))
