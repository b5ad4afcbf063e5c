"""Which of the pairs that were mined are trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dowse.training.pairs import Pair, distinct_pairs
from dowse_dev.training.mining import read_pairs
from dowse_dev.training.overlap import EvaluationTexts
from dowse_dev.training.registries import Package


def selected_pairs(
    folder: Path, packages: Sequence[Package], judged: EvaluationTexts, left_out: Counter[str]
) -> Iterator[tuple[int, Pair]]:
    """Yield each pair once, with the number of its package, without those that relevance is judged on.

    Counts the others in ``left_out``: as ``evaluation_query`` and ``evaluation`` those whose text or body is judged on,
    and as :func:`dowse.training.pairs.distinct_pairs` does.
    """
    return distinct_pairs(_not_judged(folder, packages, judged, left_out), left_out)


def _not_judged(
    folder: Path, packages: Sequence[Package], judged: EvaluationTexts, left_out: Counter[str]
) -> Iterator[tuple[int, Pair]]:
    for number, package in enumerate(packages):
        for pair in read_pairs(folder, package):
            if judged.has_query(pair.text):
                left_out["evaluation_query"] += 1
            elif judged.resembles(pair.body):
                left_out["evaluation"] += 1
            else:
                yield number, pair
