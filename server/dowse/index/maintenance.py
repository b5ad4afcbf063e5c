"""Work in the background that makes an index fast and small; it is cut into slices and may end at any of them.

Queries are right without it: a vector is found before a graph holds it, a file is read before it is compact.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from dowse.index.builder import IndexBuilder
from dowse.index.location import all_below
from dowse.index.queries import Roles, marks
from dowse.index.space_builder import SpaceBuilder
from dowse.index.tuning import IndexTuning
from dowse.index.vectors import VectorBuilder
from dowse.system import SYSTEM

log = logging.getLogger(__name__)

_SWEPT_AT_ONCE = 5_000
_PAGES_AT_ONCE = 2_000
_TOMBSTONES_AT_ONCE = 200


class Maintenance:
    """The background work of one folder's index, for the process that writes it."""

    def __init__(self, tuning: IndexTuning) -> None:
        self._tuning = tuning
        self._swept_to: int | None = None
        self._cannot_save = False

    def slice(self, builder: IndexBuilder, oldest_generation: int, stopped: Callable[[], bool]) -> bool:
        """Work for about ``slice_seconds``, or until ``stopped``; returns whether there is more.

        No snapshot of this process is older than ``oldest_generation``.
        """
        deadline = time.monotonic() + self._tuning.slice_seconds
        # Each does a little and returns whether it has more to do; what queries gain most from comes first.
        tasks: list[Callable[[], bool]] = [
            partial(self._settle, builder),
            partial(self._save, builder),
            partial(self._save_columns, builder),
            partial(_tidy, builder),
            partial(_delete_tombstones, builder, oldest_generation),
            partial(self._sweep, builder),
            partial(builder.database.shrink, _PAGES_AT_ONCE),
        ]
        for task in tasks:
            while not stopped() and task():
                if time.monotonic() > deadline:
                    return True
        return False

    def _settle(self, builder: IndexBuilder) -> bool:
        for space, index in _vector_builders(builder):
            if index.settle(space.fetch_with(index), scanning=not builder.complete):
                if index.has_full_unsaved():
                    self._save(builder)
                return True
        return False

    def _save(self, builder: IndexBuilder) -> bool:
        return self._saved(
            builder, lambda: any(index.save(builder.generation) for _, index in _vector_builders(builder))
        )

    def _save_columns(self, builder: IndexBuilder) -> bool:
        behind = builder.generation - builder.columns_saved
        if behind >= self._tuning.save_columns_after and builder.complete:
            self._saved(builder, builder.save_columns)
        return False

    def _saved(self, builder: IndexBuilder, save: Callable[[], bool | None]) -> bool:
        """Return what ``save`` does; False once something could not be saved."""
        if self._cannot_save:
            return False
        try:
            return bool(save())
        except (OSError, RuntimeError) as error:
            # It is all in memory and can be made again; the disk being full shows where it matters.
            log.warning("what makes the index of %s fast cannot be saved: %s", builder.root, error)
            self._cannot_save = True
            return False

    def _sweep(self, builder: IndexBuilder) -> bool:
        """Once a day, note which texts are in use and drop the vectors of those that have long not been."""
        change = builder.database.change
        if self._swept_to is None:
            if time.time() - change(_swept_at) < self._tuning.sweep_every:
                return False
            self._swept_to = 0
        last = change(partial(self._sweep_texts, spaces=list(builder.spaces.values()), start=self._swept_to))
        if last is not None:
            self._swept_to = last
            return True
        roles = [space.roles for space in builder.spaces.values()]
        if change(partial(_sweep_models, roles=roles, kept_seconds=self._tuning.unused_vectors_seconds)):
            return True
        known = min(space.lexical.stamp.generation for space in builder.spaces.values() if space.lexical is not None)
        change(partial(_finish_sweep, known=known))
        self._swept_to = None
        return False

    def _sweep_texts(self, connection: sqlite3.Connection, spaces: Sequence[SpaceBuilder], start: int) -> int | None:
        """Sweep some texts after ``start``; returns the last of them, None when there was none."""
        rows = connection.execute(
            "SELECT id, unused_since FROM texts WHERE id > ? ORDER BY id LIMIT ?", (start, _SWEPT_AT_ONCE)
        ).fetchall()
        if not rows:
            return None
        now = int(time.time())
        numbers = np.array([number for number, _ in rows], np.int64)
        used = np.logical_or.reduce([space.uses(numbers) for space in spaces]).tolist()
        changed: list[tuple[int | None, int]] = []
        expired: list[tuple[int]] = []
        for (number, since), is_used in zip(rows, used, strict=True):
            if is_used and since is not None:
                changed.append((None, number))
            elif not is_used and since is None:
                changed.append((now, number))
            elif not is_used and since < now - self._tuning.unused_vectors_seconds:
                expired.append((number,))
        connection.executemany("UPDATE texts SET unused_since = ? WHERE id = ?", changed)
        models = [row[0] for row in connection.execute("SELECT id FROM models")]
        for model in models:
            connection.executemany(
                "DELETE FROM vectors WHERE model = ? AND text = ?", [(model, number) for (number,) in expired]
            )
        connection.executemany("DELETE FROM texts WHERE id = ?", expired)
        return int(rows[-1][0])


