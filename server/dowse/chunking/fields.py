"""The words of a chunk by field: what the word index takes in."""

from __future__ import annotations

from typing import Final

from dowse.chunking.chunk import Chunk
from dowse.chunking.identifiers import words

FIELDS: Final = ("name", "signature", "doc", "body", "path")

JoinedWords = tuple[str, ...]
"""The words of each field of ``FIELDS``, parted by spaces: a form that is small between processes."""


def field_words(chunk: Chunk, path: str) -> dict[str, list[str]]:
    """Return the words of each field, in order; ``path`` is relative to the folder."""
    found = (
        words(chunk.name),
        words(f"{chunk.container or ''} {chunk.signature}"),
        words(chunk.doc),
        words(chunk.text),
        words(path),
    )
    return dict(zip(FIELDS, found, strict=True))


def joined_words(chunk: Chunk, path: str) -> JoinedWords:
    """Return the same in one string for each field."""
    return tuple(map(" ".join, field_words(chunk, path).values()))


def count_words(joined: str) -> int:
    """Return how many words a joined field has."""
    return joined.count(" ") + 1 if joined else 0
