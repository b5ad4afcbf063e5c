"""What a search looks at: the folders' indexes, the open documents and the means to embed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.search.query import Cancelled
from dowse.workspace.paths import absolute_path, path_within

if TYPE_CHECKING:
    from dowse.embedding.model import QueryType, Vectors
    from dowse.index.overlay import Overlay
    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.presence import Presence

_POLL = 0.02


@dataclass(frozen=True, slots=True)
class SearchView:
    """The workspace as one search sees it."""

    folders: tuple[IndexSnapshot, ...]
    overlay: Overlay
    presence: Presence
    embed_query: Callable[[str, str, QueryType], Future[Vectors]]
    """(model's spec, text, query type) → the query's vector."""
    embed_texts: Callable[[str, Sequence[str]], Future[Vectors]]
    """(model's spec, documents) → their vectors, ahead of background work."""
    models: Callable[[SpaceName], Mapping[str, str]]
    """A space → the models whose vectors answer in it now, fingerprint → spec."""

    def owner(self, document: str) -> tuple[IndexSnapshot | None, str]:
        """Return the innermost folder that holds ``document``, and the path in it; else None and the document."""
        owners = [(each, path) for each in self.folders if (path := path_within(str(each.root), document))]
        return max(owners, key=lambda owner: len(str(owner[0].root)), default=(None, document))


def absolute(root: str | os.PathLike[str], path: str) -> str:
    """Return the absolute path of a folder's file, the form under which documents are known."""
    return absolute_path(os.fspath(root), path)


def check(cancel: Event | None) -> None:
    """Raise ``Cancelled`` when the caller no longer wants the answer."""
    if cancel is not None and cancel.is_set():
        raise Cancelled


def awaited(vectors: Future[Vectors], patience: float | None, cancel: Event | None) -> Vectors | None:
    """Wait for vectors, giving way to ``cancel``. Raises ``ModelError``.

    None when ``patience`` seconds pass first, and when the settings change meanwhile and with them the model.
    """
    deadline = None if patience is None else time.monotonic() + patience
    while True:
        check(cancel)
        try:
            return vectors.result(timeout=_POLL)
        except CancelledError:
            return None
        except NotYet:
            if deadline is not None and time.monotonic() > deadline:
                return None
