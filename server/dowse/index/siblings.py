"""Vectors that the indexes of other folders have: of another work tree, a second clone, a folder that was renamed.

Vectors are addressed by their text, so what one folder has embedded serves every other one of the same user.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dowse.index import queries
from dowse.index.database import FILE_NAME, UNREADABLE

_LOOKS = 5
"""Batches of texts after which a model's vectors are not looked for any more in indexes that had none of them."""


class Siblings:
    """The other indexes in one cache. Belongs to one thread."""

    def __init__(self, directory: Path) -> None:
        """``directory`` is that of the index that lacks vectors."""
        self._directory = directory
        self._chosen: dict[str, Path] = {}
        """By a model's fingerprint, the index that had most of the first vectors that were lacking."""
        self._looked: dict[str, int] = {}

    def vectors(
        self, fingerprint: str, dimensions: int, digests: Sequence[bytes]
    ) -> Mapping[bytes, NDArray[np.float32]]:
        """Return vectors of a model, float32 ``[dimensions]``, of those texts that another index knows, by digest."""
        chosen = self._chosen.get(fingerprint)
        if chosen is not None:
            return _vectors_in(chosen, fingerprint, dimensions, digests)
        if not digests or self._looked.get(fingerprint, 0) >= _LOOKS:
            return {}
        self._looked[fingerprint] = self._looked.get(fingerprint, 0) + 1
        best: Mapping[bytes, NDArray[np.float32]] = {}
        for database in sorted(self._directory.parent.glob(f"*/{FILE_NAME}")):
            if database.parent == self._directory:
                continue
            found = _vectors_in(database, fingerprint, dimensions, digests)
            if len(found) > len(best):
                best, self._chosen[fingerprint] = found, database
        return best


def _vectors_in(
    database: Path, fingerprint: str, dimensions: int, digests: Sequence[bytes]
) -> dict[bytes, NDArray[np.float32]]:
    """Ask another index, whatever state it is in; nothing where it cannot be read."""
    with contextlib.suppress(sqlite3.Error, *UNREADABLE):
        uri = f"{database.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=0.1)) as connection:
            if queries.model_id(connection, fingerprint) is None:
                return {}
            texts = queries.texts_of(connection, digests)
            numbers, vectors = queries.vectors_with(connection, fingerprint, dimensions, list(texts.values()))
        rows = dict(zip(numbers.tolist(), vectors, strict=True))
        return {
            digest: rows[number]
            for digest, number in texts.items()
            if number in rows and np.isfinite(rows[number]).all()
        }
    return {}
