"""Queries from a tree's own definitions and docstrings, for trees that nobody has written queries for.

A definition's name asks for the definition; the first sentence of a docstring asks for what it documents. The second
kind is easier than a person's question, since the words stand in the answer; what it shows is how well answers are
told apart in a tree with hundreds of thousands of chunks.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.identifiers import words
from dowse.chunking.prepared_file import PreparedFile, prepare
from dowse.engine import Engine
from dowse.evaluation.spec import Query, Repository, Target
from dowse.search.query import SearchRequest, Signal
from dowse.search.roles import Role, role_of
from dowse.settings import Settings
from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules

QUERIES = 200
"""Of each kind."""

_DEFINITIONS = frozenset(
    {Kind.FUNCTION, Kind.METHOD, Kind.CLASS, Kind.STRUCT, Kind.INTERFACE, Kind.ENUM, Kind.CONSTANT}
)
_SENTENCE = re.compile(r"\A\W*(.{20,160}?)(?:[.!?](?:\s|\Z)|\n\s*\n|\Z)", re.DOTALL)
_FEWEST_WORDS = 5


def with_own_queries(engine: Engine, repository: Repository, settings: Settings, count: int = QUERIES) -> Repository:
    """Return ``repository`` with ``count`` queries of each kind from its own files, the same for the same files.

    ``engine`` has indexed it. A name is asked for when exactly one definition has it.
    """
    names: list[Query] = []
    docs: list[Query] = []
    for chunk, path in definitions(repository, settings):
        target = Target(path, symbol=chunk.name.rpartition(".")[2])
        if len(names) < count and len(chunk.name) > 3 and _is_only(engine, chunk.name):
            names.append(Query(chunk.name, (target,), "symbol"))
        if len(docs) < count and (sentence := first_sentence(chunk.doc)):
            docs.append(Query(sentence, (target,), "docstring"))
        if len(names) == len(docs) == count:
            break
    if not names and not docs:
        raise ValueError(f"{repository.folder} has no definitions to ask for")
    return replace(repository, queries=(*names, *docs))


def definitions(repository: Repository, settings: Settings, each: int = 1) -> Iterator[tuple[Chunk, str]]:
    """Yield up to ``each`` definitions of each of the tree's source files, in an order that is mixed but fixed."""
    chooser = random.Random(repository.name)
    paths = sorted(path for path, _ in scan(repository.folder, IgnoreRules(repository.folder)))
    chooser.shuffle(paths)
    for path in paths:
        if role_of(path) is not Role.SOURCE:
            continue
        prepared = prepare(repository.folder, path, settings.files)
        if not isinstance(prepared, PreparedFile):
            continue
        defined = [
            chunk
            for chunk in prepared.chunks
            if chunk.space is SpaceName.CODE and chunk.kind in _DEFINITIONS and chunk.name_length and not chunk.part
        ]
        for chunk in chooser.sample(defined, min(each, len(defined))):
            yield chunk, path


def _is_only(engine: Engine, name: str) -> bool:
    found = engine.candidates(SearchRequest(name, mode="lexical", without=frozenset({Signal.KEYWORDS}))).refs
    return len([piece for piece in found if piece.chunk.name == name]) == 1


def first_sentence(doc: str) -> str | None:
    """Return what a docstring says first, on one line, if that is a sentence that one could ask for."""
    found = _SENTENCE.match(doc)
    if found is None:
        return None
    sentence = " ".join(found[1].split())
    return sentence if len(words(sentence)) >= _FEWEST_WORDS else None
