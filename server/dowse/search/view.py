"""What a search looks at: the folders' indexes, the open documents and the means to embed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.search.query import Cancelled
from dowse.search.ranking_model import RankingModel, learned_model
from dowse.search.tuning import Tuning
from dowse.workspace.paths import path_within

if TYPE_CHECKING:
    from dowse.embedding.model import QueryType, Vectors
    from dowse.index.overlay import Overlay
    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.hit_verifier import HitVerifier

_POLL = 0.02


@dataclass(frozen=True, slots=True)
class SearchView:
    """The workspace as one search sees it."""

    folders: tuple[IndexSnapshot, ...]
    overlay: Overlay
    verifier: HitVerifier
    embed_query: Callable[[str, str, QueryType], Future[Vectors]]
    """(model's spec, text, query type) → the query's vector."""
    embed_texts: Callable[[str, Sequence[str]], Future[Vectors]]
    """(model's spec, documents) → their vectors, ahead of background work."""
    models: Callable[[SpaceName], Mapping[str, str]]
    """A space → the models whose vectors answer in it now, fingerprint → spec."""
    ranking: RankingModel = field(default_factory=learned_model)
    tuning: Tuning = field(default_factory=Tuning)

    def owner(self, document: str) -> tuple[IndexSnapshot | None, str]:
        """Return the innermost folder that holds ``document``, and the path in it; else None and the document."""
        owners = [(each, path) for each in self.folders if (path := path_within(str(each.root), document))]
        return max(owners, key=lambda owner: len(str(owner[0].root)), default=(None, document))


def raise_if_cancelled(cancel: Event | None) -> None:
    """Raise ``Cancelled`` when the caller no longer wants the answer."""
    if cancel is not None and cancel.is_set():
        raise Cancelled


def await_vectors(vectors: Future[Vectors], patience: float | None, cancel: Event | None) -> Vectors | None:
    """Wait for vectors, giving way to ``cancel``. Raises ``ModelError``.

    None when ``patience`` seconds pass first, and when the settings change meanwhile and with them the model.
    """
    deadline = None if patience is None else time.monotonic() + patience
    while True:
        raise_if_cancelled(cancel)
        try:
            return vectors.result(timeout=_POLL)
        except CancelledError:
            return None
        except NotYet:
            if deadline is not None and time.monotonic() > deadline:
                return None
