"""Waiting for the index, with a progress bar where someone watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dowse.cli import streams
from dowse.engine import Engine
from dowse.status import EngineStatus

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET_SECONDS = 0.5
"""How long the work may take before it is worth a bar: an index that is up to date shows none."""
_REFRESH_SECONDS = 0.1


def wait_for_index(engine: Engine) -> None:
    """Return when the index is as complete as it will get by itself. Ctrl-C ends the wait."""
    if engine.wait_until_ready(_QUIET_SECONDS):
        return
    if not streams.is_animated():
        while not engine.wait_until_ready(_REFRESH_SECONDS):
            pass  # waiting in slices: a wait without end cannot be interrupted on every platform
        return
    progress, task = _bar()
    try:  # not "with": Ctrl-C while it starts would leave the terminal without a cursor
        progress.start()
        while not engine.wait_until_ready(_REFRESH_SECONDS):
            _show(progress, task, engine.status())
    finally:
        progress.stop()


@contextmanager
def working(title: str) -> Iterator[Callable[[float], None]]:
    """Yield what takes the share, 0–1, of a long work that is done; it is shown where someone watches."""
    if not streams.is_watched():
        yield lambda share: None
        return
    progress, task = _bar(title, "")
    started = time.monotonic()

    def show(share: float) -> None:
        if time.monotonic() - started > _QUIET_SECONDS:
            progress.start()
        progress.update(task, total=1, completed=share)

    try:
        yield show
    finally:
        progress.stop()


def _bar(title: str = "Indexing", counts: str = "looking for files") -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    progress = Progress(
        TextColumn(title),
        BarColumn(bar_width=24, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
        TaskProgressColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[counts]}", style="dim"),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )
    return progress, progress.add_task("", total=None, counts=counts)


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
