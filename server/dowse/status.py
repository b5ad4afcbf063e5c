"""What the engine tells of itself, for a status line, ``dowse status`` and ``dowse doctor``."""

from dataclasses import dataclass
from enum import StrEnum


class IndexState(StrEnum):
    """How far an answer can be relied on to be complete."""

    EMPTY = "empty"
    INDEXING = "indexing"
    READY = "ready"
    DEGRADED = "degraded"


class PauseReason(StrEnum):
    """Why indexing rests."""

    USER = "user"
    """Somebody asked for it."""
    BATTERY = "battery"
    """The machine runs on its battery, and the settings say to rest then."""


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """Counts of one workspace folder."""

    folder: str
    writable: bool
    """Whether this process writes the folder's index; otherwise another one does and this one reads."""
    files_total: int
    files_indexed: int
    chunks_total: int
    chunks_embedded: int
    skipped: dict[str, int]
    """Files left out, by :class:`~dowse.workspace.source.SkipReason`."""
    watching: str
    """``native``, ``polling`` or ``off``."""
    generation: int
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model that serves a space, is to serve it, or stands by."""

    space: str
    name: str
    dimensions: int
    """0 while the model has not been loaded."""
    device: str
    health: str
    """``ready``, ``loading``, ``failed``, or ``unused`` where there was no need to load it."""
    index: str
    """``hnsw``, or ``exact`` where hnswlib is not installed."""
    role: str = "serving"
    """``serving``: it answers; ``building``: its index is being made; ``waiting``: it is neither."""
    reason: str | None = None
    """Why it has failed and what to do."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The state of everything an engine owns."""

    state: IndexState
    folders: tuple[FolderStatus, ...]
    queue: int
    """Files that wait to be read and chunked, plus chunks that wait to be embedded."""
    models: tuple[ModelStatus, ...]
    last_error: str | None
    memory_bytes: int
    generation: int
    paused: PauseReason | None = None
    """Why indexing rests; None while it does not."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing the user should know and can act on; the same condition is reported once."""

    severity: str
    """``error``, ``warning`` or ``info``."""
    text: str


class EngineFailed(RuntimeError):
    """The engine could not be built; the message says why, in words for the user."""


def resident_bytes() -> int:
    """Return how much memory this process has."""
    import psutil

    return int(psutil.Process().memory_info().rss)
