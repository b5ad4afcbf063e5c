"""What is known of each candidate, as numbers: what the ranking weighs.

A feature lies between 0 and about 1 and means the same with any model and any size of index: retrievers' scores are
taken relative to their own best, words count by their rarity in this index. The weights are learned
(``dowse train ranking``); the bounds here say what the labels they are learned from cannot show, since those name
files rather than pieces of them, and hardly ever ask for tests, declarations or paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind, SpaceName
from dowse.search.piece import Piece, PieceKey
from dowse.search.query import Signal
from dowse.search.roles import Role, asks_for, role_of
from dowse.search.saying import Saying, parts

if TYPE_CHECKING:
    from dowse.search.understanding import Question

Column = NDArray[np.float32]
Matrix = NDArray[np.float32]

BEST = 60
"""A retriever's scores are taken relative to its first and its 60th, however many are asked for; the same number is
the rank offset of reciprocal-rank fusion (Cormack et al., 2009)."""

NEXT = 9
"""How many of the next best show whether a retriever tells its best apart."""

TOGETHER = 8
"""How many of a file's candidates count as evidence for each of them."""

FREE = (None, None)
HELPS = (0.0, None)
HARMS = (None, 0.0)


@dataclass(frozen=True, slots=True)
class Feature:
    """A column of the matrix, the signal it belongs to, and the bounds of its weight."""

    name: str
    signal: Signal
    bounds: tuple[float | None, float | None] = HELPS


FEATURES: tuple[Feature, ...] = (
    # The labels name files: by them alone any piece of the right file would do.
    Feature("semantic", Signal.SEMANTIC, (0.5, None)),
    Feature("semantic_rank", Signal.SEMANTIC),
    Feature("semantic_lead", Signal.SEMANTIC),
    Feature("keywords", Signal.KEYWORDS, (0.5, None)),
    Feature("keywords_rank", Signal.KEYWORDS),
    Feature("keywords_lead", Signal.KEYWORDS),
    Feature("file_semantic", Signal.FILE),
    Feature("file_semantic_share", Signal.FILE),
    Feature("file_keywords_share", Signal.FILE),
    Feature("symbol", Signal.SYMBOL, (1.0, None)),
    Feature("name_said", Signal.NAME),
    Feature("name_full", Signal.NAME),
    Feature("signature_tells", Signal.NAME),
    Feature("heading_tells", Signal.NAME),
    Feature("stem_said", Signal.PATH),
    Feature("stem_full", Signal.PATH),
    Feature("folder_tells", Signal.PATH),
    Feature("path_named", Signal.PATH, (2.0, None)),
    Feature("test", Signal.ROLE, (None, -1.0)),
    Feature("example", Signal.ROLE, (None, -1.0)),
    Feature("vendored", Signal.ROLE, (None, -1.0)),
    Feature("declaration", Signal.ROLE, (None, -0.5)),
    Feature("other_space", Signal.ROLE, (None, -0.5)),
    Feature("function", Signal.SHAPE, FREE),
    Feature("type", Signal.SHAPE, FREE),
    Feature("later_part", Signal.SHAPE, FREE),
    Feature("length", Signal.SHAPE, FREE),
    Feature("mentions", Signal.SHAPE, HELPS),
    Feature("depth", Signal.SHAPE, FREE),
    Feature("entry_file", Signal.SHAPE, FREE),
    Feature("stem_length", Signal.SHAPE, FREE),
    # The same for a query that is one name, and for long queries.
    Feature("symbol_alone", Signal.SYMBOL),
    Feature("symbol_type", Signal.SYMBOL, FREE),
    Feature("symbol_function", Signal.SYMBOL, FREE),
    Feature("symbol_mentions", Signal.SYMBOL),
    Feature("symbol_stem", Signal.PATH),
    Feature("symbol_semantic", Signal.SEMANTIC, FREE),
    Feature("long_keywords", Signal.KEYWORDS, FREE),
    Feature("long_semantic", Signal.SEMANTIC, FREE),
    Feature("long_stem", Signal.PATH, FREE),
    Feature("long_name", Signal.NAME, FREE),
    Feature("long_heading", Signal.NAME, FREE),
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


_TYPES = frozenset({Kind.CLASS, Kind.STRUCT, Kind.INTERFACE, Kind.ENUM, Kind.MODULE, Kind.NAMESPACE, Kind.OBJECT})
_FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR})
_NAMED_BY_FOLDER = frozenset({"__init__", "index", "init", "mod"})
_SOURCES = ("lib", "src")
_ENTRIES = frozenset({"index", "mod", "__init__", "init", "lib", "main"})


