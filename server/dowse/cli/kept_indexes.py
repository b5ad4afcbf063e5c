"""``dowse index list``, ``forget`` and ``prune``: the indexes that are kept, of whichever folders."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.index.inventory import KeptIndex


@click.command("list", short_help="List all indexes.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> int:
    """List all indexes with their folders, sizes and last uses, the one that was used last first.

    Exit codes: 0 there are some, 1 there are none, 2 an error.
    """
    from dowse.cli import streams
    from dowse.index.inventory import kept_indexes

    found = kept_indexes(_cache_dir(ctx))
    if as_json:
        streams.emit(json.dumps({"indexes": [_value(each) for each in found]}) + "\n")
    else:
        streams.emit(_table(found) or "there are no indexes\n")
    return 0 if found else 1


@click.command("forget", short_help="Delete the index of a folder.")
@click.argument("path", type=click.Path(path_type=Path))
@shared_options
@click.pass_context
def forget(ctx: click.Context, path: Path) -> int:
    """Delete the index of the workspace PATH, or of the one that it lies in. The folder may be gone.

    Exit codes: 0 it is deleted, 1 there is none, 2 an error.
    """
    from dowse.cli import streams, target
    from dowse.index.inventory import delete, kept_index

    index = kept_index(path, _cache_dir(ctx))
    if index is None and path.exists():
        index = kept_index(target.resolve(path).root, _cache_dir(ctx))
    if index is None:
        streams.emit(f"{streams.escaped(str(path))} is not indexed\n")
        return 1
    delete(index)
    streams.emit(_deletion(index))
    return 0


@click.command("prune", short_help="Delete the indexes of folders that are gone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@shared_options
@click.pass_context
def prune(ctx: click.Context, yes: bool) -> None:
    """Delete the indexes of folders that are gone, after a question.

    A folder on a disk that is not there now is gone as well: its index would be made anew.
    """
    from dowse.cli import streams
    from dowse.cli.summary import size
    from dowse.index.inventory import delete, kept_indexes

    gone = [each for each in kept_indexes(_cache_dir(ctx)) if each.is_orphaned]
    if not gone:
        streams.emit("every index is of a folder that is there\n")
        return
    streams.emit(_table(gone))
    if not yes:
        if not sys.stdin.isatty():
            raise click.ClickException("Nothing was deleted, since nobody can be asked. Say --yes.")
        click.confirm(
            f"Delete what is kept of them, {size(sum(each.disk_bytes for each in gone))}?", abort=True, err=True
        )
    for each in gone:
        delete(each)
        streams.emit(_deletion(each))


def _cache_dir(ctx: click.Context) -> Path:
    from dowse.engine import default_cache_dir

    return invocation(ctx).cache_dir or default_cache_dir()


def _table(indexes: Sequence[KeptIndex]) -> str:
    from dowse.cli.summary import size

    rows = []
    for each in indexes:
        used = datetime.fromtimestamp(each.used_at, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        gone = " (gone)" if each.is_orphaned else ""
        rows.append(f"{used}  {size(each.disk_bytes):>7}  {_folder(each)}{gone}\n")
    return "".join(rows)


def _deletion(index: KeptIndex) -> str:
    from dowse.cli.summary import size

    return f"deleted the index of {_folder(index)}, {size(index.disk_bytes)}\n"


def _folder(index: KeptIndex) -> str:
    from dowse.cli import streams

    return streams.escaped(str(index.folder or f"a folder that is not known, in {index.directory}"))


def _value(index: KeptIndex) -> dict[str, object]:
    return {
        "folder": None if index.folder is None else str(index.folder),
        "gone": index.is_orphaned,
        "diskBytes": index.disk_bytes,
        "lastUsed": datetime.fromtimestamp(index.used_at, UTC).isoformat(timespec="seconds"),
        "location": str(index.directory),
    }
