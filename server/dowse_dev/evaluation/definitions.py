"""How many of a tree's definitions have a chunk of their name, by language, with Universal Ctags as the judge.

Ctags reads most languages by parsers of its own, which have nothing in common with ours. For those that it does not
know, ``definitions.ctags`` beside this file has patterns. Both are wrong at times: a figure tells where to look.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.prepared_file import prepared_files
from dowse.settings import FileSettings

_KINDS = frozenset(
    "function func method singletonMethod member class struct interface enum union trait object protocol "
    "implementation procedure subroutine subprogram task macro record test trigger view table type entity "
    "architecture program operator callback".split()
)
_ROUTINES = frozenset("function func method member procedure subroutine subprogram task".split())
_FUNCTIONS = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.OPERATOR, Kind.EVENT, Kind.PROPERTY})
_TYPES = frozenset({Kind.CLASS, Kind.STRUCT, Kind.INTERFACE, Kind.ENUM})
_TYPE_ARGUMENTS = re.compile(r"(?<=\w)<.*>$")
_QUOTED = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|<<[~-]?["\']?([A-Z_]+)\b.*?^\s*\1$',
    re.S | re.M,
)
_MACRO = re.compile(r"[A-Z][A-Z0-9_]+")
_OF_LANGUAGE = {  # kinds that mean something smaller in a language
    "C": {"macro", "member"},
    "C++": {"macro", "member"},
    "CUDA": {"macro", "member"},
    "ObjectiveC": {"macro", "member"},
    "Rust": {"implementation", "macro"},
    "Haskell": {"type"},
    "SystemVerilog": {"member", "program"},
    "Verilog": {"member"},
    "Ada": {"type"},
    "VHDL": {"record", "type"},
    "Go": {"type"},
    "Protobuf": {"member"},
    "Julia": {"macro"},
    "Perl": {"member"},
    "Elixir": {"type", "callback"},
    "OCaml": {"type"},
    "C#": {"member"},
    "SQL": {"record"},
    "Fortran": {"program"},
    "Erlang": {"type", "macro"},
    "Thrift": {"member"},
    "Kotlin": {"type"},
    "JSON": {"object"},
    "Make": {"macro"},
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A definition as ctags tells of it; lines count from 0, ``end`` is the last one, -1 where it is not told."""

    language: str
    kind: str
    name: str
    scope: str
    line: int
    end: int


@dataclass(slots=True)
class Recall:
    """What was found of a language's definitions."""

    files: int = 0
    definitions: int = 0
    found: int = 0
    small: int = 0
    """On one line, or inside a function: these have no chunk of their own by design, and are not counted."""
    contained: int = 0
    """Of those found, how many ctags says a scope of."""
    right_container: int = 0
    named_after_file: int = 0
    chunks: int = 0
    missing: list[str] = field(default_factory=list)
    """``path:line: kind name``, lines from 1."""
    wrong_container: list[str] = field(default_factory=list)
    covered: int = 0
    lines: int = 0
    """Lines that are not blank, and how many of them stand in a chunk."""

    @property
    def recall(self) -> float:
        """The share of definitions that were found, 0–1; 1 where there are none."""
        return self.found / self.definitions if self.definitions else 1.0


def recall_by_language(root: Path, ctags: str = "ctags", settings: FileSettings | None = None) -> dict[str, Recall]:
    """Chunk every file of a tree and compare with ctags; ``OSError`` where there is no such program."""
    tags = _tags(root, ctags)
    result: dict[str, Recall] = {}
    for prepared in prepared_files(root, settings or FileSettings()):
        if any(chunk.space is SpaceName.PROSE for chunk in prepared.chunks) or prepared.language == "ipynb":
            continue
        text = (root / prepared.path).read_bytes().decode("utf-8", "replace")
        score = result.setdefault(prepared.language, Recall())
        compare(prepared.path, text, tags.get(prepared.path, ()), prepared.chunks, score)
    return result


def compare(path: str, text: str, tags: Iterable[Tag], chunks: Iterable[Chunk], score: Recall) -> None:
    """Add to ``score`` what the chunks of one file have of its tags."""
    lines = text.split("\n")
    chunks = list(chunks)
    score.files += 1
    score.chunks += len(chunks)
    score.named_after_file += sum(not chunk.name_length and not chunk.signature for chunk in chunks)
    held = {line for chunk in chunks for line in range(chunk.start_line, chunk.end_line)}
    filled = [row for row, line in enumerate(lines) if line.strip()]
    score.lines += len(filled)
    score.covered += sum(row in held for row in filled)
    quoted = {row for start, end in _quoted_rows(text) for row in range(start, end)}
    seen: set[tuple[str, int]] = set()
    tags = [tag for tag in tags if tag.line not in quoted]
    routines = [(tag.line, tag.end) for tag in tags if tag.kind in _ROUTINES and tag.end > tag.line]
    for tag in tags:
        if (tag.name, tag.line) in seen:
            continue
        seen.add((tag.name, tag.line))
        match = _match(tag, chunks)
        if match is None and (_is_small(tag, lines, routines) or _is_nested(tag, chunks, lines)):
            score.small += 1
            continue
        score.definitions += 1
        if match is None:
            score.missing.append(f"{path}:{tag.line + 1}: {tag.kind} {tag.name}")
            continue
        score.found += 1
        if tag.scope and tag.kind in _ROUTINES:
            score.contained += 1
            right = _last(match.container or "") == _last(tag.scope)
            score.right_container += right
            if not right:
                score.wrong_container.append(f"{path}:{tag.line + 1}: {tag.name} in {match.container}, not {tag.scope}")


