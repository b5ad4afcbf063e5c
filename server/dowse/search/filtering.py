"""Path filters of a search, by the rules of ``.gitignore``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from dowse.search.query import Filter


@lru_cache(maxsize=32)  # the index remembers what a filter lets through, by the filter's identity
def path_filter(wanted: Filter) -> Callable[[str], bool] | None:
    """Return what decides on a relative path, or None where ``wanted`` leaves every path in.

    Raises ``ValueError`` for a pattern that is none.
    """
    if not wanted.include and not wanted.exclude:
        return None
    include, exclude = _compiled(wanted.include), _compiled(wanted.exclude)

    def accepts(path: str) -> bool:
        if wanted.include and not include.match_file(path):
            return False
        return not exclude.match_file(path)

    return accepts


def _compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    for pattern in patterns:
        try:
            GitIgnoreSpec.from_lines([pattern])
        except ValueError as error:
            raise ValueError(f"{pattern!r} is not a pattern as in .gitignore") from error
    return GitIgnoreSpec.from_lines(patterns)


def exactly(path: str) -> str:
    """Return the pattern that only ``path`` matches."""
    return "/" + re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)
