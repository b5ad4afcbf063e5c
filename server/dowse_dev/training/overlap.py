"""What relevance is judged on, so that nothing of it is trained on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.identifiers import split_identifier
from dowse.chunking.languages import language_of
from dowse_dev.training.registries import LARGEST_FILE

SHINGLE = 6
"""Words; of two unrelated functions few runs of six are the same."""
MOST_SHARED = 0.5
"""Share of a body's shingles that may stand in the code that relevance is judged on."""

_TOKEN = re.compile(r"\w+")
_FACTORS = np.uint64(0x9E3779B97F4A7C15) ** np.arange(1, SHINGLE + 1, dtype=np.uint64)


class EvaluationTexts:
    """Code and queries that relevance is judged on, and what resembles them."""

    def __init__(self, codes: Iterable[str], queries: Iterable[str]) -> None:
        self._numbers: dict[str, int] = {}
        shingles = [self._shingles(code) for code in codes]
        self._known = np.unique(np.concatenate(shingles)) if shingles else np.zeros(0, np.uint64)
        self._queries = {_plain(query) for query in queries}

    @classmethod
    def read(cls, folder: Path | None, trees: Iterable[Path] = ()) -> EvaluationTexts:
        """Read CoSQA's code and queries from ``folder/cosqa``, and every source file of ``trees``."""
        codes: list[str] = []
        queries: list[str] = []
        if folder is not None:
            codes += json.loads((folder / "cosqa" / "code_idx_map.json").read_text("utf-8"))
            queries += [q["doc"] for q in json.loads((folder / "cosqa" / "queries-dev-500.json").read_text("utf-8"))]
            for file in sorted((folder / "queries").glob("*.json")):
                queries += [q["query"] for q in json.loads(file.read_text("utf-8"))]
        return cls((code for part in (codes, *map(_sources, trees)) for code in part), queries)

    def has_query(self, text: str) -> bool:
        """Whether ``text`` is one of the queries, but for case and punctuation."""
        return _plain(text) in self._queries

    def resembles(self, body: str) -> bool:
        """Whether at least :data:`MOST_SHARED` of ``body`` stands in the code, names and comments included."""
        if not self._known.size:
            return False
        shingles = self._shingles(body.partition("\n")[2])
        if not shingles.size:
            return False
        found = np.searchsorted(self._known, shingles)
        found[found == self._known.size] = 0
        return bool((self._known[found] == shingles).mean() >= MOST_SHARED)

    def _shingles(self, code: str) -> NDArray[np.uint64]:
        """Return the hashes of all runs of words; of a text that is shorter, of the whole."""
        words = [word for token in _TOKEN.findall(code) for word in split_identifier(token)]
        numbers = np.array([self._numbers.setdefault(word, len(self._numbers) + 1) for word in words], np.uint64)
        if numbers.size == 0:
            return numbers
        if numbers.size < SHINGLE:
            numbers = np.concatenate((numbers, np.zeros(SHINGLE - numbers.size, np.uint64)))
        runs = np.lib.stride_tricks.sliding_window_view(numbers, SHINGLE)
        mixed: NDArray[np.uint64] = (runs * _FACTORS).sum(axis=1, dtype=np.uint64)
        return np.unique(mixed ^ (mixed >> np.uint64(31)))


def _plain(query: str) -> str:
    return " ".join(_TOKEN.findall(query.lower()))


def _sources(tree: Path) -> Iterator[str]:
    for file in sorted(tree.rglob("*")):
        if file.is_file() and not file.is_symlink() and language_of(file.name) and file.stat().st_size <= LARGEST_FILE:
            yield file.read_text("utf-8", "replace")
