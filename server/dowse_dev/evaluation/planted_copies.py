"""How well near-duplicates are found: changed copies planted beside a repository, and translations.

What is found is pairs of functions: those that share a cluster, or whose MinHash agrees. A planted function should be
paired with its original and with other copies of that, and with nothing else. Since a repository has duplicates of its
own, which count as wrong here, precision is a lower bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dowse.chunking.chunk import Chunk
from dowse.chunking.chunker import chunk_text
from dowse.engine import Engine
from dowse.search.function_comparison import FUNCTIONS
from dowse.search.query import DuplicatesRequest
from dowse_dev.evaluation.changed_copies import copies, signature
from dowse_dev.evaluation.translations import Task

_AROUND = ("", "class Planted {\n", "<?php\n", "<?php\nclass Planted {\n")
"""What may stand above a function that was cut out of its file."""

Place = tuple[str, int]
"""A document and the first line of a function in it, from 0."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A function that has originals to be found with."""

    kind: str
    text: str
    right: frozenset[Place]
    """What it may be paired with."""
    wanted: frozenset[Place]
    """What it must be paired with, one of them."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of the planted functions of a kind."""

    recall: float
    """How many were paired with one that was wanted."""
    precision: float
    """How much of what they were paired with was right."""
    count: int


def planted(
    folder: Path, known: Sequence[tuple[str, Chunk]], name: str, into: Path, tasks: Sequence[Task], tasks_folder: Path
) -> dict[Place, Planted]:
    """Write copies of functions of ``folder`` into the empty folder ``into``; return these and the tasks."""
    found: dict[Place, Planted] = {}
    of_original: dict[Place, list[tuple[Place, str, str]]] = defaultdict(list)
    for number, (path, chunk, change, text) in enumerate(copies(known, name)):
        file = into / f"copy{number}{Path(path).suffix}"
        if (around := _around(file.name, text, chunk.language)) is None:
            continue
        file.write_text(around + text + "\n}" * around.count("{"), "utf-8")
        place = (str(file), around.count("\n"))
        of_original[str(folder / path), chunk.start_line].append((place, change, text))
    for original, made in of_original.items():
        family = frozenset({original, *(place for place, _, _ in made)})
        for place, change, text in made:
            found[place] = Planted(change, text, family - {place}, frozenset({original}))
    for task in tasks:
        others = frozenset((str(tasks_folder / path), chunk.start_line) for path, chunk in task.others)
        place = (str(tasks_folder / task.path), task.chunk.start_line)
        found[place] = Planted("translated", task.chunk.text, others, others)
    return found


def _around(name: str, text: str, language: str) -> str | None:
    """Return what must stand above a function alone in a file for it to be one; None where nothing helps."""
    for around in _AROUND:
        start = around.count("\n")
        chunks = chunk_text(name, around + text + "\n}" * around.count("{"), language)
        if any(chunk.start_line == start and chunk.kind in FUNCTIONS for chunk in chunks):
            return around
    return None


def paired_by_engine(engine: Engine, min_similarity: float) -> dict[Place, set[Place]]:
    """Return what each function shares a cluster with."""
    request = DuplicatesRequest(limit=1000, min_lines=3, min_similarity=min_similarity)
    pairs: dict[Place, set[Place]] = defaultdict(set)
    for cluster in engine.duplicates(request).clusters.clusters:
        places = {(copy.document, copy.span.start_line) for copy in cluster.copies}
        for place in places:
            pairs[place] |= places - {place}
    return pairs


def paired_by_minhash(
    functions: Mapping[Place, str], asked: Mapping[Place, Planted], threshold: float
) -> dict[Place, set[Place]]:
    """Return what agrees with each planted function by MinHash over words."""
    signatures = {place: signature(text) for place, text in functions.items()}

    def alike(place: Place) -> set[Place]:
        wanted = signatures[place]
        return {other for other, known in signatures.items() if other != place and known.jaccard(wanted) >= threshold}

    return {place: alike(place) for place in asked}


def answered(asked: Mapping[Place, Planted], pairs: Mapping[Place, set[Place]]) -> list[tuple[Planted, set[Place]]]:
    """Return each planted function with what it was paired with."""
    return [(each, pairs.get(place, set())) for place, each in asked.items()]


def scores(answers: Sequence[tuple[Planted, set[Place]]]) -> Iterator[tuple[str, Score]]:
    """Yield recall and precision for each kind of copy."""
    kinds: dict[str, list[tuple[Planted, set[Place]]]] = defaultdict(list)
    for each, found in answers:
        kinds[each.kind].append((each, found))
    for kind, members in kinds.items():
        hits = sum(bool(found & each.wanted) for each, found in members)
        right = sum(len(found & each.right) for each, found in members)
        whole = sum(len(found) for _, found in members)
        yield kind, Score(hits / len(members), right / whole if whole else 1.0, len(members))
