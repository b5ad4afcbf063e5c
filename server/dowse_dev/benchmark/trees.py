"""The trees that are measured: copies of real ones, and made-up ones of any size."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dowse.evaluation.own_queries import definitions, first_sentence
from dowse.evaluation.spec import Repository
from dowse.settings import Settings
from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules

FUNCTIONS_A_FILE = 8
"""Of a made-up tree: about as many as installed packages have."""

FILES_A_FOLDER = 100

_SYLLABLES = ("ba", "co", "de", "fi", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wa", "zu")
_WORDS = 4_000

_ASKED_A_FILE = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder that the benchmark may change."""

    name: str
    folder: Path
    files: int
    bytes: int


def copied(source: Path, work: Path) -> Tree:
    """Return a copy of what Dowse would index of ``source``, so that measuring changes nothing of the user's."""
    folder = work / "tree"
    paths = [(path, stamp.size) for path, stamp in scan(source, IgnoreRules(source))]
    for path, _ in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)
    return Tree(source.name or str(source), folder, len(paths), sum(size for _, size in paths))


def made_up(chunks: int, work: Path) -> Tree:
    """Return a tree of about ``chunks`` functions whose words are as unevenly common as those of a language (Zipf).

    The same number gives the same tree.
    """
    folder = work / "tree"
    chooser = random.Random(chunks)
    vocabulary = ["".join(chooser.choices(_SYLLABLES, k=chooser.randint(2, 4))) for _ in range(_WORDS)]
    cumulative: list[float] = []
    for rank in range(1, _WORDS + 1):
        cumulative.append((cumulative[-1] if cumulative else 0.0) + 1 / rank)
    size, files = 0, max(1, chunks // FUNCTIONS_A_FILE)
    for number in range(files):
        file = folder / f"part_{number // FILES_A_FOLDER:05}" / f"module_{number:06}.py"
        if number % FILES_A_FOLDER == 0:
            file.parent.mkdir(parents=True)
        text = "\n\n".join(_function(chooser, vocabulary, cumulative) for _ in range(FUNCTIONS_A_FILE)) + "\n"
        file.write_text(text, "utf-8")
        size += len(text)
    return Tree(f"made up, {chunks:,}", folder, files, size)


def _function(chooser: random.Random, vocabulary: Sequence[str], cumulative: Sequence[float]) -> str:
    words = iter(chooser.choices(vocabulary, cum_weights=cumulative, k=40))
    name = "_".join(islice(words, 3))
    first, second, third = islice(words, 3)
    return (
        f'def {name}({first}, {second}):\n    """{" ".join(islice(words, 9)).capitalize()}."""\n'
        f"    {third} = {next(words)}_{next(words)}({first}, {second})\n"
        f"    for {next(words)} in {third}:\n        {next(words)}.{next(words)}({third}, {next(words)}={second})\n"
        f"    return {third}.{next(words)}"
    )


def queries(tree: Tree, settings: Settings, count: int) -> list[str]:
    """Return ``count`` different things to ask of a tree, names and first sentences of docstrings by turns."""
    asked: dict[str, None] = {}
    for chunk, _ in definitions(Repository(tree.name, tree.folder, "", ()), settings, _ASKED_A_FILE):
        wanted = first_sentence(chunk.doc) if len(asked) % 2 else chunk.name
        asked[wanted or chunk.name] = None
        if len(asked) == count:
            break
    return list(asked)


def switched(tree: Tree, most: int) -> Iterator[tuple[Path, bytes, bytes]]:
    """Yield up to ``most`` files with their content on this branch and on another one, on which a line was added."""
    paths = sorted(path for path, _ in scan(tree.folder, IgnoreRules(tree.folder)))
    for path in islice((path for path in paths if path.endswith(".py")), most):
        content = (tree.folder / path).read_bytes()
        yield tree.folder / path, content, content + b"\n\ndef on_the_other_branch():\n    return %d\n" % len(content)
