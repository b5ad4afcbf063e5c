"""``dowse models test``, ``compare`` and ``bench``: models at work on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dowse.cli import completion
from dowse.cli.options import shared_options

if TYPE_CHECKING:
    from dowse.chunking.chunk import Chunk
    from dowse.embedding.model import EmbeddingModel, Vectors
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
    from dowse.cli.models import model_settings

    started = time.perf_counter()
    with _opened(name, model_settings(ctx)) as model:
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
    from dowse.cli.models import model_settings

    settings = model_settings(ctx)
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


@click.command("bench")
@click.argument("name", shell_complete=completion.models)
@click.option("--batch-sizes", default="1,8,32,128", show_default=True, help="Texts given at once.")
@click.option("--dtypes", default="", help="Types of numbers, for torch: float32,float16,bfloat16.")
@click.option("--texts", type=click.IntRange(1, 100_000), default=256, show_default=True, help="Embed so many.")
@click.option("--tokens", type=click.IntRange(4, 8192), default=128, show_default=True, help="Length of a text, about.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def bench(ctx: click.Context, name: str, batch_sizes: str, dtypes: str, texts: int, tokens: int, as_json: bool) -> int:
    """Measure texts a second by batch size and type of numbers, on a CPU or GPU.

    The best of three runs counts, after one to warm up.
    """
    from dowse.cli import streams
    from dowse.cli.models import model_settings

    try:
        sizes = [int(size) for size in batch_sizes.split(",")]
    except ValueError:
        raise click.UsageError(f"--batch-sizes wants numbers such as 1,8,32, not '{batch_sizes}'.") from None
    if min(sizes) < 1:
        raise click.UsageError("--batch-sizes wants numbers from 1 on.")
    kinds: Sequence[str | None] = dtypes.split(",") if dtypes else [None]
    if unknown := set(kinds) - {None, "float32", "float16", "bfloat16"}:
        raise click.UsageError(f"--dtypes knows float32, float16 and bfloat16, not '{sorted(map(str, unknown))[0]}'.")
    words = "def value of file open retry request user error index return path".split()
    corpus = [" ".join(words[(i * 7 + j) % len(words)] for j in range(tokens)) + f" {i}" for i in range(texts)]
    rows = []
    for dtype in kinds:
        with _opened(name, model_settings(ctx), dtype) as model:
            for size in sizes:
                if hasattr(model, "largest_batch"):
                    model.largest_batch = size
                rows.append({
                    "dtype": dtype or "default",
                    "device": model.device,
                    "batch": size,
                    "textsPerSecond": round(_throughput(model, corpus, size), 1),
                })  # fmt: skip
    if as_json:
        streams.emit(json.dumps({"name": name, "runs": rows}) + "\n")
        return 0
    lines = [f"{'dtype':<10} {'device':<8} {'batch':>6} {'texts/s':>10}\n"]
    lines += [
        f"{row['dtype']:<10} {row['device']:<8} {row['batch']:>6} {row['textsPerSecond']:>10,.1f}\n" for row in rows
    ]
    streams.emit("".join(lines))
    return 0


@contextmanager
def _opened(name: str, settings: ModelSettings, dtype: str | None = None) -> Iterator[EmbeddingModel]:
    """Yield an open model; with a type of numbers, one that torch runs."""
    from dowse.embedding.opening import open_model
    from dowse.embedding.registry import find, in_full

    if dtype is None:
        model = open_model(name, settings)
    else:
        from dowse.embedding.transformer import open_sentence_transformer

        provider, _, rest = in_full(name).partition(":")
        if provider != "sentence-transformers":
            raise click.UsageError("--dtypes is for models of sentence-transformers.")
        model = open_sentence_transformer(rest, settings, find(name), dtype)
    try:
        yield model
    finally:
        model.close()


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
    from dowse.chunking.prepared import prepared_files
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

    with _opened(name, settings) as model:
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


def _throughput(model: EmbeddingModel, corpus: Sequence[str], size: int) -> float:
    model.embed_documents(corpus[:size])
    best = 0.0
    for _ in range(3):
        started = time.perf_counter()
        for start in range(0, len(corpus), size):
            model.embed_documents(corpus[start : start + size])
        best = max(best, len(corpus) / (time.perf_counter() - started))
    return best
