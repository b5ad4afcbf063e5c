"""Vectors with ids, kept in memory and on disk: what scripts compare with."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from dowse.embedding.model import ModelError

_LIST = "store.json"
_LARGEST_LIST = 1 << 30
"""Bytes. Tens of millions of ids are fewer."""

Vectors = NDArray[np.float32]


class SimilarItem(NamedTuple):
    """An item of a store and how similar it is."""

    id: str
    score: float
    """Cosine of the angle to the vector asked for, -1 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddingStore:
    """Ids and their vectors, all of one model. Immutable: what changes it returns a new one.

    On disk it is a folder: ``store.json`` names the model, the ids and the file of the vectors, a ``.npy`` without
    pickles whose name holds its digest. Only the user can read them, and a store that is saved over another replaces
    it as a whole or not at all.
    """

    model: str
    """The fingerprint of the vectors' model (``dowse.model_info().fingerprint``)."""
    ids: tuple[str, ...]
    vectors: Vectors
    """float32 ``[len(ids), dimensions]``, rows of length 1, read-only."""

    @classmethod
    def empty(cls, model: str, dimensions: int) -> EmbeddingStore:
        """Return a store without items for vectors of ``dimensions`` of the model with this fingerprint."""
        return cls(model, (), _read_only(np.empty((0, dimensions), np.float32)))

    def __len__(self) -> int:
        return len(self.ids)

    def get(self, item: str) -> Vectors | None:
        """Return the item's vector, float32 ``[dimensions]``; None where there is no such item."""
        return self.vectors[self.ids.index(item)] if item in self.ids else None

    def add(self, items: Mapping[str, NDArray[np.floating]], *, model: str | None = None) -> EmbeddingStore:
        """Return a store that also holds ``items``; those it holds already get the new vector.

        ``model`` is the fingerprint of the model that the vectors are of, if it is to be checked. Raises ValueError
        for vectors that cannot be of this store's model.
        """
        self.expect(model or self.model)
        if not items:
            return self
        new = np.stack([np.asarray(vector, np.float32) for vector in items.values()])
        if new.shape[1:] != self.vectors.shape[1:]:
            raise ValueError(f"vectors of shape {new.shape[1:]} do not fit a store of {self.vectors.shape[1:]}")
        kept = self.remove(*items)
        vectors = np.concatenate([kept.vectors, _unit(new)])
        return replace(kept, ids=(*kept.ids, *items), vectors=_read_only(vectors))

    def remove(self, *items: str) -> EmbeddingStore:
        """Return a store without ``items``; those it does not hold are ignored."""
        gone = set(items)
        keep = [row for row, item in enumerate(self.ids) if item not in gone]
        if len(keep) == len(self.ids):
            return self
        return replace(self, ids=tuple(self.ids[row] for row in keep), vectors=_read_only(self.vectors[keep]))

    def expect(self, model: str) -> None:
        """Raise ModelError unless the store's vectors are of the model with this fingerprint."""
        if model != self.model:
            raise ModelError(
                f"these vectors are of another model ({self.model[:8]}… instead of {model[:8]}…) and cannot be "
                "compared; embed the texts again"
            )

    def save(self, folder: Path | str) -> None:
        """Write the store to ``folder``, which is made if need be, in place of the one that is there."""
        folder = Path(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = io.BytesIO()
        np.save(content, self.vectors, allow_pickle=False)
        name = f"vectors-{hashlib.blake2b(content.getbuffer(), digest_size=16).hexdigest()}.npy"
        listed = {"model": self.model, "vectors": name, "ids": self.ids}
        with FileLock(folder / ".lock", mode=0o600):  # else two who save at once delete each other's vectors
            _write(folder / name, content.getvalue())
            _write(folder / _LIST, json.dumps(listed).encode())
            for old in folder.glob("vectors-*.npy"):
                if old.name != name:
                    old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path | str, *, model: str | None = None) -> EmbeddingStore:
        """Read the store in ``folder``.

        With ``model``, a fingerprint, it must be of that model, else ModelError. Raises FileNotFoundError where there
        is none and ValueError for one that is damaged.
        """
        folder = Path(folder)
        try:
            store = cls._read(folder)
        except FileNotFoundError:
            store = cls._read(folder)  # replaced between the reading of its two files, or really not there
        if model is not None:
            store.expect(model)
        return store

    @classmethod
    def _read(cls, folder: Path) -> EmbeddingStore:
        with (folder / _LIST).open("rb") as file:
            text = file.read(_LARGEST_LIST)
        try:
            listed = json.loads(text)
            model, name, ids = str(listed["model"]), str(listed["vectors"]), tuple(map(str, listed["ids"]))
            if Path(name).name != name:
                raise ValueError("it names a file elsewhere")
            content = (folder / name).read_bytes()
            if name != f"vectors-{hashlib.blake2b(content, digest_size=16).hexdigest()}.npy":
                raise ValueError("its vectors are not those that were saved")
            vectors = np.load(io.BytesIO(content), allow_pickle=False)
            if vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(ids):
                raise ValueError("its vectors do not fit its ids")
        except (ValueError, KeyError, TypeError, EOFError) as error:
            raise ValueError(f"the store in {folder} is damaged: {error}; make it anew") from error
        return cls(model, ids, _read_only(vectors))


def find_similar(
    vector: NDArray[np.floating], store: EmbeddingStore, threshold: float | None = None, top_k: int = 10
) -> list[SimilarItem]:
    """Return the ``top_k`` items of ``store`` most similar to ``vector`` (``[dimensions]``), best first.

    With ``threshold`` only those whose cosine is at least that. Raises ValueError for a vector of other dimensions.
    """
    query = np.asarray(vector, np.float32)
    if query.shape != store.vectors.shape[1:]:
        raise ValueError(f"a vector of shape {query.shape} does not fit a store of {store.vectors.shape[1:]}")
    if top_k < 1 or not len(store):
        return []
    scores = store.vectors @ _unit(query[None])[0]
    best = np.argpartition(-scores, min(top_k, len(scores)) - 1)[:top_k]
    ranked = sorted(best.tolist(), key=lambda row: (-scores[row], row))
    return [
        SimilarItem(store.ids[row], float(scores[row]))
        for row in ranked
        if threshold is None or scores[row] >= threshold
    ]


def _unit(vectors: Vectors) -> Vectors:
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds something that is no number")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
    return unit


def _read_only(vectors: Vectors) -> Vectors:
    vectors.flags.writeable = False
    return vectors


def _write(path: Path, content: bytes) -> None:
    """Write a file that only the user can read, whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".store-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
