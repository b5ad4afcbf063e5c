"""A rest that the user asked for: nothing is read or embedded until it ends, and nothing is forgotten."""

from __future__ import annotations

from threading import Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dowse.upkeep.folder import OpenFolder


class Pause:
    """Says whether indexing rests, stops what is under way, and keeps what has to be done afterwards."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._undone: dict[OpenFolder, bool] = {}
        self.halt = Event()
        """Set while indexing rests. A new one after each rest: what was stopped by the old one stays stopped."""

    @property
    def on(self) -> bool:
        """Whether indexing rests."""
        return self.halt.is_set()

    @property
    def owes(self) -> bool:
        """Whether a folder waits to be compared with the disk."""
        with self._lock:
            return bool(self._undone)

    def put_off(self, folder: OpenFolder, *, afresh: bool) -> None:
        """Note that a folder has to be compared with the disk after the rest, ``afresh`` if any asked for that."""
        with self._lock:
            self._undone[folder] = afresh or self._undone.get(folder, False)

    def end(self) -> dict[OpenFolder, bool]:
        """End the rest; return the folders that were put off, and whether afresh."""
        with self._lock:
            undone, self._undone = self._undone, {}
            self.halt = Event()
        return undone
