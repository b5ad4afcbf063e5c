"""What a ranking is learned from: the candidates of each query, their features, and which of them are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.engine import Engine
from dowse.evaluation.metrics import DEPTH, ndcg
from dowse.evaluation.own_queries import with_own_queries
from dowse.evaluation.runner import opened
from dowse.evaluation.spec import Query, Repository, Spec, Target
from dowse.search.features import FeatureTable
from dowse.search.query import Mode, SearchRequest
from dowse.search.ranking import count_repetitions, rank
from dowse.search.ranking_model import Weights
from dowse.settings import Settings


@dataclass(frozen=True, slots=True)
class Example:
    """One query of a repository."""

    repository: str
    own: bool
    """Whether the repository's own code asks it: it then names a piece, where people's labels name a file."""
    measured: FeatureTable
    met: NDArray[np.bool_]
    """``[candidates, targets]``: which candidate meets which target."""
    grades: tuple[int, ...]
    """Of the targets."""
    by_file: bool = False
    """Whether the targets are the files of the query's pieces; such an example teaches, and no figure is of it."""

    def ranks(self, by: Weights) -> list[int | None]:
        """Return the rank of each target when the candidates are ranked by these weights."""
        row_of = {id(piece): row for row, piece in enumerate(self.measured.refs)}
        return self._ranks([row_of[id(entry.ref)] for entry in islice(rank(self.measured, by), DEPTH)])

    def ranks_by(self, sums: NDArray[np.float64], repeat: float) -> list[int | None]:
        """Return the same for candidates that something else gives these sums; ``repeat`` is as in ``Weights``."""
        sums = sums - repeat * count_repetitions(self.measured, sums.astype(np.float32))
        return self._ranks(np.argsort(-sums, kind="stable")[:DEPTH].tolist())

    def _ranks(self, rows: Sequence[int]) -> list[int | None]:
        found = self.met[rows]
        return [
            int(found[:, target].argmax()) + 1 if found[:, target].any() else None
            for target in range(self.met.shape[1])
        ]


def gather(
    spec: Spec,
    modes: Sequence[Mode],
    settings: Settings,
    cache_dir: Path,
    *,
    own: int = 0,
) -> dict[Mode, list[Example]]:
    """Have every query's candidates measured, in each mode, and those of ``own`` queries of each kind from the code."""
    examples: dict[Mode, list[Example]] = {mode: [] for mode in modes}
    for repository in spec.repositories:
        with opened(repository, settings, cache_dir) as engine:
            more = with_own_queries(engine, repository, settings, own) if own else None
            for mode in modes:
                examples[mode] += _examples(engine, repository, mode, own=False)
                if more is not None:
                    examples[mode] += _examples(engine, more, mode, own=True)
    return examples


def _examples(engine: Engine, repository: Repository, mode: Mode, *, own: bool) -> list[Example]:
    examples = []
    for query in repository.queries:
        found = engine.candidates(SearchRequest(query.query, DEPTH, query.space, mode=mode))
        met = [
            [
                target.met_by(piece.path, piece.chunk.name, piece.chunk.start_line, piece.chunk.end_line - 1)
                for target in query.relevant
            ]
            for piece in found.refs
        ]
        if not query.relevant:
            continue  # what has no answer teaches where answers end, not their order
        whole = np.array(met, np.bool_).reshape(len(met), len(query.relevant))
        examples.append(Example(repository.name, own, found, whole, query.grades))
        if any(target.start_line is not None for target in query.relevant):
            examples.append(_by_file(examples[-1], query))
    return examples


def _by_file(example: Example, query: Query) -> Example:
    """Return the same query with its pieces' files as targets: the right file is worth something by itself."""
    best = {target.path: target for target in sorted(query.relevant, key=lambda target: target.grade)}
    files = [Target(each.path, grade=each.grade, is_whole_path=each.is_whole_path) for each in best.values()]
    met = [[file.met_by(ref.path, "", 0, 0) for file in files] for ref in example.measured.refs]
    return replace(
        example,
        met=np.array(met, np.bool_).reshape(len(met), len(files)),
        grades=tuple(file.grade for file in files),
        by_file=True,
    )


def mean_ndcg(examples: Sequence[Example], by: Weights) -> float:
    """Return NDCG@10 of the queries of one repository, averaged."""
    return sum(ndcg(example.ranks(by), example.grades) for example in examples) / len(examples)
