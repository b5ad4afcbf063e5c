"""How a name that someone looks for is matched with the names of chunks."""

from __future__ import annotations

import re
from collections.abc import Sequence

EXACT = 1.0
CASE_DIFFERS = 0.8
BEGINS = 0.6

SHORTEST_BEGINNING = 3
"""Letters; shorter beginnings are those of too many names."""

_SEPARATOR = re.compile(r"\.|::|#|->|/")


def lookups(name: str) -> list[tuple[str, str | None]]:
    """Return the (name, container) pairs that ``name`` can mean: the whole, and ``Container.name`` split at its end."""
    name = name.strip()
    found: list[tuple[str, str | None]] = [(name, None)] if name else []
    if last := list(_SEPARATOR.finditer(name))[-1:]:
        container, plain = name[: last[0].start()], name[last[0].end() :]
        if container and plain:
            found.append((plain, container))
    return found


def fit(meanings: Sequence[tuple[str, str | None]], name: str, container: str | None) -> float:
    """Return how well a chunk of this name and container fits one of ``meanings`` (see :func:`lookups`).

    0 where it has another name, whatever the case, or stands in another container than the one that is named.
    """
    return max((_fit(*meaning, name, container) for meaning in meanings), default=0.0)


def begins(beginning: str, name: str) -> float:
    """Return how well a name is told by its beginning, at most ``BEGINS``: the less is missing the better.

    0 where it begins otherwise, whatever the case.
    """
    return BEGINS * min(1.0, len(beginning) / len(name)) if name.casefold().startswith(beginning.casefold()) else 0.0


def same_container(stored: str | None, wanted: str, *, exactly: bool = False) -> bool:
    """Whether ``wanted`` names the innermost of the enclosing names in ``stored``."""
    parts, sought = _parts(stored or ""), _parts(wanted)
    if not exactly:
        parts, sought = [part.casefold() for part in parts], [part.casefold() for part in sought]
    return bool(sought) and parts[-len(sought) :] == sought


def _fit(wanted: str, within: str | None, name: str, container: str | None) -> float:
    if name.casefold() != wanted.casefold() or (within is not None and not same_container(container, within)):
        return 0.0
    exact = name == wanted and (within is None or same_container(container, within, exactly=True))
    return EXACT if exact else CASE_DIFFERS


def _parts(container: str) -> list[str]:
    return [part for each in container.split(" > ") for part in _SEPARATOR.split(each) if part]
