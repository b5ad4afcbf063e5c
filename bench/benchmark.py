"""The benchmark as data: repositories, what is asked of them, and the places that answer.

README.md describes the two kinds of file; here they are read, written and checked. Only the standard library is used,
so that ``fetch`` runs with any Python from 3.11 on.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Form = TypeVar("Form")

FOLDER = Path(__file__).parent

SPLITS = ("train", "development", "test")
FORMS = ("library", "application")
LICENCES = ("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MIT OR Apache-2.0")

KINDS = (
    "question",
    "phrase",
    "half-typed",
    "half-remembered",
    "symptom",
    "error",
    "configuration",
    "architecture",
    "how-to",
    "report",
    "document",
    "unanswerable",
)
"""What sort of thing is asked; README.md says what each means."""

ANSWER, PART, HELP = 3, 2, 1
"""Grades of a label: the answer, a part of it, something that helps."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A whole tree at one commit."""

    name: str
    address: str
    """Where ``git`` fetches it from."""
    commit: str
    licence: str
    """SPDX expression of the licence file at the root."""
    languages: tuple[str, ...]
    """Main languages, the first one foremost."""
    files: int
    """Files in the tree at that commit, of whatever sort."""
    split: str
    form: str


@dataclass(frozen=True, slots=True)
class Label:
    """A place in the tree and how well it answers."""

    grade: int
    path: str
    """From the root of the tree, with ``/`` between its parts."""
    lines: tuple[int, int] | None = None
    """First and last line, from 1, both included; the whole file where absent."""
    symbol: str | None = None
    """What these lines define, or their heading; for the reader, the lines are what counts."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asks, and where the answer is."""

    id: str
    kind: str
    text: str
    author: str
    """The role of who wrote it."""
    checked_by: tuple[str, ...]
    """The roles of those who have read its labels beside the code and agree."""
    labels: tuple[Label, ...]


def read_repositories(folder: Path = FOLDER) -> tuple[Repository, ...]:
    """Read ``repositories.toml``. Raises ``ValueError`` for what is not of its form."""
    path = folder / "repositories.toml"
    return tuple(_made(Repository, each, path) for each in _read(path).get("repository", []))


def read_queries(path: Path) -> tuple[Query, ...]:
    """Read one file of ``queries/``. Raises ``ValueError`` for what is not of its form."""
    whole = _read(path)
    shared = {"author": whole.get("author"), "checked_by": whole.get("checked_by", [])}
    return tuple(_query(shared | each, path) for each in whole.get("query", []))


def queries_file(name: str, folder: Path = FOLDER) -> Path:
    """Return where the queries about the repository called ``name`` are."""
    return folder / "queries" / f"{name}.toml"


def queries_as_toml(queries: Iterable[Query]) -> str:
    """Return the text of a file of queries, one label a line, so that a change of a label is a change of one line.

    What most of them share (author, who checked) is said once at the top.
    """
    queries = tuple(queries)
    [(author, checked_by)] = Counter((each.author, each.checked_by) for each in queries).most_common(1)[0][:1]
    parts = [f"author = {_quoted(author)}\nchecked_by = {_list(checked_by)}\n"]
    for each in queries:
        lines = ["[[query]]", f"id = {_quoted(each.id)}", f"kind = {_quoted(each.kind)}", f"text = {_text(each.text)}"]
        if each.author != author:
            lines.append(f"author = {_quoted(each.author)}")
        if each.checked_by != checked_by:
            lines.append(f"checked_by = {_list(each.checked_by)}")
        if each.labels:
            lines += ["labels = [", *(f"    {_label_as_toml(label)}," for label in each.labels), "]"]
        else:
            lines.append("labels = []")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def faults_of_repositories(repositories: Iterable[Repository]) -> list[str]:
    """Return what is wrong with the list of repositories, a sentence each."""
    repositories = tuple(repositories)
    faults = [f"{name} is listed twice" for name in _repeated(each.name for each in repositories)]
    faults += [f"{address} is listed twice" for address in _repeated(each.address for each in repositories)]
    for each in repositories:
        if not re.fullmatch(r"[\w.-]+", each.name):
            faults.append(f"{each.name!r} cannot be the name of a file")
        if not re.fullmatch(r"https://\S+\.git", each.address):
            faults.append(f"{each.name}: {each.address} is no address of a repository")
        if not re.fullmatch(r"[0-9a-f]{40}", each.commit):
            faults.append(f"{each.name}: {each.commit} is no whole commit")
        if each.licence not in LICENCES:
            faults.append(f"{each.name}: the licence {each.licence} is not among {', '.join(LICENCES)}")
        if each.split not in SPLITS:
            faults.append(f"{each.name}: there is no split called {each.split}")
        if each.form not in FORMS:
            faults.append(f"{each.name}: it is a {each.form}, which is none of {', '.join(FORMS)}")
        if not each.languages:
            faults.append(f"{each.name}: no language")
        if not 20 <= each.files <= 20_000:
            faults.append(f"{each.name}: {each.files} files are too few or too many")
    for language in sorted({each.languages[0] for each in repositories if each.languages}):
        splits = {each.split for each in repositories if each.languages[:1] == (language,)}
        faults += [f"no repository of {language} is in the split {split}" for split in SPLITS if split not in splits]
    return faults


