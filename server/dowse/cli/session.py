"""An engine for the length of one command: started, waited for, stopped, its messages passed on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dowse.cli import configuration, streams
from dowse.cli.options import Invocation
from dowse.engine import Engine
from dowse.search.query import Completeness
from dowse.status import IndexState, Message
from dowse.workspace.wide import holds_home


@contextmanager
def opened(root: Path, invocation: Invocation) -> Iterator[Engine]:
    """Yield an engine that has opened the workspace ``root``.

    What it has to say is printed once it is stopped, when no progress bar is in the way.
    """
    settings, problems = configuration.load(root, invocation.assignments)
    if holds_home(root) and not settings.files.allow_home and not _agreed(root):
        raise click.ClickException(
            f"{root} holds your home folder or a whole file system, and all of it would be indexed. Name a project "
            "in it, or say --set files.allowHome=true."
        )
    for problem in problems:
        streams.report(f"warning: {problem}")
    messages: list[Message] = []
    engine = Engine(settings, cache_dir=invocation.cache_dir, on_message=messages.append)
    try:
        engine.start([root], watch=False)
        yield engine
    finally:
        engine.stop()
        for message in messages:
            streams.report(f"{message.severity}: {message.text}")


def _agreed(root: Path) -> bool:
    """Ask, as the server does, whether a home folder is to be indexed; False where nobody can answer."""
    if not (sys.stdin.isatty() and streams.is_watched()):
        return False
    question = f"{root} holds your home folder or a whole file system. Index everything in it?"
    return click.confirm(streams.escaped(question), err=True)


def conclude(engine: Engine, index: Completeness, *, found: bool) -> int:
    """Say on standard error what an answer may lack, and return the exit code: 0 found, 1 nothing found, 2 an error."""
    _note_incomplete(index)
    note_other_settings(engine)
    if found:
        return 0
    if engine.status().last_error is not None:
        return 2  # that nothing was found may mean that nothing could be
    if index.state is IndexState.EMPTY:
        streams.report("note: no file is indexed here; 'dowse status' says what was left out")
    elif streams.is_watched():
        streams.report("nothing found")
    return 1


def note_other_settings(engine: Engine) -> None:
    """Say where settings given here choose nothing, since an editor's server indexes by its own."""
    if engine.follows_other_settings():
        streams.report("note: another process keeps this index, and its settings decide which files are in it")


def _note_incomplete(index: Completeness) -> None:
    if index.state is IndexState.READY or not index.files_total:
        return
    how_far = (
        f"{index.files_indexed:,} of {index.files_total:,} files are indexed so far"
        if index.files_indexed < index.files_total
        else "the index is not complete"
    )
    streams.report(f"note: {how_far}; there may be more to find")
