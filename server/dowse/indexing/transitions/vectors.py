"""Texts wait to be embedded, and their vectors to be stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.index.records import MissingVector
from dowse.indexing.operations import StoreVectors
from dowse.indexing.state import FolderState, IndexerState


def queue_texts(
    state: IndexerState, folder: FolderState, missing: Sequence[MissingVector], *, for_vectors: bool
) -> None:
    """Have texts embedded, but for those that were embedded while they were unsaved.

    What a model that is being built lacks is left for the reading of files for vectors, which knows what comes first.
    """
    assert folder.index is not None
    snapshot = folder.index.snapshot
    for space in SpaceName:
        for model, queue in ((snapshot.serving(space), state.serving), (snapshot.building(space), state.building)):
            if model is None:
                continue  # the files are read again when there is one
            fingerprint = model[1].fingerprint
            texts = {each.digest: each for each in missing if (each.space, each.model) == (space, fingerprint)}
            known = state.overlay.vectors_for(space, fingerprint, tuple(texts))
            if known:
                folder.add_operation(StoreVectors(fingerprint, tuple(known), np.stack(list(known.values()))))
            rest = [each for digest, each in texts.items() if digest not in known]
            postponed = queue is state.building and not for_vectors
            if rest and (postponed or not queue.add(folder.root, rest, state.tuning.waiting_characters)):
                folder.seek_unembedded = True


def take_vectors(state: IndexerState, number: int, vectors: np.ndarray | None) -> None:
    """Store the vectors of a batch; where the model gave none, its files are read again when it can be used."""
    for queue in (state.serving, state.building):
        batch = queue.batches.get(number)
        if batch is None:
            continue
        folder = state.folders[batch.root]
        if vectors is None:
            del queue.batches[number]
            folder.seek_unembedded = True
        else:
            batch.storing = True
            digests = tuple(each.digest for each in batch.missing)
            folder.add_operation(StoreVectors(batch.fingerprint, digests, vectors, number))


def seek_unembedded(folders: Iterable[FolderState]) -> None:
    """Have folders searched for files whose texts have no vector."""
    for folder in folders:
        folder.seek_unembedded, folder.last_unembedded, folder.unembedded = True, (), ()
