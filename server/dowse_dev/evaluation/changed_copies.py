"""How well similar code is found: functions of a tree, and copies of them that a program has changed.

A copy is renamed (every name of its own becomes another), reordered (simple statements side by side change places),
both, or retyped (as from memory: half the names are others, comments are gone, numbers differ, some statements are
missing and some are new); from it, its original has to be found. MinHash over the words of the code (Broder, 1997),
which finds copies by what they say, is measured beside.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.identifiers import words
from dowse.chunking.prepared_file import prepared_files
from dowse.chunking.structure import KEYWORDS
from dowse.engine import Engine
from dowse.evaluation.runner import Outcome, ranks
from dowse.evaluation.spec import Query, Target
from dowse.search.query import Signal, SimilarRequest, Span
from dowse.settings import Settings

if TYPE_CHECKING:
    from datasketch import MinHash

    from dowse_dev.evaluation.translations import Task

FUNCTIONS = 30
"""Of each tree."""

_FEWEST_LINES, _MOST_LINES = 6, 60
_WORD = re.compile(r"[^\W\d]\w*")
_SIMPLE = re.compile(r"^\s+[\w.$\[\]]+ *(?:=|\+=|\().*[^{:,(\[]\s*$")
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vo", "xi", "zu")

_COMMENT = re.compile(r"^\s*(?:#(?!include)|//|\*|/\*).*\n?$")
_NUMBER = re.compile(r"\b[2-9]\d*\b")

CHANGES = ("renamed", "reordered", "renamed and reordered", "retyped")


def changed(text: str, change: str, chooser: random.Random) -> str:
    """Return a copy of code, changed in one of the ways of :data:`CHANGES`."""
    if change == "retyped":
        return _retyped(text, chooser)
    if "reordered" in change:
        text = _reordered(text, chooser)
    return _renamed(text, chooser) if "renamed" in change else text


def functions(folder: Path, settings: Settings) -> list[tuple[str, Chunk]]:
    """Return path and chunk of the functions of a tree that are worth comparing, always in the same order."""
    return [
        (file.path, chunk)
        for file in prepared_files(folder, settings.files)
        for chunk, following in zip_longest(file.chunks, file.chunks[1:])
        if chunk.space is SpaceName.CODE
        and chunk.kind in (Kind.FUNCTION, Kind.METHOD)
        and _FEWEST_LINES <= chunk.end_line - chunk.start_line <= _MOST_LINES
        and chunk.part == 0
        and (following is None or following.part == 0)
    ]


def found_by_engine(
    engine: Engine, name: str, known: Sequence[tuple[str, Chunk]], without: frozenset[Signal]
) -> Iterator[Outcome]:
    """Yield what became of each copy of ``known`` functions when the engine looked for what is like it."""
    for path, chunk, change, text in copies(known, name):
        document = f"copy-of-{chunk.start_line}"
        engine.open_document(document, chunk.language, text)
        engine.wait_until_ready()  # else a busy machine would answer before the copy has its vector
        request = SimilarRequest(document, Span(0, 0, text.count("\n"), 0), limit=10, without=without)
        answer = engine.similar(request)
        engine.close_document(document)
        query = _query(path, chunk, change)
        yield Outcome(name, chunk.language, query, ranks(answer.hits, query), (), answer.took_ms)


def found_by_minhash(name: str, known: Sequence[tuple[str, Chunk]], translated: Sequence[Task]) -> Iterator[Outcome]:
    """Yield what became of copies and translations when all functions were compared by MinHash."""
    among = [*known, *dict.fromkeys(other for task in translated for other in task.others)]
    signatures = [signature(chunk.text) for _, chunk in among]

    def best(text: str, but: tuple[str, Chunk] | None) -> list[tuple[str, Chunk]]:
        wanted = signature(text)
        alike = sorted(range(len(among)), key=lambda row: -wanted.jaccard(signatures[row]))
        return [among[row] for row in alike[:11] if among[row] != but][:10]

    for path, chunk, change, text in copies(known, name):
        found = best(text, None)
        rank = found.index((path, chunk)) + 1 if (path, chunk) in found else None
        yield Outcome(name, chunk.language, _query(path, chunk, change), (rank,), (), 0.0)
    for task in translated:
        found = best(task.chunk.text, (task.path, task.chunk))
        places = [next((rank for rank, each in enumerate(found, 1) if other == each), None) for other in task.others]
        yield Outcome(name, task.chunk.language, task.query, tuple(places), (), 0.0)


def signature(text: str) -> MinHash:
    """Return datasketch's MinHash of the words of a text."""
    from datasketch import MinHash

    made = MinHash(num_perm=128)
    made.update_batch([word.encode() for word in set(words(text))])
    return made


def copies(known: Sequence[tuple[str, Chunk]], seed: str) -> Iterator[tuple[str, Chunk, str, str]]:
    """Yield path, original, change and text of changed copies of some of the functions; the same for the same seed."""
    chooser = random.Random(seed)
    for path, chunk in chooser.sample(known, min(FUNCTIONS, len(known))):
        for change in CHANGES:
            text = changed(chunk.text, change, chooser)
            if text != chunk.text:
                yield path, chunk, change, text


def _query(path: str, chunk: Chunk, change: str) -> Query:
    return Query(chunk.name, (Target(path, chunk.start_line + 1, chunk.end_line),), change)


def _renamed(text: str, chooser: random.Random, share: float = 1.0) -> str:
    """Give names others, each name of the text the same everywhere; ``share`` of them."""
    names: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        name = found.group()
        if name.lower() in KEYWORDS:
            return name
        if name not in names:
            other_name = "".join(chooser.choices(_SYLLABLES, k=3)) + str(len(names))
            names[name] = other_name if chooser.random() < share else name
        return names[name]

    return _WORD.sub(other, text)


def _reordered(text: str, chooser: random.Random) -> str:
    """Shuffle lines that stand side by side and hold a simple statement each."""
    lines: list[str] = []
    for simple, group in groupby(text.splitlines(keepends=True), lambda line: _SIMPLE.match(line) is not None):
        block = list(group)
        if simple:
            chooser.shuffle(block)
        lines += block
    return "".join(lines)


def _retyped(text: str, chooser: random.Random) -> str:
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if _COMMENT.match(line):
            continue
        simple, draw = _SIMPLE.match(line) is not None, chooser.random()
        if simple and draw < 1 / 8:
            continue
        lines.append(line)
        if simple and draw > 7 / 8:
            lines.append(f"{line[: len(line) - len(line.lstrip())]}report(stage, {len(lines)})\n")
    other = _NUMBER.sub(lambda number: str(int(number[0]) + 1), "".join(lines))
    return _renamed(other, chooser, 1 / 2)
