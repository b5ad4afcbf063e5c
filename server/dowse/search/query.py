"""Requests and answers as plain values; the language server and the command line translate from and to these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal

from dowse.chunking.chunk import Kind, SpaceName
from dowse.embedding.model import QueryType
from dowse.status import IndexState as IndexState
from dowse.workspace.lines import split_lines
from dowse.workspace.text import Span as Span

SpaceChoice = Literal["auto", "code", "prose"]
Mode = Literal["hybrid", "semantic", "lexical"]
Scope = Literal["workspace", "folder", "file"]

Tests = Literal["in", "out", "only"]
"""Whether files of tests may answer, or no others."""

Marks = tuple[tuple[int, int], ...]
"""Parts of a text: where each begins and ends, in code points, in order."""

PREVIEW_LINES = 12


class Signal(str):
    """The name of something that can place a hit. Every retriever brings its own; these are those that others name."""

    __slots__ = ()

    SEMANTIC: ClassVar[Signal]
    """Its meaning, by the model's vectors."""
    KEYWORDS: ClassVar[Signal]
    """Its words, by BM25."""
    SYMBOL: ClassVar[Signal]
    """The query names it."""
    NAME: ClassVar[Signal]
    """Its name, signature and enclosing names say words of the query."""
    PATH: ClassVar[Signal]
    """Its file's name or folder does, or the query names the path."""
    FILE: ClassVar[Signal]
    """Other candidates in the same file."""
    ROLE: ClassVar[Signal]
    """The part that its file plays: tests, examples and the like stand behind what they serve."""
    SHAPE: ClassVar[Signal]
    """What it is, whatever is asked: a type, long, often mentioned."""
    STRUCTURE: ClassVar[Signal]
    """It is built alike, whatever things are called in it; only where code is compared with code."""


Signal.SEMANTIC = Signal("semantic")
Signal.KEYWORDS = Signal("keywords")
Signal.SYMBOL = Signal("symbol")
Signal.NAME = Signal("name")
Signal.PATH = Signal("path")
Signal.FILE = Signal("file")
Signal.ROLE = Signal("role")
Signal.SHAPE = Signal("shape")
Signal.STRUCTURE = Signal("structure")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which chunks may answer; an empty tuple does not restrict.

    ``include`` and ``exclude`` are globs on the path relative to the folder (``src/**/*.py``, ``*.md``,
    ``tests/``), by the rules of ``.gitignore``. ``folders`` are absolute paths of workspace folders.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    folders: tuple[str, ...] = ()
    tests: Tests = "in"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question in words. ``limit`` is 1–200, ``min_score`` 0–1."""

    query: str
    limit: int = 20
    space: SpaceChoice = "auto"
    query_type: QueryType = "general"
    mode: Mode = "hybrid"
    filter: Filter = field(default_factory=Filter)
    min_score: float = 0.0
    without: frozenset[Signal] = frozenset()
    """Signals that are left out, to measure what each adds."""

    def validate(self) -> None:
        """Raise ``ValueError`` for a request that no answer fits."""
        _validate(self.limit, self.min_score)


@dataclass(frozen=True, slots=True)
class SimilarRequest:
    """Asks of a place in a document: what else does this?

    ``document`` is the absolute path of a file or the id of an open document (see ``Engine.open_document``).
    An empty ``span`` is a position: the chunk around it is compared. Any other span is compared as it stands.
    """

    document: str
    span: Span
    limit: int = 20
    min_score: float = 0.0
    scope: Scope = "workspace"
    exclude_same_file: bool = False
    without: frozenset[Signal] = frozenset()
    """Signals that are left out, to measure what each adds."""

    def validate(self) -> None:
        """Raise ``ValueError`` for a request that no answer fits."""
        _validate(self.limit, self.min_score)
        if (self.span.start_line, self.span.start_column) > (self.span.end_line, self.span.end_column):
            raise ValueError("the range ends before it starts")


def _validate(limit: int, min_score: float) -> None:
    if not 1 <= limit <= 200:
        raise ValueError(f"limit must be 1 to 200, not {limit}")
    if not 0 <= min_score <= 1:
        raise ValueError(f"minScore must be 0 to 1, not {min_score}")


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal's share, 0–1, in a hit's score; the shares of a hit add up to 1."""

    signal: Signal
    share: float
    words: tuple[str, ...] = ()
    """Words of the question, in the forms in which they stand in the name, the path or the line that answers."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """The line of a hit that says most of what was asked."""

    span: Span
    """Its words in the document: neither the indentation nor the signs of a comment, and of a very long line a part."""
    text: str
    """What stands there."""
    marks: Marks
    """Where ``text`` says words of the question."""


@dataclass(frozen=True, slots=True)
class NoteReference:
    """A link of a note to the code that a hit shows."""

    document: str
    """Absolute path of the note."""
    path: str
    """The same relative to its workspace folder, with ``/``."""
    span: Span
    """Where the link stands in the note."""
    line_text: str
    """The text of the line on which the link begins."""
    title: str
    """The heading that it stands under, or the note's name."""


