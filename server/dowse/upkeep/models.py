"""The way from a new text to its stored vector, and which models an index has on the way to the best one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dowse.chunking.chunk import SpaceName
from dowse.embedding.opening import shown
from dowse.index.records import MissingVector, ModelChange
from dowse.status import ModelStatus
from dowse.upkeep.chains import ModelChains
from dowse.upkeep.vectors import VectorBacklog

if TYPE_CHECKING:
    from dowse.courtesy import Courtesy
    from dowse.embedding.model import ModelInfo
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.folder import FolderIndex
    from dowse.index.overlay import SharedOverlay
    from dowse.settings import ModelSettings

PATIENCE = 0.5
"""Seconds that the first scan waits for the models: one that is ready by then embeds each text while it is at hand."""

FILES_AT_A_TIME = 64
"""Files read again at a time for texts that have no vector."""


class SpaceModels:
    """Gives the models of one set of settings to the indexes and has texts embedded.

    An index is answered by one model while that of a better one is made beside it; each of the two has a backlog of its
    own, so that what is saved is not found later because a slow model is at work. A change of settings makes a new
    ``SpaceModels``. All methods but :meth:`states`, :meth:`serving`, :meth:`failing` and :meth:`wake` are the index
    thread's.
    """

    def __init__(
        self,
        settings: ModelSettings,
        overlay: SharedOverlay,
        courtesy: Courtesy,
        *,
        resting: Callable[[], bool],
        on_change: Callable[[], None],
        on_progress: Callable[[], None],
        tell: Callable[[str, str], None],
    ) -> None:
        """``on_change`` is called, on any thread, when a model turns out to be usable, or not to be, later on.

        While ``resting`` nothing is embedded or maintained; whoever ends the rest calls :meth:`wake`.
        """
        self.chains = ModelChains(settings, on_change=on_change, tell=tell)
        self.read_again = False
        """Whether some files hold texts that have no vector and are in no queue."""
        self._overlay = overlay
        self._courtesy = courtesy
        self._tell = tell
        self._last_read: tuple[str, ...] = ()
        self._reading = False
        self._answering = self._backlog("dowse-vectors", resting, on_progress)
        self._building = self._backlog("dowse-building", resting, on_progress)

    @property
    def worker(self) -> EmbeddingWorker:
        """What embeds."""
        return self.chains.worker

    @property
    def waiting(self) -> int:
        """Texts that are queued or being embedded."""
        return self._answering.waiting + self._building.waiting

    def load(self) -> None:
        """Ask for the models; those that are ready within :data:`PATIENCE` can be adopted at once."""
        self.chains.load(PATIENCE)

    def adopt(self, index: FolderIndex) -> None:
        """Give an index the best models that can be used by now."""
        self.chains.load()
        if not index.writable:
            return
        for space in SpaceName:
            if index.serving(space) is None:
                first = self.chains.at_once(space)
                if first is None:
                    continue  # it is being loaded, and better begun with than one that may take hours
                index.use_model(space, first.spec, first.info)
            best = self.chains.best(space)
            if best is None or index.use_model(space, best.spec, best.info) is not ModelChange.BUILDING:
                continue
            serving = index.serving(space)
            self._tell(
                "info",
                f"The {space} index of {index.root} is being made anew with the model {best.info.name}; "
                f"{serving[1].name if serving else 'the one before'} answers until it is complete.",
            )
        self.read_again, self._last_read = True, ()

    def serving(self, indexes: Sequence[FolderIndex], space: SpaceName) -> dict[str, str]:
        """Return the models whose vectors answer in ``space``, fingerprint → spec; without folders, the wanted one."""
        served = (index.serving(space) for index in indexes)
        models = {
            info.fingerprint: spec for spec, info in filter(None, served) if self.chains.allowed(spec, info.fingerprint)
        }
        if not models and not indexes and (best := self.chains.best(space) or self.chains.at_once(space)) is not None:
            models[best.info.fingerprint] = best.spec
        return models

    def queue(self, index: FolderIndex, missing: Sequence[MissingVector]) -> None:
        """Have texts embedded, but for those that were embedded while they were unsaved.

        What the model that is being built lacks is left for :meth:`next_to_read`, which knows what comes first.
        """
        for space in SpaceName:
            for role, backlog in ((index.serving, self._answering), (index.building, self._building)):
                model = role(space)
                if model is None:
                    continue  # the texts are read again when there is one
                fingerprint = model[1].fingerprint
                texts = {each.digest: each for each in missing if (each.space, each.model) == (space, fingerprint)}
                known = self._overlay.current.vectors_for(space, fingerprint, list(texts))
                if known:
                    index.add_vectors(fingerprint, list(known), np.stack(list(known.values())))
                rest = [each for digest, each in texts.items() if digest not in known]
                later = backlog is self._building and not self._reading
                if rest and (later or not backlog.add(index, rest)):
                    self.read_again = True
        self._answering.maintain(index)

    def next_to_read(
        self, indexes: Sequence[FolderIndex], opened: Collection[str]
    ) -> tuple[FolderIndex, tuple[str, ...]] | None:
        """Return files to read again for their vectors; None, and no more to read, when there are no such files.

        Of the open documents, absolute paths, and of what was last edited, it is likely that somebody will ask.
        """
        for index in indexes:
            if not index.writable:
                continue
            first = [Path(path).relative_to(index.root).as_posix() for path in opened if _is_in(path, index.root)]
            paths = tuple(index.paths_without_vectors(FILES_AT_A_TIME, self.chains.usable, first))
            if paths and paths != self._last_read:  # twice the same: the model gives nothing for them
                self._last_read = paths
                return index, paths
        self.read_again, self._last_read = False, ()
        return None

    def read_for_vectors(self, read: Callable[[], None]) -> None:
        """Call ``read``, which takes in the files of :meth:`next_to_read`."""
        self._reading = True
        try:
            read()
        finally:
            self._reading = False

    def wake(self) -> None:
        """Go on, if the rest has ended."""
        self._answering.wake()
        self._building.wake()

    def maintain(self, index: FolderIndex) -> None:
        """Give an index the background work that it asks for, when no new text waits."""
        self._answering.maintain(index)

    def forget(self, index: FolderIndex) -> None:
        """Have nothing more to do with an index that is about to be closed."""
        self._answering.forget(index)
        self._building.forget(index)

    @property
    def busy(self) -> bool:
        """Whether a model is being loaded, or texts wait for their vectors."""
        return self.chains.loading or self.read_again or self.waiting > 0

    def failing(self, indexes: Sequence[FolderIndex]) -> bool:
        """Whether a model cannot be used that the settings prefer, or that answers."""
        served = [spec for space in SpaceName for spec in _specs(index.serving(space) for index in indexes)]
        return any(map(self.chains.failing, SpaceName)) or any(self.chains.failure(spec) for spec in served)

    def states(self, indexes: Sequence[FolderIndex]) -> tuple[ModelStatus, ...]:
        """Return how the models of each space fare: what answers first, then what is built, then the others."""
        return tuple(state for space in SpaceName for state in self._states(space, indexes))

    def stop(self, timeout: float) -> None:
        """End all threads."""
        self._answering.stop(timeout / 4)
        self._building.stop(timeout / 4)
        self.chains.stop(timeout / 2)

    def _backlog(self, thread: str, resting: Callable[[], bool], on_progress: Callable[[], None]) -> VectorBacklog:
        return VectorBacklog(
            thread,
            self.worker,
            self._courtesy,
            usable=self.chains.usable,
            resting=resting,
            on_stored=self.maintain,
            on_progress=on_progress,
            on_failure=self.chains.fail,
        )

    def _states(self, space: SpaceName, indexes: Sequence[FolderIndex]) -> list[ModelStatus]:
        serving = _specs(index.serving(space) for index in indexes)
        building = _specs(index.building(space) for index in indexes)
        kinds = {index.spaces[space].kind_of_index for index in indexes}
        opened = self.worker.states()
        states = []
        for spec in dict.fromkeys((*serving, *building, *self.chains.chains[space])):
            failure, state = self.chains.failure(spec), opened.get(spec)
            role = "serving" if spec in serving else "building" if spec in building else "waiting"
            states.append(
                ModelStatus(
                    space=str(space),
                    name=shown(spec),
                    dimensions=self.chains.dimensions(spec),
                    device=state.device if state else "",
                    health="failed" if failure else state.health if state else "unused",
                    index="hnsw" if "hnsw" in kinds else "exact",
                    role=role,
                    reason=failure,
                )
            )
        return states


def _specs(models: Iterable[tuple[str, ModelInfo] | None]) -> list[str]:
    return [spec for spec, _ in filter(None, models)]


def _is_in(path: str, root: Path) -> bool:
    return Path(path).is_relative_to(root)
