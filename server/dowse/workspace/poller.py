"""Finding changes by looking again and again, where the system does not tell of them."""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Event, Thread

from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp

SHORTEST = 2.0
"""Seconds between two looks, at least."""

_COST = 20
"""A look that takes t seconds is followed by a rest of at least this many times t: 5 % of one processor."""


class Poller:
    """Scans a folder again and again on a thread of its own and reports paths, relative to the root, that differ.

    ``on_start`` is called when the first look is done, and again when the root was gone and is back: only changes from
    then on are reported. A root that is gone is itself reported as changed, as the empty path.
    """

    def __init__(
        self,
        root: Path,
        rules: IgnoreRules,
        nested: Collection[Path],
        on_change: Callable[[set[str]], None],
        on_start: Callable[[], None],
        shortest: float = SHORTEST,
    ) -> None:
        self._root = root
        self._rules = rules
        self._nested = nested
        self._on_change = on_change
        self._on_start = on_start
        self._shortest = shortest
        self._stop = Event()
        self._thread = Thread(target=self._run, name="dowse-polling", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the file that is being looked at."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        known: dict[str, FileStamp] | None = None
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                seen = self._look(known or {})
            except OSError:
                if known is not None:
                    self._on_change({""})
                known = None
            else:
                if self._stop.is_set():
                    return
                if known is None:
                    self._on_start()
                elif changed := {path for path, _ in known.items() ^ seen.items()}:
                    self._on_change(changed)
                known = seen
            self._stop.wait(max(self._shortest, _COST * (time.monotonic() - began)))

    def _look(self, known: dict[str, FileStamp]) -> dict[str, FileStamp]:
        unreadable: list[str] = []
        seen: dict[str, FileStamp] = {}
        found = scan(
            self._root,
            self._rules,
            nested=self._nested,
            on_unreadable=lambda path, error: unreadable.append(f"{path}/"),
        )
        for path, stamp in found:
            seen[path] = stamp
            if self._stop.is_set():
                break
        if unreadable:  # what cannot be seen is not known to have changed
            inside = tuple(unreadable)
            seen.update((path, stamp) for path, stamp in known.items() if path.startswith(inside))
        return seen
