"""How well similar code is found across languages: the same tasks, each done in several.

A folder holds source files and ``algorithms.json``, a list with an entry for each task: the names of the functions that
do it, all different files. It is searched together with a repository, whose functions must not come before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dowse.chunking.chunk import Chunk
from dowse.chunking.prepared_file import prepared_files
from dowse.engine import Engine
from dowse.evaluation.runner import Outcome, ranks
from dowse.evaluation.spec import Query, Target
from dowse.search.query import Signal, SimilarRequest, Span
from dowse.settings import Settings

TABLE = "algorithms.json"


@dataclass(frozen=True, slots=True)
class Task:
    """A function, and the others that do the same in other languages."""

    path: str
    chunk: Chunk
    others: tuple[tuple[str, Chunk], ...]

    @property
    def query(self) -> Query:
        """What it asks for."""
        targets = (Target(path, chunk.start_line + 1, chunk.end_line) for path, chunk in self.others)
        return Query(self.chunk.name, tuple(targets), "translated")


def tasks(folder: Path, settings: Settings) -> list[Task]:
    """Return the tasks of a folder, from each language's point of view; ``ValueError`` says what is wrong in it."""
    try:
        table = json.loads((folder / TABLE).read_text("utf-8"))
    except OSError as error:
        raise ValueError(f"{folder / TABLE}: {error.strerror}") from None
    found: dict[str, list[tuple[str, Chunk]]] = {}
    for file in prepared_files(folder, settings.files):
        for chunk in file.chunks:
            found.setdefault(chunk.name, []).append((file.path, chunk))
    return [task for names in table for task in _of(names, found)]


def _of(names: Sequence[str], found: dict[str, list[tuple[str, Chunk]]]) -> Iterator[Task]:
    if absent := [name for name in names if name not in found]:
        raise ValueError(f"{TABLE} names {absent[0]}, which no file defines")
    doing = [place for name in dict.fromkeys(names) for place in found[name]]
    for path, chunk in doing:
        yield Task(path, chunk, tuple(other for other in doing if other[0] != path))


def found_by_engine(
    engine: Engine, name: str, folder: Path, asked: Sequence[Task], without: frozenset[Signal]
) -> Iterator[Outcome]:
    """Yield what became of each task when the engine, which has opened ``folder`` too, looked for what is like it."""
    for task in asked:
        line = task.chunk.name_line
        request = SimilarRequest(str(folder / task.path), Span(line, 0, line, 0), limit=10, without=without)
        answer = engine.similar(request)
        yield Outcome(name, task.chunk.language, task.query, ranks(answer.hits, task.query), (), answer.took_ms)
