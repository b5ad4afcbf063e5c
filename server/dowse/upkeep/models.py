"""Which model each space is to have, and the way from a new text to its stored vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.model import ModelError, ModelInfo
from dowse.embedding.worker import EmbeddingWorker
from dowse.index.records import MissingVector, ModelChange
from dowse.status import ModelStatus
from dowse.upkeep.vectors import VectorBacklog

if TYPE_CHECKING:
    from dowse.index.folder import FolderIndex
    from dowse.index.overlay import Overlay
    from dowse.settings import ModelSettings

PATIENCE = 0.5
"""Seconds that the first scan waits for the models: one that is ready by then embeds each text while it is at hand."""

FILES_AT_A_TIME = 64
"""Files read again at a time for texts that have no vector."""


class SpaceModels:
    """Has the models of one set of settings loaded, gives them to the indexes, and has texts embedded.

    A change of settings makes a new one. All methods but :meth:`states` and :meth:`serving` are the index thread's.
    """

    def __init__(
        self,
        settings: ModelSettings,
        overlay: Overlay,
        *,
        on_known: Callable[[SpaceName], None],
        on_progress: Callable[[], None],
        tell: Callable[[str, str], None],
    ) -> None:
        """``on_known`` is called, on any thread, when a model has been loaded after :meth:`load` has returned."""
        self.worker = EmbeddingWorker(settings)
        self.backlog = VectorBacklog(self.worker, on_progress=on_progress, on_failure=self._failed)
        self.read_again = False
        """Whether some files hold texts that have no vector and are in no queue."""
        self._wanted = {SpaceName.CODE: settings.code, SpaceName.PROSE: settings.prose}
        self._overlay = overlay
        self._known: dict[SpaceName, ModelInfo] = {}
        self._on_known = on_known
        self._tell = tell
        self._last_read: tuple[str, ...] = ()

    def load(self) -> None:
        """Ask for the models; those that are ready within :data:`PATIENCE` can be adopted at once."""
        loading = {space: self.worker.info(spec) for space, spec in self._wanted.items() if space not in self._known}
        wait_for(loading.values(), timeout=PATIENCE)
        for space, future in loading.items():
            if future.done():
                self._take(space, future)
            else:
                future.add_done_callback(partial(self._take_late, space))

    def adopt(self, index: FolderIndex) -> None:
        """Give an index the models that are known by now."""
        if not index.writable:
            return
        for space, info in self._known.items():
            if index.use_model(space, self._wanted[space], info) is ModelChange.BUILDING:
                serving = index.serving(space)
                self._tell(
                    "info",
                    f"The {space} index of {index.root} is being made anew with the model {info.name}; "
                    f"{serving[1].name if serving else 'the one before'} answers until it is complete.",
                )
        self.read_again = True

    def serving(self, indexes: Sequence[FolderIndex], space: SpaceName) -> dict[str, str]:
        """Return the models whose vectors answer in ``space``, fingerprint → spec; without folders, the wanted one."""
        served = (index.serving(space) for index in indexes)
        models = {info.fingerprint: spec for spec, info in filter(None, served)}
        if not models and space in self._known:
            models[self._known[space].fingerprint] = self._wanted[space]
        return models

    def queue(self, index: FolderIndex, missing: Sequence[MissingVector]) -> None:
        """Have texts embedded, but for those that were embedded while they were unsaved."""
        rest: list[MissingVector] = []
        for space in SpaceName:
            target = index.building(space) or index.serving(space)
            of_space = {each.digest: each for each in missing if each.space is space}
            if not of_space or target is None:
                continue  # without a model yet; the texts are read again when it is known
            known = self._overlay.vectors_for(space, target[1].fingerprint, list(of_space))
            if known:
                index.add_vectors(space, target[1].fingerprint, list(known), np.stack(list(known.values())))
            rest += [each for digest, each in of_space.items() if digest not in known]
        if not self.backlog.add(index, rest):
            self.read_again = True

    def next_to_read(self, indexes: Sequence[FolderIndex]) -> tuple[FolderIndex, tuple[str, ...]] | None:
        """Return files to read again for their vectors; None, and no more to read, when there are no such files."""
        if not all(self.backlog.failed(spec) for spec in self._wanted.values()):
            for index in indexes:
                paths = tuple(index.paths_without_vectors(FILES_AT_A_TIME)) if index.writable else ()
                if paths and paths != self._last_read:  # twice the same: the model gives nothing for them
                    self._last_read = paths
                    return index, paths
        self.read_again, self._last_read = False, ()
        return None

    @property
    def busy(self) -> bool:
        """Whether a model is being loaded, or texts wait for their vectors."""
        loading = any(space not in self._known and not self.backlog.failed(self._wanted[space]) for space in SpaceName)
        return loading or self.read_again or self.backlog.waiting > 0

    @property
    def failing(self) -> bool:
        """Whether a model that the settings name cannot be used."""
        return any(self.backlog.failed(spec) for spec in self._wanted.values())

    def states(self, indexes: Sequence[FolderIndex]) -> tuple[ModelStatus, ...]:
        """Return how each space's model fares."""
        return tuple(self._state(space, indexes) for space in SpaceName)

    def stop(self, timeout: float) -> None:
        """End both threads."""
        self.backlog.stop(timeout / 2)
        self.worker.stop(timeout / 2)

    def _state(self, space: SpaceName, indexes: Sequence[FolderIndex]) -> ModelStatus:
        spec, state = self._wanted[space], self.worker.states().get(self._wanted[space])
        kinds = {index.spaces[space].kind_of_index for index in indexes}
        return ModelStatus(
            space=str(space),
            name=spec,
            dimensions=self._known[space].dimensions if space in self._known else 0,
            device=state.device if state else "",
            health=state.health if state else "loading",
            index="hnsw" if "hnsw" in kinds else "exact",
        )

    def _take(self, space: SpaceName, future: Future[ModelInfo]) -> bool:
        if future.cancelled():
            return False
        try:
            self._known[space] = future.result()
        except ModelError as error:
            self.backlog.fail(self._wanted[space], str(error))
            return False
        return True

    def _take_late(self, space: SpaceName, future: Future[ModelInfo]) -> None:
        if self._take(space, future):
            self._on_known(space)

    def _failed(self, spec: str, message: str) -> None:
        self._tell("error", f"The model {spec} cannot be used, so its searches go by words alone. {message}")
