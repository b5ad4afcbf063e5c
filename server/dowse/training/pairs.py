"""Pairs of a text and the code or prose that it describes, taken from source files: what a model learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Literal

import msgspec

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.training.texts import plain, says_something, summary, without_comment

LONGEST_CODE = 2_000
"""Characters of a pair's code; the model reads the first 300 tokens."""
SHORTEST_CODE = 20
SHORTEST_SECTION = 80
MOST_OF_A_TEXT = 4
"""Pairs with the same text: what hundreds of functions are said to do tells them apart from nothing."""


class Pair(msgspec.Struct, frozen=True, array_like=True):
    """A text that somebody wrote about a piece of code or prose, and that piece."""

    kind: Literal["doc", "heading"]
    language: str
    name: str
    text: str
    """The first sentence of the documentation, or the heading with those above it."""
    more: str
    """The rest of the documentation; empty for a heading."""
    body: str
    """The code without its documentation, a context line first as in an embedded text, or the section as it stands."""


def pairs_of(path: str, text: str) -> Iterator[Pair]:
    """Yield the pairs of one source file: documented code, and sections below headings. Parses in this process."""
    for chunk in chunk_text(path, text):
        pair = _prose_pair(chunk) if chunk.space is SpaceName.PROSE else _code_pair(chunk)
        if pair is not None:
            yield pair


def distinct_pairs(pairs: Iterable[tuple[int, Pair]], left_out: Counter[str]) -> Iterator[tuple[int, Pair]]:
    """Yield numbered pairs, each body once and each text at most :data:`MOST_OF_A_TEXT` times.

    Counts the others in ``left_out``, as ``repeated`` and ``same_text``.
    """
    bodies: set[bytes] = set()
    texts: Counter[bytes] = Counter()
    for number, pair in pairs:
        body = digest("".join(pair.body.partition("\n")[2].split()))
        text = text_digest(pair.text)
        if body in bodies:
            left_out["repeated"] += 1
        elif texts[text] >= MOST_OF_A_TEXT:
            left_out["same_text"] += 1
        else:
            bodies.add(body)
            texts[text] += 1
            yield number, pair


def text_digest(text: str) -> bytes:
    """Return 12 bytes that are equal for texts that differ in case and spaces alone."""
    return digest(" ".join(text.lower().split()))


def digest(text: str) -> bytes:
    """Return 12 bytes of a text's hash."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()


def _code_pair(chunk: Chunk) -> Pair | None:
    if not chunk.doc or chunk.part:
        return None
    text, more = summary(chunk.doc)
    if not text:
        return None
    context = chunk.embedded_text.partition("\n")[0]
    code = without_comment(chunk.text, chunk.doc)
    if len(code) < SHORTEST_CODE:
        return None
    return Pair("doc", chunk.language, chunk.name, text, more[:LONGEST_CODE], f"{context}\n{code}"[:LONGEST_CODE])


def _prose_pair(chunk: Chunk) -> Pair | None:
    heading = plain(" ".join([*(chunk.container or "").split(" > ")[-1:], chunk.name]))
    section = chunk.text.strip()
    if chunk.language == "plaintext" or len(section) < SHORTEST_SECTION or chunk.part:
        return None
    if not says_something(plain(section)[:400]):
        return None
    return Pair("heading", chunk.language, chunk.name, heading, "", section[:LONGEST_CODE])
