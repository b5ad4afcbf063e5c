"""``dowse index``: bring an index up to date now, and what there is to do with indexes besides."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli.lazy_group import LazyGroup
from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.status import EngineStatus


@click.group(
    "index",
    cls=LazyGroup,
    lazy={
        "list": "dowse.cli.kept_indexes:list_",
        "forget": "dowse.cli.kept_indexes:forget",
        "prune": "dowse.cli.kept_indexes:prune",
    },
    default="update",
    short_help="Bring the index up to date; list and delete indexes.",
)
@shared_options
def command() -> None:
    """Bring an index up to date, or list and delete those that are kept.

    'dowse index', also with a PATH and with --rebuild, is 'dowse index update'. A folder that is called as one of the
    commands is written ./list.
    """


@command.command("update", short_help="Bring the index up to date.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option(
    "--rebuild", is_flag=True, help="Read every file anew; texts that have not changed are not embedded again."
)
@shared_options
@click.pass_context
def update(ctx: click.Context, path: Path, rebuild: bool) -> int:
    """Index the workspace that PATH lies in (the current folder if not given).

    Searching does this as well; this does it ahead, in a hook or overnight.
    """
    from dowse.cli import streams, target
    from dowse.cli.progress import wait_for_index
    from dowse.cli.session import note_other_settings, opened

    started = time.monotonic()
    with opened(target.resolve(path).root, invocation(ctx)) as engine:
        if rebuild:
            engine.rebuild()
        wait_for_index(engine)
        status = engine.status()
        kept_elsewhere = not all(folder.writable for folder in status.folders)
        if rebuild and kept_elsewhere:
            raise click.ClickException(
                "Another process writes this index. Rebuild it there, or close the editor that runs it."
            )
        streams.emit(_summary(status, time.monotonic() - started))
        if kept_elsewhere:
            streams.report("note: another process keeps this index up to date")
            note_other_settings(engine)
    return 2 if status.last_error else 0


def _summary(status: EngineStatus, seconds: float) -> str:
    from dowse.cli import streams
    from dowse.cli.summary import count, duration, left_out, size

    lines = []
    for folder in status.folders:
        files, chunks = count(folder.files_indexed, "file"), count(folder.chunks_total, "chunk")
        lines.append(f"{streams.escaped(folder.folder)}: {files}, {chunks}, {size(folder.disk_bytes)}")
        if reasons := left_out(folder.skipped):
            lines.append(f"left out: {reasons}")
        if folder.chunks_embedded < folder.chunks_total:
            lines.append(f"not embedded: {count(folder.chunks_total - folder.chunks_embedded, 'chunk')}")
    lines.append(f"took {duration(seconds)}")
    return "".join(f"{line}\n" for line in lines)