def pooled(scored: Scored) -> list[Piece]:
    """Return every piece that some retriever proposes, once."""
    return list({piece.key: piece for proposed in scored.values() for _, piece in proposed}.values())


def measured(pieces: Sequence[Piece], scored: Scored, question: Question, statistics: Statistics) -> Measured:
    """Return the features of ``pieces``, which are those of ``scored`` pooled."""
    place = {piece.key: row for row, piece in enumerate(pieces)}
    files = _files(pieces)
    columns: dict[str, Column] = {}
    for signal in (Signal.SEMANTIC, Signal.KEYWORDS):
        relative, rank = _relative(scored.get(signal, ()), place)
        together, share = _together(relative, files)
        columns[signal] = relative
        columns[f"{signal}_rank"] = rank
        columns[f"{signal}_lead"] = _lead(relative)
        columns[f"file_{signal}"] = together
        columns[f"file_{signal}_share"] = share
    columns["symbol"] = np.zeros(len(pieces), np.float32)
    for score, piece in scored.get(Signal.SYMBOL, ()):
        columns["symbol"][place[piece.key]] = score
    columns |= _said(pieces, question, statistics)
    columns |= _roles(pieces, question)
    columns |= _shapes(pieces, statistics)
    columns |= _interactions(columns, question)
    return Measured(pieces, np.stack([columns[name] for name in NAMES], axis=1))


def _files(pieces: Sequence[Piece]) -> NDArray[np.intp]:
    """Return a number for each piece that it shares with the other pieces of its file."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(piece.document, len(numbers)) for piece in pieces], np.intp)


def _relative(proposed: Sequence[tuple[float, Piece]], place: Mapping[PieceKey, int]) -> tuple[Column, Column]:
    """Return each piece's score between that of the ``BEST``-th (or 0) and the first's, and its rank as 60/(60 + r)."""
    relative, rank = np.zeros(len(place), np.float32), np.zeros(len(place), np.float32)
    if not proposed:
        return relative, rank
    highest, lowest = proposed[0][0], proposed[BEST - 1][0] if len(proposed) >= BEST else 0.0
    unit = highest - lowest or 1.0
    for position, (score, piece) in enumerate(proposed, start=1):
        row = place[piece.key]
        relative[row] = max(0.0, (score - lowest) / unit)
        rank[row] = BEST / (BEST + position)
    return relative, rank


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


def _said(pieces: Sequence[Piece], question: Question, statistics: Statistics) -> dict[str, Column]:
    """Measure what names, signatures and paths say of the query."""
    saying = Saying({term: statistics.rarity.get(term, 1.0) for term in question.terms}, statistics.unknown)
    rows: list[tuple[float, ...]] = []
    of_path: dict[str, tuple[float, float, int, float, int]] = {}
    for piece in pieces:
        if piece.path not in of_path:
            folder, stem = piece.path.rpartition("/")[0], telling_stem(piece.path)
            covered, said = saying.of_name(stem)
            in_folder = saying.said(folder)
            named = float(_is_named(piece.path, question.paths))
            of_path[piece.path] = covered, saying.telling(said), in_folder, named, said | in_folder
        covered, stem_tells, in_folder, named, path_says = of_path[piece.path]
        chunk = piece.chunk
        # A run of top-level code has its file's stem for a name, which counts as the path's.
        name = "" if chunk.kind is Kind.FILE else chunk.name
        name_covered, name_says = saying.of_name(name)
        signature_says = saying.said(chunk.signature)
        heading = name_says | signature_says | path_says | (saying.said(chunk.container) if chunk.container else 0)
        rows.append(
            (
                name_covered,
                name_covered * saying.telling(name_says),
                saying.telling(signature_says),
                saying.telling(heading),
                covered,
                covered * stem_tells,
                saying.telling(in_folder),
                named,
            )
        )
    of_names = ("name_said", "name_full", "signature_tells", "heading_tells")
    of_paths = ("stem_said", "stem_full", "folder_tells", "path_named")
    return _columns((*of_names, *of_paths), rows)


def telling_stem(path: str) -> str:
    """Return a file's name without its endings; its folder's where it has the name that every folder's file has."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    above = folder.rpartition("/")[2]
    return above if stem.lower() in _NAMED_BY_FOLDER and above not in ("", *_SOURCES) else stem


