"""Verifies what was ranked against the present text, so that a hit is true when it is shown (invariant 6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Event
from typing import TYPE_CHECKING

from dowse.search.view import raise_if_cancelled

if TYPE_CHECKING:
    from dowse.search.hit_verifier import HitVerifier, Located
    from dowse.search.ranking import RankedChunk


def verify(
    verifier: HitVerifier, ranked: Iterable[RankedChunk], limit: int, cancel: Event | None
) -> Iterator[tuple[RankedChunk, Located]]:
    """Yield the first ``limit`` chunks that are still in their documents, and where. Raises ``Cancelled``."""
    taken: set[tuple[str, int]] = set()
    for entry in ranked:
        raise_if_cancelled(cancel)
        located = verifier.locate(entry.ref)
        if located is None or (place := (entry.ref.document, located.span.start_line)) in taken:
            continue
        taken.add(place)
        yield entry, located
        if len(taken) == limit:
            return
