"""Files that are reported to have changed, by a watcher or by the editor, until they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

QUIET = 0.1
"""Seconds without a change after which reported files are read: a save is a few events within milliseconds, a checkout
a stream of them, and whoever has saved a file looks for it at once."""
LONGEST = 2.0
"""Seconds after which they are read even while more are reported."""
LIMIT = 5_000
"""Paths above which the directories that they lie in are kept in their place."""


@dataclass(slots=True)
class ReportedPaths:
    """Paths relative to a folder, with ``/`` between their parts; the empty path is the folder itself.

    A path stands for a file that was made, changed or deleted, or for a directory with all that lies or lay in it. A
    burst of more than :data:`LIMIT` paths, as of a branch switch, becomes their directories, without losing one.
    """

    paths: set[str] = field(default_factory=set)
    distrusted: set[str] = field(default_factory=set)
    """Those of them to be read even where their stamps say that nothing has changed."""
    due: float | None = None
    """When they are to be read; None where there are none."""
    _first: float = 0.0

    def add(self, paths: Iterable[str], now: float, *, at_once: bool, distrusted: bool = False) -> None:
        """Add paths that are reported at the time ``now``, in seconds, to be read ``at_once`` or when it is quiet."""
        added = set(paths)
        if not added:
            return
        if self.due is None:
            self._first = now
        if at_once:
            self.due = now
        elif self.due is None or self.due > now:
            self.due = min(now + QUIET, self._first + LONGEST)
        self.paths |= added
        if distrusted:
            self.distrusted |= added
        if len(self.paths) > LIMIT:
            self.paths = fold_paths(self.paths, LIMIT // 2)

    def take(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return all paths, and those of them that are distrusted; they are forgotten here."""
        taken = frozenset(self.paths), frozenset(self.distrusted)
        self.paths, self.distrusted, self.due = set(), set(), None
        return taken


def fold_paths(paths: set[str], limit: int) -> set[str]:
    """Replace the deepest paths by their directories until at most ``limit`` are left."""
    levels: dict[int, set[str]] = {}
    for path in paths:
        levels.setdefault(path.count("/") + 1 if path else 0, set()).add(path)
    count = len(paths)
    while count > limit and (deepest := max(levels)) > 0:
        above = levels.setdefault(deepest - 1, set())
        count -= len(above) + len(levels[deepest])
        above.update(path.rpartition("/")[0] for path in levels.pop(deepest))
        count += len(above)
    return set().union(*levels.values())
