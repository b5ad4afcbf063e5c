"""``dowse models test`` and ``compare``: models at work on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dowse.cli import completion
from dowse.cli.configuration import model_settings
from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.chunking.chunk import Chunk
    from dowse.embedding.model import Vectors
    from dowse.settings import ModelSettings

_PAIRS = (
    ("try a request again after a failure, waiting longer each time",
     "def send(request):\n    for attempt in range(5):\n        try:\n            return post(request)\n"
     "        except Timeout:\n            sleep(2**attempt)\n"),
    ("read the settings from a JSON file",
     "def read_config(path):\n    with open(path) as file:\n        return json.load(file)\n"),
    ("convert a temperature", "def to_celsius(fahrenheit):\n    return (fahrenheit - 32) * 5 / 9\n"),
    ("check a user's password",
     "func authenticate(name, password string) bool {\n\treturn verify(hashOf(name), password)\n}\n"),
    ("sort people by age", "people.sort((a, b) => a.age - b.age);\n"),
    ("draw a circle", "void circle(Canvas canvas, Point at, float radius) {\n    canvas.arc(at, radius, 0, 360);\n}\n"),
)  # fmt: skip
"""Descriptions and what they describe, for a first impression only."""


@click.command("test")
@click.argument("name", shell_complete=completion.models)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def test(ctx: click.Context, name: str, as_json: bool) -> int:
    """Open a model and try it: dimensions, device, speed, and whether its vectors make sense.

    Exit codes: 0 it works, 2 it does not.
    """
    import numpy as np

    from dowse.cli import streams
    from dowse.embedding.providers import open_model

    started = time.perf_counter()
    with closing(open_model(name, model_settings(invocation(ctx)))) as model:
        opened = time.perf_counter() - started
        documents = [document for _, document in _PAIRS]
        vectors = model.embed_documents(documents)
        queries = np.stack([model.embed_query(query) for query, _ in _PAIRS])
        found = sum(int((vectors @ query).argmax()) == row for row, query in enumerate(queries))
        alone = model.embed_documents(documents[:1])[0]
        problems = _problems(vectors, queries, float(vectors[0] @ alone))
        rate, started = 0, time.perf_counter()
        while (seconds := time.perf_counter() - started) < 1:
            model.embed_documents([f"{document}\n# {rate}" for document in documents])
            rate += len(documents)
        value: dict[str, Any] = {
            "name": model.info.name,
            "revision": model.info.revision,
            "dimensions": model.info.dimensions,
            "maxTokens": model.info.max_tokens,
            "pooling": model.info.pooling,
            "device": model.device,
            "openSeconds": round(opened, 3),
            "textsPerSecond": round(rate / seconds, 1),
            "foundByDescription": [found, len(_PAIRS)],
            "problems": problems,
        }
    if as_json:
        streams.emit(json.dumps(value) + "\n")
    else:
        rows = {
            "model": f"{value['name']} at {value['revision'][:12]}",
            "dimensions": str(value["dimensions"]),
            "longest text": f"{value['maxTokens']:,} tokens",
            "pooling": value["pooling"],
            "device": value["device"],
            "opened in": f"{opened:.2f} s",
            "speed": f"{value['textsPerSecond']:,.0f} short functions a second",
            "meaning": f"{found} of {len(_PAIRS)} functions found by a description",
        }
        streams.emit("".join(f"{label:<14} {streams.escaped(text)}\n" for label, text in rows.items()))
    for problem in problems:
        streams.report(f"{name}: {problem}")
    return 2 if problems else 0


@click.command("compare")
@click.argument("names", nargs=-1, required=True, shell_complete=completion.models)
@click.option("--tree", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".", show_default=True)
@click.option("-q", "--query", "queries", multiple=True, required=True, help="A question. Repeatable.")
@click.option("--chunks", type=click.IntRange(2, 100_000), default=2000, show_default=True, help="Compare so many.")
@click.option("-n", "--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def compare(
    ctx: click.Context,
    names: tuple[str, ...],
    tree: Path,
    queries: tuple[str, ...],
    chunks: int,
    limit: int,
    as_json: bool,
) -> int:
    """Embed one tree with several models and show speed and answers side by side.

    What is compared are the models alone, without words and ranking; of a large tree, evenly spread chunks.
    """
    from dowse.cli import streams

    settings = model_settings(invocation(ctx))
    pieces = _spread(list(_chunks(tree)), chunks)
    if not pieces:
        streams.report(f"{tree} holds nothing to embed")
        return 1
    answers = [_answered(name, settings, pieces, queries, limit) for name in names]
    if as_json:
        streams.emit(json.dumps({"chunks": len(pieces), "models": answers}) + "\n")
    else:
        streams.emit(_side_by_side(answers, queries, len(pieces)))
    return 0


def _problems(vectors: Vectors, queries: Vectors, alone: float) -> list[str]:
    """Say what is wrong with a model's vectors."""
    import numpy as np

    problems = []
    if not np.isfinite(vectors).all() or not np.isfinite(queries).all():
        problems.append("its vectors hold something that is no number")
    elif not np.allclose(np.linalg.norm(np.concatenate([vectors, queries]), axis=1), 1, atol=1e-3):
        problems.append("its vectors are not of length 1")
    elif float(np.ptp(vectors, axis=0).max()) < 1e-4:
        problems.append("it gives every text the same vector")
    elif alone < 0.98:
        problems.append(f"a text's vector depends on the texts beside it (cosine {alone:.3f})")
    return problems


