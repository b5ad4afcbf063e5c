"""``dowse/indexStatus`` and the command of that name; ``dowse/didChangeIndexStatus`` when it changes."""

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from dowse.lsp.declarations import Command, OutgoingNotification, Request, StatusListener
from dowse.lsp.protocol import Space, State
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext, Session
from dowse.lsp.translator import Translator
from dowse.status import EngineStatus
from dowse.status import FolderStatus as EngineFolderStatus
from dowse.status import ModelStatus as EngineModelStatus


@attrs.frozen
class FolderStatus:
    """Counts of one workspace folder."""

    uri: str
    writable: bool
    """Whether this server writes the folder's index; otherwise another one does and this one reads."""
    files_total: int
    files_indexed: int
    chunks_total: int
    chunks_embedded: int
    skipped: Mapping[str, int]
    """Files left out, by reason."""
    watching: str
    """``native``, ``polling`` or ``off``."""
    generation: int
    disk_bytes: int


@attrs.frozen
class ModelStatus:
    """A model of a space."""

    space: Space
    name: str
    dimensions: int
    device: str
    health: str
    """``ready``, ``loading``, ``failed`` or ``unused``."""
    index: str
    """``hnsw`` or ``exact``."""
    role: str
    """``serving``, ``building`` or ``waiting``."""
    reason: str | None = None
    """Why it has failed and what to do."""


@attrs.frozen
class IndexStatus:
    """The state of the whole index."""

    state: State
    folders: Sequence[FolderStatus]
    queue: int
    """Files and chunks that wait."""
    models: Sequence[ModelStatus]
    disk_bytes: int
    memory_bytes: int
    generation: int
    last_error: str | None = None
    paused: bool = False
    """Whether indexing rests."""
    pause_reason: Literal["user", "battery"] | None = None
    """Why: somebody asked for it, or the machine runs on its battery and ``indexing.pauseOnBattery`` is set."""


def index_status(context: RequestContext, params: None) -> IndexStatus:
    """Return the present state."""
    return translate_status(context.translator, context.engine.status())


def translate_status(translator: Translator, status: EngineStatus) -> IndexStatus:
    """Return the engine's state in the protocol's words."""
    return IndexStatus(
        state=status.state.value,
        folders=[_folder(translator, folder) for folder in status.folders],
        queue=status.queue,
        models=[_model(model) for model in status.models],
        disk_bytes=sum(folder.disk_bytes for folder in status.folders),
        memory_bytes=status.memory_bytes,
        generation=status.generation,
        last_error=status.last_error,
        paused=status.paused is not None,
        pause_reason=None if status.paused is None else status.paused.value,
    )


def _folder(translator: Translator, folder: EngineFolderStatus) -> FolderStatus:
    return FolderStatus(
        uri=translator.folder_uri(folder.folder),
        writable=folder.writable,
        files_total=folder.files_total,
        files_indexed=folder.files_indexed,
        chunks_total=folder.chunks_total,
        chunks_embedded=folder.chunks_embedded,
        skipped=folder.skipped,
        watching=folder.watching,
        generation=folder.generation,
        disk_bytes=folder.disk_bytes,
    )


def _model(model: EngineModelStatus) -> ModelStatus:
    return ModelStatus(
        space="code" if model.space == "code" else "prose",
        name=model.name,
        dimensions=model.dimensions,
        device=model.device,
        health=model.health,
        index=model.index,
        role=model.role,
        reason=model.reason,
    )


class _StatusNotifier:
    """Sends the first change at once, then the newest one each interval; the last one is never lost."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._newest: EngineStatus | None = None
        self._waiting = False

    def on_status(self, status: EngineStatus) -> None:
        if not self._session.client.index_status:
            return
        self._newest = status
        if not self._waiting:
            self._send()

    def _send(self) -> None:
        session = self._session
        self._waiting = self._newest is not None and not session.stopping
        if self._waiting and self._newest is not None:
            status = translate_status(session.translator, self._newest)
            self._newest = None
            session.notify_latest(DID_CHANGE_INDEX_STATUS.name, status)
            session.loop.call_later(session.tuning.status_interval, self._send)


INDEX_STATUS = Request("dowse/indexStatus", index_status, Schedule.LATENCY_SENSITIVE)
SHOW_INDEX_STATUS = Command("dowse.indexStatus", index_status, Schedule.LATENCY_SENSITIVE)
DID_CHANGE_INDEX_STATUS = OutgoingNotification("dowse/didChangeIndexStatus", IndexStatus)
ON_STATUS = StatusListener(lambda session: _StatusNotifier(session).on_status)
