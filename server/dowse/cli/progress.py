"""Waiting for the index, with a progress bar where someone watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dowse.cli import streams
from dowse.engine import Engine
from dowse.status import EngineStatus

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET_SECONDS = 0.5
"""How long the work may take before it is worth a bar: an index that is up to date shows none."""
_REFRESH_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without progress, while the index is waited for."""

    word: float = 2.0
    """After which it is said that another process is waited for."""
    other_process: float = 20.0
    """After which a command answers with what there is, where another process indexes."""
    this_process: float = 120.0
    """The same where this process does: a large model may take long to open."""


DEFAULT_PATIENCE = Patience()


def wait_for_index(engine: Engine, *, patience: Patience = DEFAULT_PATIENCE) -> None:
    """Return when the index is as complete as it will get by itself, or has made no progress for long.

    Says what is waited for where that is another process, and why the wait ended early. Ctrl-C ends the wait.
    """
    if engine.wait_until_ready(_QUIET_SECONDS):
        return
    progress, task = _bar() if streams.is_animated() else (None, None)
    stall = _Stall(patience)
    try:  # not "with": Ctrl-C while it starts would leave the terminal without a cursor
        if progress is not None:
            progress.start()
        # In slices: a wait without end cannot be interrupted on every platform.
        while not engine.wait_until_ready(_REFRESH_SECONDS):
            status = engine.status()
            if stall.lasts(status):
                break
            if progress is not None and task is not None:
                _show(progress, task, status)
    finally:
        if progress is not None:
            progress.stop()
    stall.report()


class _Stall:
    """Notices when indexing makes no progress, and what it waits for."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._state: object = None
        self._since = time.monotonic()
        self._others: list[str] = []
        self._told = False
        self._ended = False

    def lasts(self, status: EngineStatus) -> bool:
        """Take note of a status; return whether nothing has changed for too long."""
        state = (status.generation, status.queue, [folder.files_total for folder in status.folders])
        if state != self._state:
            self._state, self._since = state, time.monotonic()
        seconds = time.monotonic() - self._since
        self._others = [folder.folder for folder in status.folders if not folder.writable]
        if self._others and seconds > self._patience.word and not self._told:
            self._told = True
            streams.report(f"note: another process is indexing {', '.join(self._others)}; waiting for it")
        limit = self._patience.other_process if self._others else self._patience.this_process
        self._ended = seconds > limit
        return self._ended

    def report(self) -> None:
        """Say why the wait has ended early, if it has."""
        if not self._ended:
            return
        who = "the process that indexes it" if self._others else "indexing"
        streams.report(f"note: {who} makes no progress; this is answered with what the index holds")


def wait_for_opening(engine: Engine) -> None:
    """Return when what the index holds can be searched, without waiting for what it lacks."""
    engine.wait_until_open(DEFAULT_PATIENCE.other_process)


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