@dataclass(frozen=True, slots=True)
class NoteLink:
    """Where a link in a note leads now."""

    span: Span
    """Where the link stands in the note."""
    label: str
    """What it names: a symbol, or else a path."""
    document: str | None
    """Absolute path; None when what it led to can no longer be found."""
    path: str
    """Relative to the workspace folder, with ``/``; as the link says where nothing is found."""
    line: int
    """From 0."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. True when given: ``span`` and ``text`` are of the text as it is now, unsaved edits included."""

    document: str
    """Absolute path of the file, or the id under which an open document that is no file was opened."""
    folder: str | None
    """Absolute path of the workspace folder that owns it, if one does."""
    path: str
    """``document`` relative to ``folder``, with ``/``; ``document`` itself where there is no folder."""
    span: Span
    selection: Span
    """Where the name stands, inside ``span``; the start of ``span`` where it stands nowhere."""
    name: str
    container: str | None
    kind: Kind
    language: str
    space: SpaceName
    score: float
    """0–1, comparable within one answer only."""
    text: str
    """The present text of the lines of ``span``."""
    reasons: tuple[Reason, ...]
    answer: AnswerLine | None = None
    """None where no line says anything, as in a list of imports."""
    name_marks: Marks = ()
    """Where ``name`` says words of the question."""
    notes: tuple[NoteReference, ...] = ()
    """Notes that point at it."""
    links: tuple[NoteLink, ...] = ()
    """What it points at, if it is a section of a note."""

    @property
    def preview(self) -> str:
        """The first lines of ``text``, at most :data:`PREVIEW_LINES`."""
        return "".join(split_lines(self.text)[:PREVIEW_LINES])


@dataclass(frozen=True, slots=True)
class Completeness:
    """The state of the index when an answer was given."""

    state: IndexState
    files_indexed: int
    files_total: int
    generation: int


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """Hits, best first, and how complete the index was."""

    hits: tuple[Hit, ...]
    index: Completeness
    took_ms: float


@dataclass(frozen=True, slots=True)
class SimilarSource:
    """The code or prose that was compared."""

    span: Span
    name: str
    kind: Kind
    selection: Span | None = None
    """Where its name stands, for a definition that was found by its name."""


@dataclass(frozen=True, slots=True)
class SimilarAnswer:
    """Neighbours of ``source``, best first, ``source`` itself left out."""

    source: SimilarSource
    hits: tuple[Hit, ...]
    index: Completeness
    took_ms: float


@dataclass(frozen=True, slots=True)
class HoverAnswer:
    """What is known at once of a definition in an open document; all of it belongs to one state of the workspace."""

    text: str
    """The document's."""
    selection: Span
    """The definition's name."""
    source: SimilarSource | None
    """The definition; None where nothing can be compared with it yet."""
    hits: tuple[Hit, ...]
    """What is most similar to it, best first."""
    notes: tuple[NoteReference, ...]
    """Notes that point at it."""


class Boilerplate(StrEnum):
    """Why a function that repeats others is no near-duplicate worth knowing."""

    ACCESSOR = "accessor"
    """It only gets, sets or passes on."""
    SPECIAL = "special method"
    """It compares, prints or hashes, as every class does."""
    STUB = "stub"
    """It declares what others do."""
    FIXTURE = "fixture"
    """It sets a test up or clears it away."""
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class DuplicatesRequest:
    """Asks for functions that do nearly the same.

    ``limit`` clusters are given, 1–1,000. Functions of fewer than ``min_lines`` lines of code (neither comments nor
    documentation nor blank) are not compared. Two functions are near-duplicates from ``min_similarity`` on, 0.5–1.
    """

    limit: int = 50
    min_lines: int = 6
    min_similarity: float = 0.8
    filter: Filter = field(default_factory=Filter)

    def validate(self) -> None:
        """Raise ``ValueError`` for a request that no answer fits."""
        if not 1 <= self.limit <= 1000:
            raise ValueError(f"limit must be 1 to 1000, not {self.limit}")
        if self.min_lines < 1:
            raise ValueError(f"minLines must be at least 1, not {self.min_lines}")
        if not 0.5 <= self.min_similarity <= 1:
            raise ValueError(f"minSimilarity must be 0.5 to 1, not {self.min_similarity}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Functions that do nearly the same."""

    copies: tuple[Hit, ...]
    """The one that the others are most like, then these, the most similar first; the score is the similarity to it."""
    saved_lines: int
    """Lines of code that one function in place of all would save: those of the others, by how similar they are."""

    @property
    def similarity(self) -> float:
        """That of the least similar copy to the first."""
        return min(copy.score for copy in self.copies)


@dataclass(frozen=True, slots=True)
class Clusters:
    """The best clusters and how they were found."""

    clusters: tuple[Cluster, ...]
    """Those that would save most first; such as lie wholly in tests, examples and vendored code come last."""
    found: int
    """How many there are in all."""
    compared: int
    """Functions that were compared."""
    left_out: Mapping[Boilerplate, int]
    """Functions that repeat others, but as boilerplate does."""
    saved_lines: int
    """What all clusters that were found would save together."""


@dataclass(frozen=True, slots=True)
class DuplicatesAnswer:
    """Clusters and how complete the index was."""

    clusters: Clusters
    index: Completeness
    took_ms: float


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A function of a document and the function that it nearly repeats."""

    span: Span
    selection: Span
    """Its name."""
    name: str
    other: Hit
    """The copy; its score is the similarity."""


class Cancelled(Exception):
    """The caller no longer wants the answer."""


PartialResults = Callable[[tuple[Hit, ...]], None]
"""Receives hits that are already final, in order, each once, before the whole answer is ready."""

OnProgress = Callable[[float], None]
"""Is told how much of the work is done, 0–1."""