def table(found: dict[str, Recall]) -> str:
    """Return the recall of every language as lines of text, the language with most definitions first."""
    head = (
        f"{'language':<18}{'files':>6}{'defs':>7}{'recall':>8}{'small':>7}{'container':>11}{'by file':>9}{'lines':>8}"
    )
    rows = [head]
    for language, score in sorted(found.items(), key=lambda each: (-each[1].definitions, each[0])):
        recall = f"{100 * score.recall:.1f}" if score.definitions else "–"
        container = f"{100 * score.right_container / score.contained:.1f}" if score.contained else "–"
        by_file = f"{100 * score.named_after_file / max(score.chunks, 1):.0f} %"
        lines = f"{100 * score.covered / max(score.lines, 1):.1f} %"
        rows.append(
            f"{language:<18}{score.files:>6}{score.definitions:>7}{recall:>8}{score.small:>7}{container:>11}"
            f"{by_file:>9}{lines:>8}"
        )
    return "\n".join(rows) + "\n"


def report(root: Path, missing: int = 0, ctags: str = "ctags") -> str:
    """Return :func:`table` of a tree and, of each language, up to ``missing`` definitions that have no chunk."""
    found = recall_by_language(root, ctags)
    parts = [table(found)]
    for language, score in sorted(found.items()):
        if missing and score.missing:
            parts.append("\n".join([f"{language}:", *(f"  {each}" for each in score.missing[:missing])]) + "\n")
    return "\n".join(parts)


def _tags(root: Path, ctags: str) -> dict[str, list[Tag]]:
    options = files("dowse_dev.evaluation") / "definitions.ctags"
    command = [
        *(ctags, "--options=NONE", f"--options={options}", "--recurse", "--links=no", "--output-format=json"),
        *("--fields=+neKzsl", "--extras=-F", "--pseudo-tags=", "-f", "-", "."),
    ]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    result: dict[str, list[Tag]] = {}
    for path, tag in _read(run.stdout.decode("utf-8", "replace").splitlines()):
        result.setdefault(path, []).append(tag)
    return result


def _read(lines: Iterable[str]) -> Iterator[tuple[str, Tag]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        kind, name, language = entry.get("kind", ""), entry.get("name", ""), entry.get("language", "")
        if entry.get("_type") != "tag" or kind not in _KINDS or kind in _OF_LANGUAGE.get(language, ()):
            continue
        if name in ("", "_") or name.startswith(("__anon", "anonymous", "AnonymousFunction", "anonFunc", "<")):
            continue
        if language in ("C", "C++", "CUDA", "ObjectiveC") and _MACRO.fullmatch(name):
            continue  # what a macro defines is not called like the macro
        name = name.replace("operator ", "operator")
        start, end = int(entry.get("line", 1)) - 1, int(entry.get("end", 0)) - 1
        path = entry["path"].removeprefix("./")
        yield path, Tag(language, kind, name, _scope(entry.get("scope", "")), start, end)


def _quoted_rows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the rows after the first of texts on several lines, in which ctags finds the code of examples and tests."""
    for found in _QUOTED.finditer(text):
        row = text.count("\n", 0, found.start())
        yield row + 1, row + 1 + found[0].count("\n")


def _match(tag: Tag, chunks: list[Chunk]) -> Chunk | None:
    """Return the chunk that is named after a tag and holds its line; a class is none for its constructor."""
    for chunk in chunks:
        if chunk.start_line <= tag.line < chunk.end_line and _same(tag, chunk):
            type_for_routine = tag.kind in _ROUTINES and chunk.kind in _TYPES
            if not type_for_routine or chunk.name_line == tag.line:
                return chunk
    return None


def _scope(scope: str) -> str:
    """Return a scope without the namespaces and structs that have no name."""
    parts = re.split(r"::|[.]|/|\\", scope)
    return ".".join(part for part in parts if not part.startswith(("__anon", "anonymous")))


def _same(tag: Tag, chunk: Chunk) -> bool:
    if tag.language == "ObjectiveC":
        return chunk.name == tag.name.partition(":")[0]
    name = _TYPE_ARGUMENTS.sub("", chunk.name).replace("operator ", "operator")
    return chunk.name == tag.name or name in (tag.name, _last(tag.name)) or _last(name) == _last(tag.name)


def _last(name: str) -> str:
    """Return the last part of a qualified name."""
    for separator in ("::", ".", "/", "\\", ":"):
        name = name.rpartition(separator)[2] or name
    return name.strip("\"'`")


def _is_nested(tag: Tag, chunks: list[Chunk], lines: list[str]) -> bool:
    """Whether it stands deeper in a function that has a chunk; where ctags tells ends these say it better."""
    if tag.end >= 0:
        return False
    around = next((each for each in chunks if each.start_line <= tag.line < each.end_line), None)
    if around is None or around.kind not in _FUNCTIONS or tag.line <= around.name_line or around.part:
        return around is not None and around.part > 0 and around.kind in _FUNCTIONS
    return _indentation(lines[tag.line]) > _indentation(lines[around.name_line])


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_small(tag: Tag, lines: list[str], routines: list[tuple[int, int]]) -> bool:
    if tag.end == tag.line or any(start < tag.line <= end for start, end in routines):
        return True
    if tag.line >= len(lines):
        return True
    if tag.end > tag.line:
        return False
    # Where ctags tells no end, what follows is indented deeper or opens a body, or else it is one line.
    following = next((line for line in lines[tag.line + 1 :] if line.strip()), "")
    deeper = _indentation(following) > _indentation(lines[tag.line])
    return not deeper and following.strip()[:1] not in ("{", "(") and following.strip().lower() not in ("begin", "is")
