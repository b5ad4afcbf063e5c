"""Facts that a file's path shows, whatever is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dowse.search.roles import Role, role_of

_NAMED_BY_FOLDER = frozenset({"__init__", "index", "init", "mod"})
_SOURCES = ("lib", "src")


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What the ranking knows of a path, relative to its folder."""

    folder: str
    stem: str
    """See :func:`telling_stem`."""
    depth: int
    """Folders around it."""
    role: Role


@lru_cache(maxsize=1 << 14)
def path_facts(path: str) -> PathFacts:
    """Read a path."""
    return PathFacts(path.rpartition("/")[0], descriptive_stem(path), path.count("/"), role_of(path))


def descriptive_stem(path: str) -> str:
    """Return a file's name without its endings; its folder's where it has the name that every folder's file has."""
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    above = folder.rpartition("/")[2]
    return above if stem.lower() in _NAMED_BY_FOLDER and above not in ("", *_SOURCES) else stem