def _is_named(path: str, asked: Sequence[str]) -> bool:
    """Whether a query's path is the end of this one, or a folder in it, or leads to it from further out."""
    here = f"/{path}"
    return any(here.endswith(f"/{each}") or f"/{each}/" in here or f"/{each}".endswith(here) for each in asked)


def _roles(pieces: Sequence[Piece], question: Question) -> dict[str, Column]:
    terms = frozenset(question.terms)
    roles = [role_of(piece.path) for piece in pieces]
    asked = {role for role in Role if asks_for(terms, role)}
    columns = {
        role.value: np.array([each is role and role not in asked for each in roles], np.float32)
        for role in (Role.TEST, Role.EXAMPLE, Role.VENDORED, Role.DECLARATION)
    }
    wanted = SpaceName.PROSE if question.wants_prose else SpaceName.CODE
    columns["other_space"] = np.array([piece.chunk.space is not wanted for piece in pieces], np.float32)
    return columns


def _shapes(pieces: Sequence[Piece], statistics: Statistics) -> dict[str, Column]:
    """Measure what is known of a chunk whatever is asked."""
    rows = []
    for piece in pieces:
        chunk = piece.chunk
        stem = piece.path.rpartition("/")[2].partition(".")[0]
        rows.append(
            (
                chunk.kind in _FUNCTIONS,
                chunk.kind in _TYPES,
                chunk.part > 0,
                math.log1p(chunk.end_line - chunk.start_line) / 5,
                math.log1p(statistics.mentions.get(chunk.name.lower(), 0)) / 5,
                piece.path.count("/") / 5,
                stem.lower() in _ENTRIES,
                len(parts(telling_stem(piece.path))) / 5,
            )
        )
    names = ("function", "type", "later_part", "length", "mentions", "depth", "entry_file", "stem_length")
    return _columns(names, rows)


def _interactions(columns: Mapping[str, Column], question: Question) -> dict[str, Column]:
    name, long = float(question.is_name), min(1.0, len(question.terms) / 8)
    scaled: Callable[[str, float], Column] = lambda of, by: columns[of] * np.float32(by)  # noqa: E731 - a table below
    return {
        "symbol_alone": scaled("symbol", name),
        "symbol_type": scaled("type", name),
        "symbol_function": scaled("function", name),
        "symbol_mentions": scaled("mentions", name),
        "symbol_stem": scaled("stem_said", name),
        "symbol_semantic": scaled("semantic", name),
        "long_keywords": scaled("keywords", long),
        "long_semantic": scaled("semantic", long),
        "long_stem": scaled("stem_said", long),
        "long_name": scaled("name_said", long),
        "long_heading": scaled("heading_tells", long),
        "long_file": scaled("file_keywords_share", long),
    }


def _columns(names: Sequence[str], rows: Sequence[tuple[float, ...]]) -> dict[str, Column]:
    table = np.array(rows, np.float32).reshape(len(rows), len(names))
    return {name: table[:, column] for column, name in enumerate(names)}
