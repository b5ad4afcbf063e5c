"""Questions of a space to the catalogue, with what is asked about bound to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import SpaceName
from dowse.index import reading

MANY_BEGINNINGS = 500
"""Names with one beginning that are looked at."""


def named(space: SpaceName, name: str) -> Callable[[sqlite3.Connection], list[tuple[int, str, str | None, int]]]:
    """Ask for (id, name, container, part) of the chunks of a name."""
    return lambda connection: reading.chunks_named(connection, space, name)


def beginning(space: SpaceName, name: str) -> Callable[[sqlite3.Connection], list[tuple[int, str, int]]]:
    """Ask for (id, name, part) of chunks whose names begin so."""
    return lambda connection: reading.chunks_beginning(connection, space, name, MANY_BEGINNINGS)


def vectors(
    fingerprint: str, dimensions: int, texts: Sequence[int]
) -> Callable[[sqlite3.Connection], tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Ask which of the texts have a vector, and for these, float32 ``[len(found), dimensions]``."""

    def question(connection: sqlite3.Connection) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        model = reading.model_id(connection, fingerprint)
        rows = [] if model is None else reading.vectors_of(connection, model, texts)
        if any(len(vector) != 2 * dimensions for _, vector in rows):
            raise ValueError("a vector has the wrong length")
        found = np.array([text for text, _ in rows], np.int64)
        halves = np.frombuffer(b"".join(vector for _, vector in rows), np.float16)
        return found, halves.astype(np.float32).reshape(len(rows), dimensions)

    return question
