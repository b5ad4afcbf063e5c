"""Path filters of a search, by the rules of ``.gitignore`` and by whether a file holds tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from dowse.search.roles import holds_tests
from dowse.workspace.patterns import DIRECTORY, Patterns, parse

if TYPE_CHECKING:
    from dowse.search.query import Filter


@lru_cache(maxsize=32)  # the index remembers what a filter lets through, by the filter's identity
def path_filter(wanted: Filter) -> Callable[[str], bool] | None:
    """Return what decides on a relative path, or None where ``wanted`` leaves every path in.

    Raises ``ValueError`` for a pattern that is none.
    """
    if not wanted.include and not wanted.exclude and wanted.tests == "in":
        return None
    include, exclude = _Globs(wanted.include), _Globs(wanted.exclude)

    def accepts(path: str) -> bool:
        if wanted.tests != "in" and holds_tests(path) != (wanted.tests == "only"):
            return False
        return (not wanted.include or include.match(path)) and not exclude.match(path)

    return accepts


class _Globs:
    """Patterns that choose files. What they say of a file itself counts, else what they say of the innermost folder.

    Unlike git, which does not look into a folder that is ignored, ``src/`` and ``!src/made.py`` leave that file out.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        lines = []
        for pattern in patterns:
            line = parse(pattern.encode("utf-8", "surrogateescape"))
            if line is not None:
                lines.append(line)
            elif pattern.strip() and not pattern.startswith("#"):
                raise ValueError(f"{pattern!r} is not a pattern as in .gitignore")
        self._patterns = Patterns(lines)
        self._folders = {b"": False}
        """Whether files of a folder that no pattern speaks of are taken in."""

    def match(self, path: str) -> bool:
        """Whether a relative path is taken in."""
        file = path.encode("utf-8", "surrogateescape")
        folder, _, name = file.rpartition(b"/")
        decision = self._patterns.decide(file, name)
        return self._match_folder(folder) if decision is None else decision

    def _match_folder(self, folder: bytes) -> bool:
        unspoken: list[bytes] = []
        while folder not in self._folders:
            above, _, name = folder.rpartition(b"/")
            decision = self._patterns.decide(folder + DIRECTORY, name + DIRECTORY)
            if decision is None:
                unspoken.append(folder)
                folder = above
            else:
                self._folders[folder] = decision
        found = self._folders[folder]
        self._folders.update(dict.fromkeys(unspoken, found))
        return found


def exactly(path: str) -> str:
    """Return the pattern that only ``path`` matches."""
    return "/" + re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)
