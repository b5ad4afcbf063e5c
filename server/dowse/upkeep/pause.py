"""A rest from indexing, for one reason or two: nothing is read or embedded until it ends, and nothing is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Lock
from typing import TYPE_CHECKING

from dowse.status import PauseReason

if TYPE_CHECKING:
    from dowse.upkeep.folder import OpenFolder

Undone = dict["OpenFolder", bool]
"""Folders to compare with the disk, and whether afresh."""


class Pause:
    """Says whether indexing rests, and why; stops what is under way, and keeps what has to be done afterwards.

    What the user says by hand overrides the battery until the machine has been plugged in.
    """

    def __init__(
        self, on_battery: Callable[[], bool], on_begin: Callable[[PauseReason], None], on_end: Callable[[Undone], None]
    ) -> None:
        """``on_battery`` says how the machine is run now; the others are called after each begin and each end."""
        self.halt = Event()
        """Set while indexing rests. A new one after each rest: what was stopped by the old one stays stopped."""
        self._on_battery = on_battery
        self._on_begin = on_begin
        self._on_end = on_end
        self._lock = Lock()
        self._reasons: set[PauseReason] = set()
        self._overridden = False
        self._undone: Undone = {}

    @property
    def reason(self) -> PauseReason | None:
        """Why indexing rests, what the user said first; None while it does not."""
        with self._lock:
            return min(self._reasons, key=list(PauseReason).index, default=None)

    @property
    def owes(self) -> bool:
        """Whether a folder waits to be compared with the disk."""
        with self._lock:
            return bool(self._undone)

    def put_off(self, folder: OpenFolder, *, afresh: bool) -> None:
        """Note that a folder has to be compared with the disk after the rest, ``afresh`` if any asked for that."""
        with self._lock:
            if self.halt.is_set():
                self._undone[folder] = afresh or self._undone.get(folder, False)
                return
        self._on_end({folder: afresh})  # the rest has ended before what it stopped had stopped

    def begin(self) -> None:
        """Rest, as the user says."""
        self._begin(PauseReason.USER)

    def end(self) -> None:
        """Go on, as the user says, whatever the reason for the rest."""
        self._overridden = True
        self._end(PauseReason)

    def follow_battery(self, *, wanted: bool) -> None:
        """Begin or end the rest that is due to the battery, if that is ``wanted``."""
        on_battery = wanted and self._on_battery()
        if not on_battery:
            self._overridden = False
        if on_battery and not self._overridden:
            self._begin(PauseReason.BATTERY)
        else:
            self._end([PauseReason.BATTERY])

    def _begin(self, reason: PauseReason) -> None:
        with self._lock:
            if reason in self._reasons:
                return
            self._reasons.add(reason)
            self.halt.set()
        self._on_begin(reason)

    def _end(self, reasons: Iterable[PauseReason]) -> None:
        with self._lock:
            if not self._reasons.intersection(reasons):
                return
            self._reasons.difference_update(reasons)
            if self._reasons:
                return
            undone, self._undone = self._undone, {}
            self.halt = Event()
        self._on_end(undone)
