"""Small workspaces in several states, like branches that are switched, and what an index of one must hold."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from dowse.chunking.chunk import SpaceName
from dowse.chunking.identifiers import words
from dowse.embedding.hash_model import HashingModel
from dowse.engine import Engine
from dowse.index.snapshot import IndexSnapshot
from dowse.index.writer import IndexWriter
from dowse.settings import ModelSettings, Settings
from index.samples import places

STATES = 4
HASH = Settings(models=ModelSettings(code="hash", prose="hash"))
"""The model that needs nothing: what is attacked here is the index."""

_QUERIES = ("step value", "parcel weight", "retry later", "decision about storage", "variant")


def files_of(state: int, size: int = 24) -> dict[str, str]:
    """Return the files of a state: many are the same in all, some change, some have another name or are absent."""
    files: dict[str, str] = {}
    for number in range(size):
        rng = random.Random(f"{state} {number}")
        if number % 7 == 3 and rng.random() < 0.5:
            continue
        folder = f"part{number % 3}" if number % 5 else f"moved{rng.randrange(2)}"
        variant = rng.randrange(2) if number % 2 else 0
        files[f"{folder}/module_{number}.py"] = "".join(
            f"def step_{number}_{i}(value):\n    weight = value * {number} + {variant if i % 2 else 0}\n"
            f"    return weight + {i}  # variant {variant if i == 1 else ''}\n\n\n"
            for i in range(6)
        )
    files["notes.md"] = f"# Notes\n\n## Storage\n\nThe decision about storage {state}.\n\n## Retry\n\nRetry later.\n"
    files[f"only_in_{state}.go"] = f"package a\n\nfunc Parcel{state}() int {{\n\treturn {state}\n}}\n"
    return files


def write_state(root: Path, state: int) -> list[str]:
    """Make the folder hold exactly this state; return the paths that changed."""
    wanted = files_of(state)
    changed = []
    for path in [path for path in root.rglob("*") if path.is_file()]:
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
            changed.append(str(path))
    for name, text in wanted.items():
        path = root / name
        if path.exists() and path.read_text("utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        changed.append(str(path))
    return changed


def caught_up(root: Path, cache: Path, settings: Settings = HASH) -> tuple[dict[str, Any], list[str]]:
    """Bring the index of ``root`` up to date; return what it holds and what the user was told."""
    told: list[str] = []
    engine = Engine(settings, cache_dir=cache, on_message=lambda message: told.append(message.text))
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(100), engine.status()
        assert engine.status().last_error is None
    finally:
        engine.stop(timeout=20)
    index = IndexWriter.open(root, cache)
    try:
        return contents(index.snapshot), told
    finally:
        index.close()


def contents(index: IndexSnapshot) -> dict[str, Any]:
    """Return everything that can be asked of an index, by what does not depend on numbers given out on the way."""
    counts = index.counts()
    found: dict[str, Any] = {
        "files": {path: (record.digest, record.language, record.skipped) for path, record in index.files().items()},
        "counts": (counts.files_indexed, counts.chunks, counts.chunks_embedded),
        "unfinished": (index.stale_paths(), index.paths_without_vectors(10)),
        "chunks": {path: [each[2:] for each in index.chunks_of(path)] for path in index.files()},
    }
    for name in SpaceName:
        space, serving = index.spaces[name], index.serving(name)
        assert serving is not None
        found[name, "model"] = serving[1].fingerprint
        model = HashingModel(serving[1].dimensions)
        for query in _QUERIES:
            hits = space.matching(words(query), 10_000)
            found[name, "words", query] = sorted(places(index, [hit.chunk_id for hit in hits]))
            near = space.nearest(model.embed_query(query), 10_000)
            scores = [round(hit.score, 3) for hit in near]
            found[name, "meaning", query] = sorted(
                zip(places(index, [hit.chunk_id for hit in near]), scores, strict=True)
            )
    return found
