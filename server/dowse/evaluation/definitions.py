"""How many of a tree's definitions have a chunk of their name, by language, with Universal Ctags as the judge.

Ctags reads most languages by parsers of its own, which have nothing in common with ours. For those that it does not
know, ``definitions.ctags`` beside this file has patterns. Both are wrong at times: a figure tells where to look.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.prepared import prepared_files
from dowse.settings import FileSettings

_KINDS = frozenset(
    "function func method singletonMethod member class struct interface enum union trait object protocol "
    "implementation procedure subroutine subprogram task macro record test trigger view table type entity "
    "architecture program operator callback".split()
)
_ROUTINES = frozenset("function func method member procedure subroutine subprogram task".split())
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
    seen: set[tuple[str, int]] = set()
    tags = list(tags)
    routines = [(tag.line, tag.end) for tag in tags if tag.kind in _ROUTINES and tag.end > tag.line]
    for tag in tags:
        if (tag.name, tag.line) in seen:
            continue
        seen.add((tag.name, tag.line))
        match = next(
            (each for each in chunks if each.start_line <= tag.line < each.end_line and _same(tag, each)), None
        )
        if match is None and _is_small(tag, lines, routines):
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
    """Return :func:`table` of a tree and, of each language, so many of the definitions that have no chunk."""
    found = recall_by_language(root, ctags)
    parts = [table(found)]
    for language, score in sorted(found.items()):
        if missing and score.missing:
            parts.append("\n".join([f"{language}:", *(f"  {each}" for each in score.missing[:missing])]) + "\n")
    return "\n".join(parts)


def _tags(root: Path, ctags: str) -> dict[str, list[Tag]]:
    options = files("dowse.evaluation") / "definitions.ctags"
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
        if not name or name.startswith(("__anon", "anonymous", "AnonymousFunction")):
            continue
        start, end = int(entry.get("line", 1)) - 1, int(entry.get("end", 0)) - 1
        path = entry["path"].removeprefix("./")
        yield path, Tag(language, kind, name, entry.get("scope", ""), start, end)


def _same(tag: Tag, chunk: Chunk) -> bool:
    return chunk.name in (tag.name, _last(tag.name)) or _last(chunk.name) == _last(tag.name)


def _last(name: str) -> str:
    """Return the last part of a qualified name."""
    for separator in ("::", ".", "/", "\\"):
        name = name.rpartition(separator)[2] or name
    return name.strip("\"'`")


def _is_small(tag: Tag, lines: list[str], routines: list[tuple[int, int]]) -> bool:
    if tag.end == tag.line or any(start < tag.line <= end for start, end in routines):
        return True
    if tag.line >= len(lines):
        return True
    if tag.end > tag.line:
        return False
    # Where ctags tells no end, what follows is indented deeper or opens a body, or else it is one line.
    following = next((line for line in lines[tag.line + 1 :] if line.strip()), "")
    indentation = len(lines[tag.line]) - len(lines[tag.line].lstrip())
    deeper = len(following) - len(following.lstrip()) > indentation
    return not deeper and following.strip()[:1] not in ("{", "(") and following.strip().lower() not in ("begin", "is")
