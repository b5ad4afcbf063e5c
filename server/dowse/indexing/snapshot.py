"""The workspace as it was at one moment. A request takes one and passes it down; nothing in it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.chunking.chunk import SpaceName
from dowse.embedding.providers import shown
from dowse.indexing.plan import is_idle, queue_length, serving_models
from dowse.indexing.state import FolderPhase, IndexerState
from dowse.status import ModelStatus, PauseReason

if TYPE_CHECKING:
    from dowse.embedding.worker import EmbeddingWorker
    from dowse.index.overlay import Overlay
    from dowse.index.snapshot import IndexSnapshot
    from dowse.settings import Settings
    from dowse.workspace.watcher import Watcher


@dataclass(frozen=True, slots=True)
class FolderSnapshot:
    """One workspace folder whose index is open."""

    root: Path
    index: IndexSnapshot
    writable: bool
    """Whether this process writes the index; otherwise another one does and this one reads."""
    watcher: Watcher | None
    files_found: int
    """By the scan that is under way; 0 without one."""


@dataclass(frozen=True, slots=True)
class ModelSnapshot:
    """A model that serves a space, is built for it, or stands by."""

    space: SpaceName
    spec: str
    role: str
    dimensions: int
    failure: str | None
    index: str


@dataclass(frozen=True, slots=True)
class WorkspaceSnapshot:
    """Everything that requests read. Each publication is a new one."""

    handled: int
    """Every event up to this number has been handled."""
    settings: Settings
    folders: tuple[FolderSnapshot, ...]
    overlay: Overlay
    serving: Mapping[SpaceName, Mapping[str, str]]
    """The models whose vectors answer: fingerprint → spec."""
    worker: EmbeddingWorker
    models: tuple[ModelSnapshot, ...]
    documents_version: int
    """Every change of an open document up to this version is in the overlay, but for those of slow documents."""
    vectors_requested_at: float | None
    """When vectors of open documents were last asked for that have not come; None where none are missing."""
    followed: int
    """What other processes wrote before this request for it is in the folders."""
    open: bool
    """Whether every folder's index is open, or cannot be opened."""
    idle: bool
    """Whether nothing is left to do until something changes: the index is complete."""
    degraded: bool
    """Whether answers are worse than the settings ask for: a model fails, or a folder cannot be indexed."""
    queue: int
    """Files that wait to be read and texts that wait to be embedded."""
    paused: PauseReason | None
    last_error: str | None


def snapshot_of(state: IndexerState) -> WorkspaceSnapshot:
    """Return the state as others may see it."""
    awaited = (each for name, each in state.documents.items() if name not in state.slow_documents)
    first_missing = min((each.first_version for each in awaited), default=None)
    following = [folder.followed for folder in state.indexes if folder.phase is FolderPhase.FOLLOWING]
    serving = {space: serving_models(state, space) for space in SpaceName}
    served = {spec for models in serving.values() for spec in models.values()}
    return WorkspaceSnapshot(
        handled=state.handled,
        settings=state.settings,
        folders=tuple(
            FolderSnapshot(
                folder.root,
                folder.index.snapshot,
                folder.phase is FolderPhase.WRITING,
                folder.watcher,
                folder.scan.total if folder.scan is not None else 0,
            )
            for folder in state.indexes
            if folder.index is not None
        ),
        overlay=state.overlay,
        serving=serving,
        worker=state.models.worker,
        models=tuple(model for space in SpaceName for model in models_of(state, space)),
        documents_version=state.documents_version if first_missing is None else first_missing - 1,
        vectors_requested_at=state.overlay_requested_at if state.overlay_requests else None,
        followed=min(following, default=state.follow_wanted),
        open=all(folder.phase is not FolderPhase.OPENING for folder in state.folders.values()),
        idle=is_idle(state),
        degraded=bool(state.troubles)
        or any(map(state.models.prefers_failed, SpaceName))
        or any(spec in state.models.failures for spec in served),
        queue=queue_length(state),
        paused=min(state.paused, key=list(PauseReason).index, default=None),
        last_error=next(reversed(state.troubles.values()), None),
    )


def models_of(state: IndexerState, space: SpaceName) -> list[ModelSnapshot]:
    """Return the models of a space: what answers first, then what is built, then the others."""
    indexes = [folder.index.snapshot for folder in state.indexes if folder.index is not None]
    serving = [spec for spec, _ in filter(None, (index.serving(space) for index in indexes))]
    building = [spec for spec, _ in filter(None, (index.building(space) for index in indexes))]
    kinds = {index.spaces[space].kind_of_index for index in indexes}
    found = []
    for spec in dict.fromkeys((*serving, *building, *state.models.lists[space])):
        failure, info = state.models.failures.get(spec), state.models.ready.get(spec)
        found.append(
            ModelSnapshot(
                space,
                spec,
                "serving" if spec in serving else "building" if spec in building else "waiting",
                info.dimensions if info is not None else 0,
                failure.message if failure is not None else None,
                "hnsw" if "hnsw" in kinds else "exact",
            )
        )
    return found


def model_statuses(snapshot: WorkspaceSnapshot) -> tuple[ModelStatus, ...]:
    """Return how the models fare, with what their worker says of them now."""
    states = snapshot.worker.states()
    return tuple(
        ModelStatus(
            space=str(model.space),
            name=shown(model.spec),
            dimensions=model.dimensions,
            device=state.device if (state := states.get(model.spec)) is not None else "",
            health="failed" if model.failure else state.health if state is not None else "unused",
            index=model.index,
            role=model.role,
            reason=model.failure,
        )
        for model in snapshot.models
    )
