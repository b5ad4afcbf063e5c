"""What is known of each candidate, as numbers: what the ranking weighs.

A feature lies between 0 and about 1 and means the same with any model and any size of index: retrievers' scores are
taken relative to their own best, words count by their rarity in this index. The weights are learned
(``dowse train ranking``); the bounds here say what the labels they are learned from cannot show, since those name
files rather than pieces of them, and hardly ever ask for tests, declarations or paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind, SpaceName
from dowse.search.paths import path_facts
from dowse.search.piece import Piece, PieceKey
from dowse.search.query import Signal
from dowse.search.roles import Role, asks_for
from dowse.search.saying import Saying

if TYPE_CHECKING:
    from dowse.search.understanding import Question

Column = NDArray[np.float32]
Matrix = NDArray[np.float32]

BEST = 60
"""A retriever's scores are taken relative to its first and its 60th, however many are asked for."""

NEXT = 9
"""How many of the next best show whether a retriever tells its best apart."""

TOGETHER = 8
"""How many of a file's candidates count as evidence for each of them."""

FREE = (None, None)
HELPS = (0.0, None)


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of the matrix, the signal it belongs to, and the bounds of its weight."""

    name: str
    signal: Signal
    bounds: tuple[float | None, float | None] = HELPS


FEATURES: tuple[Feature, ...] = (
    # The labels name files: by them alone any piece of the right file would do.
    Feature("semantic", Signal.SEMANTIC, (0.5, None)),
    Feature("semantic_lead", Signal.SEMANTIC),
    Feature("keywords", Signal.KEYWORDS, (0.5, None)),
    Feature("keywords_lead", Signal.KEYWORDS),
    Feature("file_semantic", Signal.FILE),
    Feature("file_semantic_share", Signal.FILE),
    Feature("file_keywords_share", Signal.FILE),
    Feature("symbol", Signal.SYMBOL, (1.0, None)),
    Feature("name_said", Signal.NAME),
    Feature("name_full", Signal.NAME, (1.0, None)),
    Feature("stem_said", Signal.PATH),
    Feature("stem_full", Signal.PATH),
    Feature("folder_tells", Signal.PATH),
    Feature("path_named", Signal.PATH, (2.0, None)),
    Feature("test", Signal.ROLE, (None, -1.0)),
    Feature("example", Signal.ROLE, (None, -1.0)),
    Feature("vendored", Signal.ROLE, (None, -1.0)),
    Feature("declaration", Signal.ROLE, (None, -0.5)),
    Feature("other_space", Signal.ROLE, (None, -0.5)),
    Feature("length", Signal.SHAPE, FREE),
    Feature("mentions", Signal.SHAPE, HELPS),
    Feature("depth", Signal.SHAPE, FREE),
    # The same for a query that is one name, and for long queries.
    Feature("symbol_alone", Signal.SYMBOL),
    Feature("symbol_stem", Signal.PATH),
    Feature("symbol_semantic", Signal.SEMANTIC, FREE),
    Feature("long_keywords", Signal.KEYWORDS, FREE),
    Feature("long_semantic", Signal.SEMANTIC, FREE),
    Feature("long_stem", Signal.PATH, FREE),
    Feature("long_name", Signal.NAME, FREE),
    Feature("long_file", Signal.FILE, FREE),
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)

Scored = Mapping[Signal, Sequence[tuple[float, Piece]]]
"""What each retriever proposes, best first, each piece once."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the indexes tell of words."""

    rarity: Mapping[str, float]
    """Inverse document frequency of the query's terms."""
    unknown: frozenset[str]
    """Those that no chunk holds: beginnings of words, or slips."""
    mentions: Mapping[str, int]
    """In how many chunks a name stands, by the name in lower case."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Candidates and their features, float32 ``[len(pieces), len(FEATURES)]``."""

    pieces: Sequence[Piece]
    matrix: Matrix
    read: Column | None = None
    """How much of the query the models of each piece's space read, 0–1; None where they read all of it."""


_BEHIND = (Role.TEST, Role.EXAMPLE, Role.VENDORED, Role.DECLARATION)
"""Roles whose files stand behind what they serve; each is a feature."""


def pooled(scored: Scored) -> list[Piece]:
    """Return every piece that some retriever proposes, once, in the order in which those of equal scores are ranked."""
    found = {piece.key: piece for proposed in scored.values() for _, piece in proposed}
    return sorted(found.values(), key=lambda piece: piece.place)