def _chunks(tree: Path) -> Iterator[tuple[str, Chunk]]:
    from dowse.chunking.prepared_file import prepared_files
    from dowse.settings import FileSettings

    for file in prepared_files(tree.resolve(), FileSettings()):
        yield from ((file.path, chunk) for chunk in file.chunks)


def _spread(pieces: list[tuple[str, Chunk]], most: int) -> list[tuple[str, Chunk]]:
    step = max(1.0, len(pieces) / most)
    return [pieces[int(i * step)] for i in range(min(most, len(pieces)))]


def _answered(
    name: str, settings: ModelSettings, pieces: Sequence[tuple[str, Chunk]], queries: Sequence[str], limit: int
) -> dict[str, Any]:
    import numpy as np

    from dowse.embedding.providers import open_model

    with closing(open_model(name, settings)) as model:
        started = time.perf_counter()
        vectors = model.embed_documents([chunk.embedded_text for _, chunk in pieces])
        seconds = time.perf_counter() - started
        answers = []
        for query in queries:
            scores = vectors @ model.embed_query(query, "code_search")
            best = np.argsort(-scores, kind="stable")[:limit]
            answers.append([
                {
                    "path": pieces[row][0],
                    "line": pieces[row][1].name_line + 1,
                    "name": pieces[row][1].name,
                    "score": round(float(scores[row]), 4),
                }
                for row in best.tolist()
            ])  # fmt: skip
        return {
            "name": name,
            "dimensions": model.info.dimensions,
            "device": model.device,
            "chunksPerSecond": round(len(pieces) / seconds, 1),
            "answers": answers,
        }


def _side_by_side(answers: Sequence[dict[str, Any]], queries: Sequence[str], chunks: int) -> str:
    from dowse.cli import streams

    width = 44
    lines = [f"{chunks:,} chunks"]
    lines += [
        f"{answer['name']}: {answer['dimensions']} dimensions, {answer['device']}, "
        f"{answer['chunksPerSecond']:,.0f} chunks a second"
        for answer in answers
    ]
    for number, query in enumerate(queries):
        lines += ["", query, "".join(f"  {answer['name'][-width:]:<{width}}" for answer in answers).rstrip()]
        for hits in zip(*(answer["answers"][number] for answer in answers), strict=True):
            cells = [f"{hit['score']:.2f} {hit['name']} {Path(hit['path']).name}:{hit['line']}" for hit in hits]
            lines.append("".join(f"  {streams.escaped(cell)[:width]:<{width}}" for cell in cells).rstrip())
    return "".join(f"{line}\n" for line in lines)
