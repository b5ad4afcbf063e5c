"""Pairs as numbers of tokens: what a model is trained on and measured by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.static import DOCUMENT_TOKENS, QUERY_TOKENS
from dowse.embedding.tokens import Tokenizer
from dowse.training.pairs import Pair, text_digest

HELD_OUT_OF = 25
"""One origin of so many is kept for evaluation, chosen by the hash of its name."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: row ``i`` is ``values[starts[i] : starts[i + 1]]``."""

    values: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, i: int) -> NDArray[np.int32]:
        """Return one row."""
        return self.values[self.starts[i] : self.starts[i + 1]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pairs as numbers of tokens; arrays have one entry for each pair."""

    tokens: NDArray[np.str_]
    languages: NDArray[np.str_]
    language: NDArray[np.int16]
    """Index into ``languages``."""
    origin: NDArray[np.int32]
    """The number of the package or file that the pair comes from."""
    heading: NDArray[np.bool_]
    """Whether the pair is a heading and its section rather than documentation and its code."""
    held_out: NDArray[np.bool_]
    text_hash: NDArray[np.uint64]
    """Equal for equal texts."""
    texts: Ragged
    comments: Ragged
    """The whole documentation."""
    bodies: Ragged
    context: NDArray[np.int16]
    """How many of a body's tokens are its context line."""

    def save(self, file: Path) -> None:
        """Write everything to one ``.npz``."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Ragged):
                arrays[f"{field.name}.values"], arrays[f"{field.name}.starts"] = value.values, value.starts
            else:
                arrays[field.name] = value
        np.savez(file, **arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, file: Path) -> Corpus:
        """Read what :meth:`save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            ragged = {name.partition(".")[0] for name in arrays.files if "." in name}
            values: dict[str, Any] = {
                name: Ragged(arrays[f"{name}.values"], arrays[f"{name}.starts"]) for name in ragged
            }
            values |= {name: arrays[name] for name in arrays.files if "." not in name}
            return cls(**values)


def is_held_out(origin: str) -> bool:
    """Whether the pairs of an origin, a package or a file by its name, are kept for evaluation."""
    return int.from_bytes(blake2b(origin.encode(), digest_size=8).digest(), "big") % HELD_OUT_OF == 0


def build_corpus(pairs: Iterable[tuple[int, Pair]], origins: Sequence[str], tokens: Sequence[str]) -> Corpus:
    """Return the pairs, each with the number of its origin, as numbers of ``tokens``."""
    tokenizer = Tokenizer(tokens)
    languages: dict[str, int] = {}
    rows: list[tuple[int, int, bool, bytes, int]] = []
    texts, comments, bodies = _Growing(), _Growing(), _Growing()
    for origin, pair in pairs:
        context, _, code = pair.body.partition("\n") if pair.kind == "doc" else ("", "", pair.body)
        before = tokenizer.tokens(context, QUERY_TOKENS)
        language = languages.setdefault(pair.language, len(languages))
        rows.append((language, origin, pair.kind == "heading", text_digest(pair.text), len(before)))
        texts.add(tokenizer.tokens(pair.text, QUERY_TOKENS))
        comments.add(tokenizer.tokens(f"{pair.text}\n{pair.more}" if pair.kind == "doc" else "", DOCUMENT_TOKENS))
        bodies.add((before + tokenizer.tokens(code, DOCUMENT_TOKENS))[:DOCUMENT_TOKENS])
    held_out = np.array([is_held_out(origin) for origin in origins])
    origin_of = np.array([row[1] for row in rows], np.int32)
    return Corpus(
        tokens=np.array(tokens),
        languages=np.array(list(languages)),
        language=np.array([row[0] for row in rows], np.int16),
        origin=origin_of,
        heading=np.array([row[2] for row in rows]),
        held_out=held_out[origin_of],
        text_hash=np.frombuffer(b"".join(row[3][:8] for row in rows), np.uint64),
        texts=texts.ragged(),
        comments=comments.ragged(),
        bodies=bodies.ragged(),
        context=np.array([row[4] for row in rows], np.int16),
    )


class _Growing:
    """Rows that are added one by one."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.int32]] = []

    def add(self, row: list[int]) -> None:
        self._parts.append(np.array(row, np.int32))

    def ragged(self) -> Ragged:
        starts = np.zeros(len(self._parts) + 1, np.int64)
        np.cumsum([len(part) for part in self._parts], out=starts[1:])
        return Ragged(np.concatenate(self._parts) if self._parts else np.zeros(0, np.int32), starts)