def measured(pieces: Sequence[Piece], scored: Scored, question: Question, statistics: Statistics) -> Measured:
    """Return the features of ``pieces``, which are those of ``scored`` pooled."""
    place = {piece.key: row for row, piece in enumerate(pieces)}
    paths = {piece.document: piece.path for piece in pieces}
    numbers = {document: number for number, document in enumerate(paths)}
    files = np.array([numbers[piece.document] for piece in pieces], np.intp)
    columns: dict[str, Column] = {}
    for signal in (Signal.SEMANTIC, Signal.KEYWORDS):
        relative = _relative(scored.get(signal, ()), place)
        together, share = _together(relative, files)
        columns[signal] = relative
        columns[f"{signal}_lead"] = _lead(relative)
        columns[f"file_{signal}"] = together
        columns[f"file_{signal}_share"] = share
    columns["symbol"] = np.zeros(len(pieces), np.float32)
    for score, piece in scored.get(Signal.SYMBOL, ()):
        columns["symbol"][place[piece.key]] = score
    saying = Saying({term: statistics.rarity.get(term, 1.0) for term in question.terms}, statistics.unknown)
    columns |= {name: column[files] for name, column in _of_paths(paths.values(), question, saying).items()}
    columns |= _of_chunks(pieces, question, statistics, saying)
    columns |= _interactions(columns, question)
    return Measured(pieces, np.stack([columns[name] for name in NAMES], axis=1))


def _relative(proposed: Sequence[tuple[float, Piece]], place: Mapping[PieceKey, int]) -> Column:
    """Return each piece's score between that of the ``BEST``-th (or 0) and the first's."""
    relative = np.zeros(len(place), np.float32)
    if proposed:
        highest, lowest = proposed[0][0], proposed[BEST - 1][0] if len(proposed) >= BEST else 0.0
        unit = highest - lowest or 1.0
        for score, piece in proposed:
            relative[place[piece.key]] = max(0.0, (score - lowest) / unit)
    return relative


def _lead(relative: Column) -> Column:
    """Return the relative scores, less where those of the next nine are as good as the best: then it tells little."""
    following = np.sort(relative)[-NEXT - 1 : -1]
    return relative * np.float32(1.0 - following.mean()) if len(following) else relative


def _together(relative: Column, files: NDArray[np.intp]) -> tuple[Column, Column]:
    """Return for each piece the mean of its file's best, and the root of its file's sum relative to the largest."""
    order = np.lexsort((-relative, files))
    of_file, values = files[order], relative[order]
    first = np.searchsorted(of_file, of_file)
    best = np.where(np.arange(len(order)) - first < TOGETHER, values, 0)
    together = np.bincount(of_file, best)[files] / TOGETHER
    sums = np.bincount(of_file, values)[files]
    largest = float(sums.max(initial=0.0)) or 1.0
    return together.astype(np.float32), np.sqrt(sums / largest).astype(np.float32)


def _of_paths(paths: Collection[str], question: Question, saying: Saying) -> dict[str, Column]:
    """Measure what a file's path says of the query, and what is known of it whatever is asked."""
    terms = frozenset(question.terms)
    unasked = {role for role in _BEHIND if not asks_for(terms, role)}
    rows = []
    for path in paths:
        facts = path_facts(path)
        covered, said = saying.of_name(facts.stem)
        rows.append(
            (
                covered,
                covered * saying.telling(said),
                saying.telling(saying.said(facts.folder)),
                _is_named(path, question.paths),
                *(facts.role is role and role in unasked for role in _BEHIND),
                facts.depth / 5,
            )
        )
    of_words = ("stem_said", "stem_full", "folder_tells", "path_named")
    return _columns((*of_words, *_BEHIND, "depth"), rows)


def _is_named(path: str, asked: Sequence[str]) -> bool:
    """Whether a query's path is the end of this one, or a folder in it, or leads to it from further out."""
    here = f"/{path}"
    return any(here.endswith(f"/{each}") or f"/{each}/" in here or f"/{each}".endswith(here) for each in asked)


def _of_chunks(
    pieces: Sequence[Piece], question: Question, statistics: Statistics, saying: Saying
) -> dict[str, Column]:
    """Measure what a chunk's name says of the query, and what is known of it whatever is asked."""
    wanted = SpaceName.PROSE if question.wants_prose else SpaceName.CODE
    rows = []
    for piece in pieces:
        chunk = piece.chunk
        # A run of top-level code has its file's stem for a name, which counts as the path's.
        covered, said = saying.of_name("" if chunk.kind is Kind.FILE else chunk.name)
        rows.append(
            (
                covered,
                covered * saying.telling(said),
                chunk.space is not wanted,
                math.log1p(chunk.end_line - chunk.start_line) / 5,
                math.log1p(statistics.mentions.get(chunk.name.lower(), 0)) / 5,
            )
        )
    return _columns(("name_said", "name_full", "other_space", "length", "mentions"), rows)


def _interactions(columns: Mapping[str, Column], question: Question) -> dict[str, Column]:
    name, long = float(question.is_name), min(1.0, len(question.terms) / 8)
    scaled: Callable[[str, float], Column] = lambda of, by: columns[of] * np.float32(by)  # noqa: E731 - a table below
    return {
        "symbol_alone": scaled("symbol", name),
        "symbol_stem": scaled("stem_said", name),
        "symbol_semantic": scaled("semantic", name),
        "long_keywords": scaled("keywords", long),
        "long_semantic": scaled("semantic", long),
        "long_stem": scaled("stem_said", long),
        "long_name": scaled("name_said", long),
        "long_file": scaled("file_keywords_share", long),
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[float, ...]]) -> dict[str, Column]:
    table = np.array(rows, np.float32).reshape(len(rows), len(names))
    return {name: table[:, column] for column, name in enumerate(names)}
