"""How fast one processor can do what every index needs, by itself: no index of a tree is made in less."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.chunking.fields import joined_words
from dowse.chunking.languages import language_named, language_of
from dowse.chunking.syntax import parse
from dowse.embedding.providers import open_model
from dowse.settings import Settings
from dowse.workspace.discovery import read, scan
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import SourceFile
from dowse_dev.benchmark.trees import Tree

SAMPLE = 10_000_000
"""Bytes of a tree's source that are looked at, of files chosen by lot."""

_AT_ONCE = 256


@dataclass(slots=True)
class Limits:
    """What a part of a tree takes; seconds of one processor."""

    share: float
    """Of the tree's bytes that the part has, 0–1."""
    bytes: int = 0
    """Of its source."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By step."""

    def rate(self, step: str) -> float:
        """Return megabytes a second."""
        return self.bytes / 1e6 / max(self.seconds[step], 1e-9)

    def whole(self, *steps: str) -> float:
        """Return the seconds that these steps take for the whole tree."""
        return sum(self.seconds[step] for step in steps) / max(self.share, 1e-9)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time that a block takes to a step."""
        started = time.thread_time()
        yield
        self.seconds[step] = self.seconds.get(step, 0.0) + time.thread_time() - started


def limits(tree: Tree, settings: Settings) -> Limits:
    """Measure each step on part of a tree, with the files in the system's cache."""
    files = [(path, stamp.size) for path, stamp in scan(tree.folder, IgnoreRules(tree.folder))]
    files = [(path, size) for path, size in files if size <= settings.files.max_size]
    random.Random(0).shuffle(files)
    found = Limits(0.0, seconds=dict.fromkeys(("read", "hash", "parse", "chunk", "count words", "embed"), 0.0))
    model = open_model("builtin:code", settings.models)
    model.embed_documents(["def warm_up(): ..."])
    texts: list[str] = []
    looked_at = 0
    for path, size in files:
        if found.bytes >= SAMPLE:
            break
        looked_at += size
        read(tree.folder, path, settings.files)
        with found.timed("read"):
            source = read(tree.folder, path, settings.files)
        language = language_of(path, source.text) if isinstance(source, SourceFile) else None
        known = language_named(language) if language is not None else None
        if not isinstance(source, SourceFile) or known is None:
            continue
        data = source.text.encode("utf-8", "replace")
        found.bytes += len(data)
        with found.timed("hash"):
            blake2b(data, digest_size=16).digest()
        if known.grammar is not None:
            with found.timed("parse"):
                parse(data, known.grammar)
        with found.timed("chunk"):  # parses once more
            chunks = chunk_text(path, source.text)
        with found.timed("count words"):
            for chunk in chunks:
                joined_words(chunk, path)
        texts += [chunk.embedded_text for chunk in chunks if chunk.space is SpaceName.CODE]
    with found.timed("embed"):
        for start in range(0, len(texts), _AT_ONCE):
            model.embed_documents(texts[start : start + _AT_ONCE])
    found.share = looked_at / max(sum(size for _, size in files), 1)
    return found
