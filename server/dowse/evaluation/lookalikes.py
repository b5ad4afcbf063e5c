"""How well similar code is found: functions of a tree, and copies of them that a program has changed.

A copy is renamed (every name of its own becomes another), reordered (simple statements side by side change places),
or both; from it, its original has to be found. MinHash over the words of the code (Broder, 1997), which finds copies
by what they say, is measured beside.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.identifiers import words
from dowse.chunking.prepared import PreparedFile, prepare
from dowse.engine import Engine
from dowse.evaluation.running import Outcome, ranks
from dowse.evaluation.spec import Query, Repository, Target
from dowse.search.query import Signal, SimilarRequest, Span
from dowse.chunking.structure import KEYWORDS
from dowse.settings import Settings
from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules

FUNCTIONS = 30
"""Of each tree."""

_FEWEST_LINES, _MOST_LINES = 6, 60
_WORD = re.compile(r"[^\W\d]\w*")
_SIMPLE = re.compile(r"^\s+[\w.$\[\]]+ *(?:=|\+=|\().*[^{:,(\[]\s*$")
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vo", "xi", "zu")

CHANGES = ("renamed", "reordered", "renamed and reordered")


def changed(text: str, change: str, chooser: random.Random) -> str:
    """Return a copy of code, changed in one of the ways of :data:`CHANGES`."""
    if "reordered" in change:
        text = _reordered(text, chooser)
    return _renamed(text, chooser) if "renamed" in change else text


def functions(repository: Repository, settings: Settings) -> list[tuple[str, Chunk]]:
    """Return path and chunk of the functions of a tree that are worth comparing, always in the same order."""
    paths = sorted(path for path, _ in scan(repository.folder, IgnoreRules(repository.folder)))
    return [
        (path, chunk)
        for path in paths
        if isinstance(prepared := prepare(repository.folder, path, settings.files), PreparedFile)
        for chunk in prepared.chunks
        if chunk.space is SpaceName.CODE
        and chunk.kind in (Kind.FUNCTION, Kind.METHOD)
        and _FEWEST_LINES <= chunk.end_line - chunk.start_line <= _MOST_LINES
        and chunk.part == 0
    ]


def found_by_engine(
    engine: Engine, repository: Repository, settings: Settings, without: frozenset[Signal]
) -> Iterator[Outcome]:
    """Yield what became of each copy when the engine looked for what is like it."""
    for path, chunk, change, text in _copies(functions(repository, settings), repository.name):
        document = f"copy-of-{chunk.start_line}"
        engine.open_document(document, chunk.language, text)
        request = SimilarRequest(document, Span(0, 0, text.count("\n"), 0), limit=10, without=without)
        answer = engine.similar(request)
        engine.close_document(document)
        query = _query(path, chunk, change)
        yield Outcome(repository.name, chunk.language, query, ranks(answer.hits, query), (), answer.took_ms)


def found_by_minhash(repository: Repository, settings: Settings) -> Iterator[Outcome]:
    """Yield what became of each copy when all functions were compared by MinHash; needs datasketch."""
    from datasketch import MinHash

    def signature(text: str) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([word.encode() for word in set(words(text))])
        return made

    known = functions(repository, settings)
    signatures = [signature(chunk.text) for _, chunk in known]
    for path, chunk, change, text in _copies(known, repository.name):
        wanted = signature(text)
        alike = sorted(range(len(known)), key=lambda row: -wanted.jaccard(signatures[row]))[:10]
        place = [known[row] for row in alike]
        rank = place.index((path, chunk)) + 1 if (path, chunk) in place else None
        yield Outcome(repository.name, chunk.language, _query(path, chunk, change), (rank,), (), 0.0)


def _copies(known: Sequence[tuple[str, Chunk]], seed: str) -> Iterator[tuple[str, Chunk, str, str]]:
    chooser = random.Random(seed)
    for path, chunk in chooser.sample(known, min(FUNCTIONS, len(known))):
        for change in CHANGES:
            text = changed(chunk.text, change, chooser)
            if text != chunk.text:
                yield path, chunk, change, text


def _query(path: str, chunk: Chunk, change: str) -> Query:
    return Query(chunk.name, (Target(path, chunk.start_line + 1, chunk.end_line),), change)


def _renamed(text: str, chooser: random.Random) -> str:
    names: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        name = found.group()
        if name.lower() in KEYWORDS:
            return name
        if name not in names:
            names[name] = "".join(chooser.choices(_SYLLABLES, k=3)) + str(len(names))
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
