"""Questions of a space to the catalogue, with what is asked about bound to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

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
) -> Callable[[sqlite3.Connection], list[tuple[int, bytes]]]:
    """Ask for (text, float16 vector) of those of the texts that have one."""

    def question(connection: sqlite3.Connection) -> list[tuple[int, bytes]]:
        model = reading.model_id(connection, fingerprint)
        rows = [] if model is None else reading.vectors_of(connection, model, texts)
        if any(len(vector) != 2 * dimensions for _, vector in rows):
            raise ValueError("a vector has the wrong length")
        return rows

    return question
