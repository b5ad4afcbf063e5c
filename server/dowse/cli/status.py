"""``dowse status``: what an index holds, without bringing it up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from dowse.cli.options import invocation, shared_options


@click.command("status", short_help="Show what an index holds.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def command(ctx: click.Context, path: Path, as_json: bool) -> int:
    """Show the index of the workspace that PATH lies in (the current folder if not given).

    No file of the workspace is read and nothing is indexed.

    Exit codes: 0 there is an index, 1 there is none, 2 an error.
    """
    from dowse.cli import configuration, streams, target
    from dowse.engine import default_cache_dir
    from dowse.indexing import battery

    given, root = invocation(ctx), target.resolve(path).root
    value = _status(root, given.cache_dir or default_cache_dir())
    settings, _ = configuration.load(root, given.assignments)
    if value.get("inUse") and settings.indexing.pause_on_battery and battery.on_battery():
        value["resting"] = "battery"
    streams.emit(json.dumps(value, ensure_ascii=True) + "\n" if as_json else _described(value))
    return 0 if "location" in value else 1


def _status(root: Path, cache_dir: Path) -> dict[str, Any]:
    from dowse.index.health import existing_directory

    if existing_directory(root, cache_dir) is None:
        return {"folder": str(root), "filesIndexed": 0}

    from dowse.index.writer import IndexWriter

    writer = IndexWriter.open(root, cache_dir)
    try:
        index = writer.snapshot
        counts = index.counts()
        models = {name: index.serving(name) for name in index.spaces}
        return {
            "folder": str(root),
            "filesIndexed": counts.files_indexed,
            "chunks": counts.chunks,
            "chunksEmbedded": counts.chunks_embedded,
            "skipped": {reason.value: number for reason, number in counts.skipped.items()},
            "models": {
                name.value: {"name": spec, "dimensions": info.dimensions, "index": index.spaces[name].kind_of_index}
                for name, serving in models.items()
                if serving
                for spec, info in [serving]
            },
            "inUse": not index.writable,
            "generation": index.generation,
            "diskBytes": counts.disk_bytes,
            "location": str(index.directory),
        }
    finally:
        writer.close()


def _described(value: dict[str, Any]) -> str:
    from dowse.cli import streams
    from dowse.cli.summary import left_out, size

    if "location" not in value:
        return f"{streams.escaped(value['folder'])} is not indexed\n"
    chunks = f"{value['chunks']:,}"
    if value["chunksEmbedded"] < value["chunks"]:
        chunks += f", {value['chunksEmbedded']:,} of them embedded"
    rows = {
        "folder": value["folder"],
        "files": f"{value['filesIndexed']:,}",
        "left out": left_out(value["skipped"]),
        "chunks": chunks,
        **{
            f"{space} model": f"{model['name']}, {model['dimensions']} dimensions, {model['index']} search"
            for space, model in value["models"].items()
        },
        "index": f"{size(value['diskBytes'])} in {value['location']}",
        "kept by": "another process" if value["inUse"] else "",
        "resting": "while the machine runs on its battery (indexing.pauseOnBattery)" if "resting" in value else "",
    }
    return "".join(f"{name:<12} {streams.escaped(text)}\n" for name, text in rows.items() if text)
