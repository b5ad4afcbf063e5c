"""Sets of queries with known answers, as data.

A spec is a JSON file::

    {"name": "waybill",
     "repositories": [{"name": "waybill", "path": "../fixtures", "language": "mixed", "queries": [
         {"query": "where are failed requests tried again", "kind": "question",
          "relevant": ["service/transport.py", {"path": "web/client.ts", "start_line": 10, "end_line": 40},
                       {"path": "service/http.py", "symbol": "Gate"}]}]}]}

``path`` is relative to the file; ``queries`` may be the name of a file that holds the list. Two published layouts are
read as they are: a folder with ``repos.json`` and ``queries/`` (repository search), and one with
``code_idx_map.json`` and ``queries*.json`` (CoSQA). Dowse's own benchmark is a folder with ``repositories.toml`` and
``queries/``; its labels have grades, and some of its queries have no answer (bench/README.md). Any other folder is
source: it is asked for its own definitions (:mod:`dowse.evaluation.own_queries`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from dowse.evaluation.metrics import DEPTH
from dowse.search.query import SpaceChoice

T = TypeVar("T")

ANSWER = 3
"""The best grade of a target; what has no grade has this one."""

Split = Literal["train", "development", "test"]


@dataclass(frozen=True, slots=True)
class Target:
    """What an answer should contain: a file, lines of it, or a symbol in it."""

    path: str
    start_line: int | None = None
    """From 1, both ends included."""
    end_line: int | None = None
    symbol: str | None = None
    grade: int = ANSWER
    """How well it answers: 3 the answer, 2 a part of it, 1 something that helps."""
    is_whole_path: bool = False
    """Whether the path begins at the indexed folder; otherwise paths are compared from their ends."""

    def met_by(self, path: str, name: str, first: int, last: int) -> bool:
        """Whether a piece lies in the file and, where lines or a symbol are given, touches or is them.

        ``first`` and ``last`` are its lines, from 0, both included.
        """
        if not self._is_in(path):
            return False
        if self.symbol is not None:
            return self.symbol in {name, name.rpartition(".")[2]}
        if self.start_line is None:
            return True
        end_line = self.end_line if self.end_line is not None else self.start_line
        return first + 1 <= end_line and last + 1 >= self.start_line

    def _is_in(self, path: str) -> bool:
        if self.is_whole_path:
            return path == self.path
        return _ends_with(path, self.path) or _ends_with(self.path, path)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the targets of a good answer."""

    query: str
    relevant: tuple[Target, ...]
    """Empty where the right answer is."""
    kind: str = "all"
    """What sort of question it is (``symbol``, ``phrase`` …), to report by."""
    space: SpaceChoice = "auto"

    @property
    def grades(self) -> tuple[int, ...]:
        """The grades of :attr:`relevant`."""
        return tuple(target.grade for target in self.relevant)


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder that is indexed alone, and what is asked of it."""

    name: str
    folder: Path
    language: str
    queries: tuple[Query, ...]
    published: Mapping[str, float] = field(default_factory=dict)
    """NDCG@10 that others reached on these queries, by system."""

    @property
    def is_bare(self) -> bool:
        """Whether nothing is asked of it yet, so that its own definitions and docstrings have to do."""
        return not self.queries


@dataclass(frozen=True, slots=True)
class Spec:
    """A set of queries."""

    name: str
    repositories: tuple[Repository, ...]
    limit: int = DEPTH
    """How many hits are asked for."""


class _Place(msgspec.Struct):
    path: str
    start_line: int | None = None
    end_line: int | None = None
    symbol: str | None = None


class _Asked(msgspec.Struct):
    query: str
    relevant: list[str | _Place]
    secondary: list[str | _Place] = []
    kind: str | None = None
    category: str | None = None
    space: SpaceChoice = "auto"


class _Described(msgspec.Struct):
    name: str
    path: str
    queries: str | list[_Asked]
    language: str = "mixed"
    published: dict[str, float] = {}


class _File(msgspec.Struct):
    name: str
    repositories: list[_Described]
    limit: int = DEPTH


class _Pinned(msgspec.Struct):
    name: str
    language: str
    benchmark_root: str | None = None
    published: dict[str, float] = {}


class _BenchRepository(msgspec.Struct):
    name: str
    languages: list[str]
    split: Split


class _BenchRepositories(msgspec.Struct):
    repository: list[_BenchRepository]


class _Label(msgspec.Struct):
    grade: int
    path: str
    lines: tuple[int, int] | None = None


class _BenchQuery(msgspec.Struct):
    kind: str
    text: str
    labels: list[_Label]


class _BenchQueries(msgspec.Struct):
    query: list[_BenchQuery]


def has_splits(path: Path) -> bool:
    """Whether the spec at ``path`` is divided into parts, as Dowse's own benchmark is."""
    return (path / "repositories.toml").is_file()


