"""Shows what was found: hits with the present text, handed on as they are final."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dowse.search.hit_verifier import Located
from dowse.search.query import Hit, PartialResults

if TYPE_CHECKING:
    from dowse.search.ranking import RankedChunk

PARTIAL_RESULTS = 5
"""Hits sent at a time to a caller that takes partial results."""


def show(verified: Iterable[tuple[RankedChunk, Located]], partial: PartialResults | None = None) -> tuple[Hit, ...]:
    """Return the hits, in order. ``partial`` receives them five at a time, as soon as they are verified."""
    hits: list[Hit] = []
    sent = 0
    for entry, located in verified:
        hits.append(as_hit(entry, located))
        if partial is not None and len(hits) - sent == PARTIAL_RESULTS:
            partial(tuple(hits[sent:]))
            sent = len(hits)
    if partial is not None and len(hits) > sent:
        partial(tuple(hits[sent:]))
    return tuple(hits)


def as_hit(entry: RankedChunk, located: Located) -> Hit:
    """Return a ranked chunk as a hit at its present place."""
    ref, chunk = entry.ref, entry.ref.chunk
    return Hit(
        document=ref.document,
        folder=ref.folder,
        path=ref.path,
        span=located.span,
        selection=located.selection,
        name=chunk.name,
        container=chunk.container,
        kind=chunk.kind,
        language=chunk.language,
        space=chunk.space,
        score=min(1.0, entry.score),
        text=located.text,
        reasons=entry.reasons,
    )
