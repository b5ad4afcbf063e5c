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
from threading import Lock

import numpy as np

from dowse.index import database
from dowse.index.live import LiveIndex
from dowse.index.location import all_below
from dowse.index.reading import Roles, marks
from dowse.index.space import Space
from dowse.system import SYSTEM

log = logging.getLogger(__name__)

SLICE_SECONDS = 0.1

KEPT_SECONDS = 30 * 24 * 3600
"""Vectors of texts that no file has had for so long are dropped; until then a branch comes back for free."""

SWEEP_EVERY = 24 * 3600

SAVE_CHUNKS_AFTER = 50
"""Changes after which the file of chunks is written anew; so many are read from the database in some milliseconds."""

_SWEPT_AT_ONCE = 5_000
_PAGES_AT_ONCE = 2_000


class Maintenance:
    """The background work of one folder's index; in a process that only reads there is none."""

    def __init__(self, live: LiveIndex) -> None:
        self._live = live
        self._working = Lock()
        self._stopping = False
        self._swept_to: int | None = None
        self._cannot_save = False

    def slice(self) -> bool:
        """Work for about ``SLICE_SECONDS``; returns whether there is more."""
        if not self._live.writable or not self._working.acquire(blocking=False):
            return False
        try:
            deadline = time.monotonic() + SLICE_SECONDS
            for task in self._tasks():
                while not self._stopping and task():
                    if time.monotonic() > deadline:
                        return True
            return False
        finally:
            self._working.release()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Wait for the slice under way, which ends soon, and let no other begin."""
        self._stopping = True
        with self._working:
            yield

    def _tasks(self) -> list[Callable[[], bool]]:
        """Each does a little and returns whether it has more to do; what queries gain most from comes first."""
        return [self._mend_words, self._settle, self._save, self._save_chunks, self._tidy, self._sweep, self._shrink]

    def _filled(self) -> bool:
        return self._live.ask(database.filled, False)

    def _spaces(self) -> list[Space]:
        return list(self._live.spaces.values())

    def _mend_words(self) -> bool:
        for space in self._spaces():
            if space.lexical.damaged:
                self._live.remake_words(space)
        return False

    def _settle(self) -> bool:
        filling = not self._filled()
        for space in self._spaces():
            for index in space.vector_indexes():
                if index.settle(space.fetch_with(index), filling=filling):
                    if index.has_full_unsaved():
                        self._save()
                    return True
        return False

    def _save(self) -> bool:
        return self._saved(
            lambda: any(
                index.save(self._live.generation) for space in self._spaces() for index in space.vector_indexes()
            )
        )

    def _save_chunks(self) -> bool:
        behind = self._live.generation - self._live.chunks_saved
        if behind >= SAVE_CHUNKS_AFTER and self._filled():
            self._saved(self._live.save_chunks)
        return False

    def _saved(self, save: Callable[[], bool | None]) -> bool:
        """Return what ``save`` does; False once something could not be saved."""
        if self._cannot_save:
            return False
        try:
            return bool(save())
        except (OSError, RuntimeError) as error:
            # It is all in memory and can be made again; the disk being full shows where it matters.
            log.warning("what makes the index of %s fast cannot be saved: %s", self._live.root, error)
            self._cannot_save = True
            return False

    def _tidy(self) -> bool:
        """Remove the graphs of models that are gone, and close files that tantivy made to other users."""
        vectors = self._live.directory / "vectors"
        wanted = {index.directory.name for space in self._spaces() for index in space.vector_indexes()}
        for directory in vectors.iterdir() if vectors.is_dir() else ():
            if directory.name not in wanted:
                shutil.rmtree(directory, ignore_errors=True)
        for path in all_below(self._live.directory):
            with contextlib.suppress(OSError):  # it is gone by now
                SYSTEM.make_private(path)
        return False

    def _sweep(self) -> bool:
        """Once a day, note which texts are in use and drop the vectors of those that have long not been."""
        with self._live.lock:
            if self._swept_to is None:
                if time.time() - self._live.change(_swept_at) < SWEEP_EVERY:
                    return False
                self._swept_to = 0
            start = self._swept_to
            last = self._live.change(lambda connection: self._sweep_texts(connection, start))
            if last is not None:
                self._swept_to = last
                return True
            roles = {space.name: space.roles for space in self._spaces()}
            if self._live.change(lambda connection: _sweep_models(connection, list(roles.values()))):
                return True
            known = min(space.lexical.stamp.generation for space in self._spaces())
            self._live.change(lambda connection: _finish_sweep(connection, known))
            self._swept_to = None
            return False

    def _sweep_texts(self, connection: sqlite3.Connection, start: int) -> int | None:
        """Sweep some texts after ``start``; returns the last of them, None when there was none."""
        rows = connection.execute(
            "SELECT id, unused_since FROM texts WHERE id > ? ORDER BY id LIMIT ?", (start, _SWEPT_AT_ONCE)
        ).fetchall()
        if not rows:
            return None
        now = int(time.time())
        numbers = np.array([number for number, _ in rows], np.int64)
        used = np.logical_or.reduce([space.uses(numbers) for space in self._spaces()]).tolist()
        changed: list[tuple[int | None, int]] = []
        expired: list[tuple[int]] = []
        for (number, since), is_used in zip(rows, used, strict=True):
            if is_used and since is not None:
                changed.append((None, number))
            elif not is_used and since is None:
                changed.append((now, number))
            elif not is_used and since < now - KEPT_SECONDS:
                expired.append((number,))
        connection.executemany("UPDATE texts SET unused_since = ? WHERE id = ?", changed)
        models = [row[0] for row in connection.execute("SELECT id FROM models")]
        for model in models:
            connection.executemany(
                "DELETE FROM vectors WHERE model = ? AND text = ?", [(model, number) for (number,) in expired]
            )
        connection.executemany("DELETE FROM texts WHERE id = ?", expired)
        return int(rows[-1][0])

    def _shrink(self) -> bool:
        return self._live.catalogue.database.shrink(_PAGES_AT_ONCE)


def _swept_at(connection: sqlite3.Connection) -> float:
    row = connection.execute("SELECT value FROM facts WHERE name = 'swept_at'").fetchone()
    if row is None:  # a new database has nothing to sweep
        connection.execute("INSERT INTO facts VALUES ('swept_at', ?)", (time.time(),))
        return time.time()
    return float(row[0])


def _sweep_models(connection: sqlite3.Connection, roles: Sequence[Roles]) -> bool:
    """Note which models are in use and drop some vectors of one that has long not been; returns whether it did."""
    now = int(time.time())
    used = [model.id for each in roles for model in each.all]
    connection.execute(
        f"UPDATE models SET unused_since = ? WHERE unused_since IS NULL AND id NOT IN ({marks(used)})", (now, *used)
    )
    connection.execute(f"UPDATE models SET unused_since = NULL WHERE id IN ({marks(used)})", used)
    row = connection.execute("SELECT id FROM models WHERE unused_since < ?", (now - KEPT_SECONDS,)).fetchone()
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
