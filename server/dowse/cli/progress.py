"""Waiting for the index, with a progress bar where someone watches."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.cli import streams
from dowse.engine import Engine
from dowse.settings import Settings
from dowse.status import EngineStatus, FolderStatus
from dowse.workspace.discovery import scan
from dowse.workspace.ignore import IgnoreRules

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET_SECONDS = 0.5
"""How long the work may take before it is worth a bar: an index that is up to date shows none."""
_REFRESH_SECONDS = 0.1


_STEADY_SECONDS = 2.5
"""How long an index that another process fills must stay as it is to be taken as full; it is looked at every second."""


def wait_for_index(engine: Engine, settings: Settings) -> None:
    """Return when the index is as complete as it will get by itself. Ctrl-C ends the wait."""
    wait = _Wait(engine, settings)
    if wait.is_over(_QUIET_SECONDS):
        return
    if not streams.is_watched():
        while not wait.is_over(_REFRESH_SECONDS):
            pass  # waiting in slices: a wait without end cannot be interrupted on every platform
        return
    progress, task = _bar()
    try:  # not "with": Ctrl-C while it starts would leave the terminal without a cursor
        progress.start()
        while not wait.is_over(_REFRESH_SECONDS):
            _show(progress, task, engine.status())
    finally:
        progress.stop()


class _Wait:
    """Tells when waiting is over.

    An index that another process writes is taken as that process keeps it, unless files are missing from it or
    vectors from its chunks: then that process is still filling it, and an answer now might be that there is nothing.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._following: bool | None = None
        self._generation = -1
        self._steady_since = 0.0

    def is_over(self, seconds: float) -> bool:
        """Wait for ``seconds`` at most, and say whether that was enough."""
        if not self._engine.wait_until_ready(seconds):
            return False
        status = self._engine.status()
        if all(folder.writable for folder in status.folders):
            return True
        if self._following is None:
            self._following = any(self._is_being_filled(folder) for folder in status.folders)
        if not self._following:
            return True
        now = time.monotonic()
        if status.generation != self._generation:
            self._generation, self._steady_since = status.generation, now
        if now - self._steady_since >= _STEADY_SECONDS:
            return True
        time.sleep(seconds)
        return False

    def _is_being_filled(self, folder: FolderStatus) -> bool:
        if folder.writable:
            return False
        if folder.chunks_embedded < folder.chunks_total or not folder.chunks_total:
            return True
        root = Path(folder.folder)
        files = sum(1 for _ in scan(root, IgnoreRules(root, self._settings.files.exclude)))
        return folder.files_indexed + sum(folder.skipped.values()) < files


def _bar() -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    progress = Progress(
        TextColumn("Indexing"),
        BarColumn(bar_width=24, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        TaskProgressColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[counts]}", style="dim"),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )
    return progress, progress.add_task("", total=None, counts="looking for files")


def _show(progress: Progress, task: TaskID, status: EngineStatus) -> None:
    total = sum(folder.files_total for folder in status.folders)
    files = sum(folder.files_indexed for folder in status.folders)
    chunks = sum(folder.chunks_total for folder in status.folders)
    embedded = sum(folder.chunks_embedded for folder in status.folders)
    if not total:
        return
    # The files read so far say how many chunks there will be: files/total × embedded/chunks of all are done.
    done = files / total * (embedded / chunks if chunks else 1)
    elapsed = progress.tasks[task].elapsed or 0
    rate = f"{embedded / elapsed:,.0f} chunks/s" if elapsed >= 1 else ""
    counts = "  ".join(filter(None, (f"{files:,}/{total:,} files", f"{embedded:,} chunks", rate)))
    progress.update(task, total=1, completed=min(done, 1), counts=counts)
