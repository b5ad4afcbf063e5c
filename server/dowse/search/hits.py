"""Shows what was found: hits with the present text, handed on as they are final."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dowse.search.presence import Placed
from dowse.search.query import Hit, PartialResults

if TYPE_CHECKING:
    from dowse.search.ranking import Ranked

PARTIAL_RESULTS = 5
"""Hits sent at a time to a caller that takes partial results."""


def show(verified: Iterable[tuple[Ranked, Placed]], partial: PartialResults | None = None) -> tuple[Hit, ...]:
    """Return the hits, in order; ``partial`` is given them as soon as a few are there."""
    hits: list[Hit] = []
    sent = 0
    for entry, placed in verified:
        hits.append(as_hit(entry, placed))
        if partial is not None and len(hits) - sent == PARTIAL_RESULTS:
            partial(tuple(hits[sent:]))
            sent = len(hits)
    if partial is not None and len(hits) > sent:
        partial(tuple(hits[sent:]))
    return tuple(hits)


def as_hit(entry: Ranked, placed: Placed) -> Hit:
    """Return a ranked piece where it stands now."""
    piece, chunk = entry.piece, entry.piece.chunk
    return Hit(
        document=piece.document,
        folder=piece.folder,
        path=piece.path,
        span=placed.span,
        selection=placed.selection,
        name=chunk.name,
        container=chunk.container,
        kind=chunk.kind,
        language=chunk.language,
        space=chunk.space,
        score=min(1.0, entry.score),
        text=placed.text,
        reasons=entry.reasons,
    )
