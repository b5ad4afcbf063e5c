"""Learns when functions of two languages do the same, and says how well that tells apart what it was not learned from.

The right pairs are translations (``evaluation.translations``): the same algorithm in two languages. The wrong ones are
the nearest in meaning of another language that any function of some repositories has, the ones that are hardest to
tell. A few of those may do the same all the same, so that precision is a lower bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Chunk
from dowse.chunking.languages import family_of
from dowse.embedding.providers import open_model
from dowse.evaluation.spec import Repository
from dowse.search.boilerplate import boilerplate, code_lines
from dowse.search.chunk_ref import ChunkRef
from dowse.search.function_comparison import Function, describe_function, foreign_evidence
from dowse.search.query import Signal
from dowse.search.translation import Translation
from dowse.settings import Settings, models_of
from dowse_dev.evaluation.changed_copies import functions
from dowse_dev.evaluation.translations import Task, tasks

Array = NDArray[np.float64]

EVIDENCE = (Signal.SEMANTIC, Signal.STRUCTURE, Signal.KEYWORDS)

FOLDS = 7
"""Parts of which each is judged by what was learned from the others: whole algorithms, whole repositories."""

RIDGE = 1e-4
"""Weight of the squared weights, of features scaled to a deviation of 1."""

READ = 0.9
"""Share of translations that are worth reading for what meaning and structure say; of neighbours it is one in seven."""

_BLOCK = 1_024


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of functions of different languages."""

    evidence: Array
    """``[n, len(EVIDENCE)]``."""
    right: NDArray[np.bool_]
    of: tuple[str, ...]
    """The algorithm of a right pair, else the repository of the function whose neighbour was taken."""

    def at(self, chosen: NDArray[np.bool_]) -> Pairs:
        """Return those that are chosen."""
        kept = tuple(name for name, keep in zip(self.of, chosen, strict=True) if keep)
        return Pairs(self.evidence[chosen], self.right[chosen], kept)


@dataclass(frozen=True, slots=True)
class _Known:
    """A function, and where it comes from."""

    of: str
    chunk: Chunk
    function: Function
    is_task: bool


def gathered(repositories: Sequence[Repository], folder: Path, settings: Settings) -> Pairs:
    """Return the pairs of a folder of tasks and of the functions of repositories."""
    asked = tasks(folder, settings)
    known = [_known(_algorithm(task), task.path, task.chunk, is_task=True) for task in asked]
    for repository in repositories:
        for path, chunk in functions(repository.folder, settings):
            each = _known(repository.name, path, chunk, is_task=False)
            if each.function.boilerplate is None:  # what is boilerplate is not told at all
                known.append(each)
    model = open_model(models_of(settings.models, "code")[0], settings.models)
    vectors = model.embed_documents([each.chunk.embedded_text for each in known])
    model.close()
    evidence: list[tuple[float, ...]] = []
    of: list[str] = []
    right: list[bool] = []
    for one, other, cosine in (*_translations(known, vectors), *_neighbours(known, vectors)):
        said = foreign_evidence(one.function, other.function, cosine)
        evidence.append(tuple(said[signal] for signal in EVIDENCE))
        of.append(one.of)
        right.append(one.of == other.of and one.is_task)
    return Pairs(np.array(evidence, np.float64), np.array(right), tuple(of))


def _algorithm(task: Task) -> str:
    """Return what an algorithm is called in the first of its languages."""
    return min((task.path, task.chunk.name), *((path, chunk.name) for path, chunk in task.others))[1]


def _known(of: str, path: str, chunk: Chunk, *, is_task: bool) -> _Known:
    lines = code_lines(chunk.text)
    why = boilerplate(path, chunk.name, chunk.text, lines)
    function = describe_function((ChunkRef(path, None, path, chunk),), chunk.text, lines, why)
    return _Known(of, chunk, function, is_task)


def _translations(known: Sequence[_Known], vectors: NDArray[np.float32]) -> Iterator[tuple[_Known, _Known, float]]:
    """Yield from each function of an algorithm those of its other languages."""
    alike: dict[str, list[int]] = defaultdict(list)
    for row, each in enumerate(known):
        if each.is_task:
            alike[each.of].append(row)
    for rows in alike.values():
        for one in rows:
            for other in rows:
                if one != other:
                    yield known[one], known[other], float(vectors[one] @ vectors[other])