def _vector_builders(builder: IndexBuilder) -> Iterator[tuple[SpaceBuilder, VectorBuilder]]:
    for space in builder.spaces.values():
        for index in space.vector_builders():
            yield space, index


def _tidy(builder: IndexBuilder) -> bool:
    """Remove the graphs of models that are gone, and close files that tantivy made to other users."""
    vectors = builder.directory / "vectors"
    wanted = {index.directory.name for _, index in _vector_builders(builder)}
    for directory in vectors.iterdir() if vectors.is_dir() else ():
        if directory.name not in wanted:
            shutil.rmtree(directory, ignore_errors=True)
    for path in all_below(builder.directory):
        with contextlib.suppress(OSError):  # it is gone by now
            SYSTEM.make_private(path)
    return False


def _delete_tombstones(builder: IndexBuilder, oldest_generation: int) -> bool:
    if not builder.database.query(_has_tombstones):
        return False
    delete = partial(builder.delete_tombstones, count=_TOMBSTONES_AT_ONCE, unused_since=oldest_generation)
    return builder.database.change(delete) == _TOMBSTONES_AT_ONCE


def _has_tombstones(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM files WHERE removed IS NOT NULL LIMIT 1").fetchone() is not None


def _swept_at(connection: sqlite3.Connection) -> float:
    row = connection.execute("SELECT value FROM facts WHERE name = 'swept_at'").fetchone()
    if row is None:  # a new database has nothing to sweep
        connection.execute("INSERT INTO facts VALUES ('swept_at', ?)", (time.time(),))
        return time.time()
    return float(row[0])


def _sweep_models(connection: sqlite3.Connection, roles: Sequence[Roles], kept_seconds: float) -> bool:
    """Note which models are in use and drop some vectors of one that has long not been; returns whether it did."""
    now = int(time.time())
    used = [model.id for each in roles for model in each.all]
    connection.execute(
        f"UPDATE models SET unused_since = ? WHERE unused_since IS NULL AND id NOT IN ({marks(used)})", (now, *used)
    )
    connection.execute(f"UPDATE models SET unused_since = NULL WHERE id IN ({marks(used)})", used)
    row = connection.execute("SELECT id FROM models WHERE unused_since < ?", (now - kept_seconds,)).fetchone()
    if row is None:
        return False
    dropped = connection.execute(
        "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE model = ? LIMIT ?)", (row[0], _SWEPT_AT_ONCE)
    ).rowcount
    if not dropped:
        connection.execute("DELETE FROM models WHERE id = ?", (row[0],))
    return True


def _finish_sweep(connection: sqlite3.Connection, known: int) -> None:
    """Forget what was removed before ``known``, where every cache of this process is at least."""
    connection.execute("DELETE FROM removed_files WHERE generation <= ?", (known,))
    connection.execute("UPDATE facts SET value = max(value, ?) WHERE name = 'forgotten'", (known,))
    connection.execute("UPDATE facts SET value = ? WHERE name = 'swept_at'", (time.time(),))
