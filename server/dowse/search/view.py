"""What a search looks at: the folders' indexes, the open documents and the means to embed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.search.query import Cancelled
from dowse.search.ranking_model import RankingModel, learned_model
from dowse.search.tuning import Tuning

if TYPE_CHECKING:
    from dowse.embedding.model import QueryType, Vectors
    from dowse.index.folder import FolderIndex
    from dowse.index.overlay import Overlay
    from dowse.search.verification import HitVerifier

_POLL = 0.02


@dataclass(frozen=True, slots=True)
class SearchView:
    """The workspace as one search sees it."""

    folders: tuple[FolderIndex, ...]
    overlay: Overlay
    verifier: HitVerifier
    embed_query: Callable[[str, str, QueryType], Future[Vectors]]
    """(model's spec, text, query type) → the query's vector."""
    embed_texts: Callable[[str, Sequence[str]], Future[Vectors]]
    """(model's spec, documents) → their vectors, ahead of background work."""
    models: Callable[[SpaceName], dict[str, str]]
    """A space → the models whose vectors answer in it now, fingerprint → spec."""
    ranking: RankingModel = field(default_factory=learned_model)
    tuning: Tuning = field(default_factory=Tuning)

    def owner(self, document: str) -> tuple[FolderIndex | None, str]:
        """Return the innermost folder that holds ``document``, and the path in it; else None and the document."""
        owners = [folder for folder in self.folders if document.startswith(_inside(folder))]
        if not owners:
            return None, document
        folder = max(owners, key=lambda each: len(str(each.root)))
        return folder, document[len(_inside(folder)) :].replace(os.sep, "/")


def _inside(folder: FolderIndex) -> str:
    """Return what the paths of a folder's documents begin with; the root of a file system ends in a separator."""
    return os.path.join(folder.root, "")  # noqa: PTH118 - a ``Path`` drops the separator


def absolute_path(root: str | os.PathLike[str], path: str) -> str:
    """Return the absolute path of a folder's file, the form under which documents are known."""
    return f"{os.fspath(root).rstrip(os.sep)}{os.sep}{path.replace('/', os.sep)}"


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