def faults_of_queries(queries: Iterable[Query], name: str) -> list[str]:
    """Return what is wrong with the queries about the repository called ``name``, without its tree."""
    queries = tuple(queries)
    faults = [f"the id {repeated} stands twice" for repeated in _repeated(each.id for each in queries)]
    faults += [f"asked twice: {text}" for text in _repeated(each.text.casefold() for each in queries)]
    for each in queries:
        if not re.fullmatch(re.escape(name) + r"-\d{3}", each.id):
            faults.append(f"{each.id}: an id is {name}- and three digits")
        if each.kind not in KINDS:
            faults.append(f"{each.id}: there is no kind called {each.kind}")
        if not each.text.strip():
            faults.append(f"{each.id}: nothing is asked")
        if not each.author:
            faults.append(f"{each.id}: nobody wrote it")
        if each.author in each.checked_by:
            faults.append(f"{each.id}: its author cannot check it")
        faults += _faults_of_labels(each)
    return faults


def faults_of_labels_in(tree: Path, queries: Iterable[Query]) -> list[str]:
    """Return which labels name what is not in the checkout ``tree``."""
    faults = []
    texts: dict[str, list[str] | None] = {}
    for each in queries:
        for label in each.labels:
            if label.path not in texts:
                texts[label.path] = _lines(tree / label.path)
            if fault := _fault_in(texts[label.path], label):
                faults.append(f"{each.id}: {label.path} {fault}")
    return faults


def _faults_of_labels(query: Query) -> list[str]:
    faults = []
    if query.kind == "unanswerable":
        return [f"{query.id}: what the tree cannot answer has no labels"] if query.labels else []
    if not any(label.grade == ANSWER for label in query.labels):
        faults.append(f"{query.id}: no label is the answer")
    places = _repeated((label.path, label.lines) for label in query.labels)
    faults += [f"{query.id}: {path} is labelled twice" for path, _ in places]
    for label in query.labels:
        if label.grade not in {ANSWER, PART, HELP}:
            faults.append(f"{query.id}: there is no grade {label.grade}")
        if label.path.startswith(("/", "./", "../")) or "\\" in label.path:
            faults.append(f"{query.id}: {label.path} does not start at the root of the tree")
        if label.lines and not 1 <= label.lines[0] <= label.lines[1]:
            faults.append(f"{query.id}: {label.path} has no lines {label.lines[0]} to {label.lines[1]}")
        if label.symbol and not label.lines:
            faults.append(f"{query.id}: {label.symbol} in {label.path} has no lines")
    return faults


def _fault_in(lines: list[str] | None, label: Label) -> str | None:
    if lines is None:
        return "is not in the tree"
    if label.lines is None:
        return None
    first, last = label.lines
    if last > len(lines):
        return f"has {len(lines)} lines, not {last}"
    if label.symbol and label.symbol.rpartition(".")[2] not in "\n".join(lines[first - 1 : last]):
        return f"does not say {label.symbol} in lines {first} to {last}"
    return None


def _lines(path: Path) -> list[str] | None:
    return path.read_text("utf-8", "replace").split("\n") if path.is_file() else None


def _query(asked: dict[str, Any], path: Path) -> Query:
    labels = tuple(_made(Label, each, path) for each in asked.get("labels", []))
    return _made(Query, asked | {"labels": labels}, path)


def _made(form: type[Form], values: dict[str, Any], path: Path) -> Form:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    try:
        return form(**values)
    except TypeError as error:
        raise ValueError(f"{path}: {error} in {values}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from error


def _repeated(values: Iterable[Any]) -> list[Any]:
    return [value for value, times in Counter(values).items() if times > 1]


def _label_as_toml(label: Label) -> str:
    parts = [f"grade = {label.grade}", f"path = {_quoted(label.path)}"]
    if label.lines:
        parts.append(f"lines = [{label.lines[0]}, {label.lines[1]}]")
    if label.symbol:
        parts.append(f"symbol = {_quoted(label.symbol)}")
    return "{ " + ", ".join(parts) + " }"


def _text(text: str) -> str:
    if "\n" not in text:
        return _quoted(text)
    escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return f'"""\n{escaped}"""' if not escaped.endswith('"') else f'"""\n{escaped[:-1]}\\""""'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"