def load(path: Path, *, trees: Path | None = None, split: Split | None = None, work: Path) -> Spec:
    """Read the spec at ``path``, a file or a folder in one of the published layouts.

    ``trees`` holds the repositories of a published set, ``trees/NAME`` each; ``split`` restricts Dowse's own benchmark
    to one part; ``work`` is where CoSQA's functions are unpacked. Raises ``ValueError`` for what cannot be read as a
    spec, ``OSError`` for what cannot be read at all.
    """
    if has_splits(path):
        spec = _bench(path, trees or path / "trees", split)
    elif (path / "repos.json").is_file():
        if trees is None:
            raise ValueError(f"{path} names repositories but holds none: say with --trees where they are")
        spec = _published_repositories(path, trees)
    elif (path / "code_idx_map.json").is_file():
        spec = _cosqa(path, work)
    elif path.is_dir():
        folder = path.resolve()
        spec = Spec(folder.name, (Repository(folder.name, folder, "mixed", ()),))
    else:
        spec = _own(path)
    if missing := [repository.name for repository in spec.repositories if not repository.folder.is_dir()]:
        raise ValueError(f"these repositories are not there: {', '.join(missing)}")
    return spec


def _own(path: Path) -> Spec:
    read = _decoded(path, _File)
    return Spec(
        read.name,
        tuple(
            Repository(
                each.name,
                (path.parent / each.path).resolve(),
                each.language,
                tuple(map(_query, _queries(path, each.queries))),
                each.published,
            )
            for each in read.repositories
        ),
        read.limit,
    )


def _queries(path: Path, queries: str | list[_Asked]) -> list[_Asked]:
    return _decoded(path.parent / queries, list[_Asked]) if isinstance(queries, str) else queries


def _query(asked: _Asked) -> Query:
    if not asked.query.strip():
        raise ValueError("a query is empty")
    if not asked.relevant and not asked.secondary:
        raise ValueError(f"the query {asked.query[:60]!r} has no relevant place")
    places = [_Place(each) if isinstance(each, str) else each for each in (*asked.relevant, *asked.secondary)]
    targets = tuple(Target(each.path, each.start_line, each.end_line, each.symbol) for each in places)
    return Query(asked.query, targets, asked.kind or asked.category or "all", asked.space)


def _published_repositories(path: Path, trees: Path) -> Spec:
    """Read the layout of the public repository-search benchmark; a repository without a tree is left out."""
    repositories = []
    for each in _decoded(path / "repos.json", list[_Pinned]):
        queries = path / "queries" / f"{each.name}.json"
        if not (trees / each.name).is_dir() or not queries.is_file():
            continue
        folder = (trees / each.name / (each.benchmark_root or ".")).resolve()
        asked = tuple(map(_query, _decoded(queries, list[_Asked])))
        repositories.append(Repository(each.name, folder, each.language, asked, each.published))
    if not repositories:
        raise ValueError(f"{trees} holds none of the repositories that {path / 'repos.json'} names")
    return Spec(path.name, tuple(repositories))


def _bench(path: Path, trees: Path, split: Split | None) -> Spec:
    """Read Dowse's own benchmark; what has no tree or no queries yet is left out."""
    repositories = []
    for each in _decoded(path / "repositories.toml", _BenchRepositories).repository:
        queries = path / "queries" / f"{each.name}.toml"
        if split not in (None, each.split) or not (trees / each.name).is_dir() or not queries.is_file():
            continue
        asked = tuple(map(_bench_query, _decoded(queries, _BenchQueries).query))
        repositories.append(Repository(each.name, (trees / each.name).resolve(), each.languages[0], asked))
    if not repositories:
        raise ValueError(f"{trees} holds none of the repositories of {path}: bench/fetch brings them")
    return Spec(f"{path.name}, {split}" if split else path.name, tuple(repositories))


def _bench_query(asked: _BenchQuery) -> Query:
    targets = tuple(
        Target(each.path, first, last, grade=each.grade, is_whole_path=True)
        for each in asked.labels
        for first, last in [each.lines or (None, None)]
    )
    return Query(asked.text, targets, asked.kind)


def _cosqa(path: Path, work: Path) -> Spec:
    """Read CoSQA's layout: one Python function a file, so that a hit is a function."""
    functions: dict[str, int] = _json(path / "code_idx_map.json")
    queries = [each for file in sorted(path.glob("queries*.json")) for each in _json(file)]
    stamp = hashlib.blake2b("".join(functions).encode(), digest_size=8).hexdigest()
    folder = work / f"cosqa-{stamp}"
    if not folder.is_dir():
        begun = folder.with_suffix(".part")
        begun.mkdir(parents=True, exist_ok=True)
        for text, number in functions.items():
            (begun / f"f{number}.py").write_text(text, "utf-8")
        begun.rename(folder)
    asked = tuple(Query(each["doc"], (Target(f"f{each['retrieval_idx']}.py"),), "web", "code") for each in queries)
    return Spec("cosqa", (Repository("cosqa", folder, "python", asked),), limit=200)


def _decoded(path: Path, form: type[T]) -> T:
    try:
        decode = msgspec.toml.decode if path.suffix == ".toml" else msgspec.json.decode
        return decode(path.read_bytes(), type=form)
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is not as a set of queries should be: {error}") from error


def _json(path: Path) -> Any:  # noqa: ANN401 - whatever the published file holds
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error


def _ends_with(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end}")
