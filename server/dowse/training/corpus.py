"""All pairs of all packages as numbers of tokens, without duplicates and without what relevance is judged on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.static import DOCUMENT_TOKENS, QUERY_TOKENS
from dowse.embedding.tokens import Tokenizer
from dowse.training.mining import Pair, read_pairs
from dowse.training.overlap import EvaluationTexts
from dowse.training.registries import Package

HELD_OUT_OF = 25
"""One package of so many is kept for evaluation, chosen by the hash of its name."""
MOST_OF_A_TEXT = 4
"""Pairs with the same text: what hundreds of functions are said to do tells them apart from nothing."""


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
    package: NDArray[np.int32]
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


@dataclass
class Removed:
    """How many pairs were left out, and why."""

    repeated: int = 0
    same_text: int = 0
    evaluation: int = 0
    evaluation_query: int = 0


def is_held_out(package: Package) -> bool:
    """Whether a package's pairs are kept for evaluation."""
    return int.from_bytes(blake2b(package.key.encode(), digest_size=8).digest(), "big") % HELD_OUT_OF == 0


def distinct_pairs(
    folder: Path, packages: Sequence[Package], judged: EvaluationTexts, removed: Removed
) -> Iterator[tuple[int, Pair]]:
    """Yield each pair once, with the number of its package, without those that relevance is judged on."""
    bodies: set[bytes] = set()
    texts: Counter[bytes] = Counter()
    for number, package in enumerate(packages):
        for pair in read_pairs(folder, package):
            body = _digest("".join(pair.body.partition("\n")[2].split()))
            text = _digest(" ".join(pair.text.lower().split()))
            if body in bodies:
                removed.repeated += 1
            elif texts[text] >= MOST_OF_A_TEXT:
                removed.same_text += 1
            elif judged.has_query(pair.text):
                removed.evaluation_query += 1
            elif judged.resembles(pair.body):
                removed.evaluation += 1
            else:
                bodies.add(body)
                texts[text] += 1
                yield number, pair


def build_corpus(pairs: Iterable[tuple[int, Pair]], packages: Sequence[Package], tokens: Sequence[str]) -> Corpus:
    """Return the pairs as numbers of ``tokens``."""
    tokenizer = Tokenizer(tokens)
    languages: dict[str, int] = {}
    rows: list[tuple[int, int, bool, bytes, int]] = []
    texts, comments, bodies = _Growing(), _Growing(), _Growing()
    for package, pair in pairs:
        context, _, code = pair.body.partition("\n") if pair.kind == "doc" else ("", "", pair.body)
        before = tokenizer.tokens(context, QUERY_TOKENS)
        language = languages.setdefault(pair.language, len(languages))
        rows.append(
            (language, package, pair.kind == "heading", _digest(" ".join(pair.text.lower().split())), len(before))
        )
        texts.add(tokenizer.tokens(pair.text, QUERY_TOKENS))
        comments.add(tokenizer.tokens(f"{pair.text}\n{pair.more}" if pair.kind == "doc" else "", DOCUMENT_TOKENS))
        bodies.add((before + tokenizer.tokens(code, DOCUMENT_TOKENS))[:DOCUMENT_TOKENS])
    held_out = np.array([is_held_out(package) for package in packages])
    packaged = np.array([row[1] for row in rows], np.int32)
    return Corpus(
        tokens=np.array(tokens),
        languages=np.array(list(languages)),
        language=np.array([row[0] for row in rows], np.int16),
        package=packaged,
        heading=np.array([row[2] for row in rows]),
        held_out=held_out[packaged],
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


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=12).digest()