def _neighbours(known: Sequence[_Known], vectors: NDArray[np.float32]) -> Iterator[tuple[_Known, _Known, float]]:
    """Yield each function with the nearest in meaning among those of other languages, its own translations left out."""
    codes = {name: code for code, name in enumerate(dict.fromkeys(each.of for each in known))}
    of = np.array([codes[each.of] for each in known])
    is_task = np.array([each.is_task for each in known])
    names = [family_of(each.chunk.language) for each in known]
    families = np.unique(names, return_inverse=True)[1]
    for start in range(0, len(known), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(known)))
        cosine = vectors[rows] @ vectors.T
        cosine[families[rows][:, None] == families] = -1
        cosine[is_task[rows][:, None] & (of[rows][:, None] == of)] = -1
        for row, nearest in zip(rows.tolist(), cosine.argmax(axis=1).tolist(), strict=True):
            if cosine[row - start, nearest] > -1:
                yield known[row], known[nearest], float(cosine[row - start, nearest])


def fit(pairs: Pairs) -> Translation:
    """Learn the model by logistic regression. A pair of which it is not known how it is built teaches nothing."""
    from scipy.optimize import minimize

    taught = pairs.at(pairs.evidence[:, EVIDENCE.index(Signal.STRUCTURE)] > 0)
    scale = taught.evidence.std(axis=0)
    matrix = np.hstack([taught.evidence / scale, np.ones((len(taught.evidence), 1))])
    sign = np.where(taught.right, 1.0, -1.0)

    def loss(weights: Array) -> tuple[float, Array]:
        margin = sign * (matrix @ weights)
        slope = -sign / (1 + np.exp(np.clip(margin, -500, 500))) / len(sign)
        ridge = np.append(weights[:-1], 0.0)
        return float(np.logaddexp(0, -margin).mean() + RIDGE * ridge @ ridge), matrix.T @ slope + 2 * RIDGE * ridge

    bounds = [(0, None)] * len(EVIDENCE) + [(None, None)]
    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[:-1] / scale
    hope = (pairs.evidence[pairs.right] * weights)[:, [signal != Signal.KEYWORDS for signal in EVIDENCE]].sum(axis=1)
    return Translation(
        dict(zip(EVIDENCE, weights.tolist(), strict=True)), float(found[-1]), float(np.quantile(hope, 1 - READ))
    )


def likelihoods(pairs: Pairs, by: Translation) -> Array:
    """Return how likely each pair is right, 0–1, as duplicates are told."""
    sums = pairs.evidence @ np.array([by.weights[signal] for signal in EVIDENCE]) + by.bias
    return np.where(pairs.evidence[:, EVIDENCE.index(Signal.STRUCTURE)] > 0, 1 / (1 + np.exp(-sums)), 0.0)


def cross_validated(pairs: Pairs) -> Array:
    """Return how likely each pair is right by a model that has seen neither its algorithm nor its repository."""
    places: dict[bool, dict[str, int]] = {True: {}, False: {}}
    fold = np.array(
        [
            places[right].setdefault(name, len(places[right])) % FOLDS
            for name, right in zip(pairs.of, pairs.right.tolist(), strict=True)
        ]
    )
    found = np.zeros(len(fold))
    for part in range(FOLDS):
        found[fold == part] = likelihoods(pairs.at(fold == part), fit(pairs.at(fold != part)))
    return found


def by_algorithm(pairs: Pairs, likelihood: Array, least: float) -> dict[str, float]:
    """Return what share of each algorithm's pairs is at least so likely."""
    names = np.array(pairs.of)
    return {
        name: float((likelihood[(names == name) & pairs.right] >= least).mean())
        for name in dict.fromkeys(names[pairs.right].tolist())
    }


def recall_and_precision(pairs: Pairs, likelihood: Array, least: float) -> tuple[float, float]:
    """Return the share of right pairs that are at least so likely, and of right ones among all that are."""
    found = likelihood >= least
    return float(found[pairs.right].mean()), float(pairs.right[found].mean()) if found.any() else 1.0


def as_toml(learned: Translation, note: str) -> str:
    """Return the model as the text of its file; ``note`` says where it comes from."""
    lines = [f"# {line}" for line in note.splitlines()]
    lines += ["", f"bias = {learned.bias:.2f}", f"promising = {learned.promising:.2f}", "", "[weights]"]
    return "\n".join([*lines, *(f"{signal} = {weight:.2f}" for signal, weight in learned.weights.items())]) + "\n"
