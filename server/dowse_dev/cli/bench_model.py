"""``dowse-dev bench-model``: how fast a model embeds on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from dowse.cli import completion
from dowse.cli.configuration import model_settings
from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.embedding.model import EmbeddingModel
    from dowse.settings import ModelSettings


@click.command("bench-model", short_help="Measure how fast a model embeds.")
@click.argument("name", shell_complete=completion.models)
@click.option("--batch-sizes", default="1,8,32,128", show_default=True, help="Texts given at once.")
@click.option("--dtypes", default="", help="Types of numbers, for torch: float32,float16,bfloat16.")
@click.option("--texts", type=click.IntRange(1, 100_000), default=256, show_default=True, help="Embed so many.")
@click.option("--tokens", type=click.IntRange(4, 8192), default=128, show_default=True, help="Length of a text, about.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def command(
    ctx: click.Context, name: str, batch_sizes: str, dtypes: str, texts: int, tokens: int, as_json: bool
) -> int:
    """Measure texts a second by batch size and type of numbers, on a CPU or GPU.

    The best of three runs counts, after one to warm up.
    """
    from dowse.cli import streams

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
        with _opened(name, model_settings(invocation(ctx)), dtype) as model:
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
    from dowse.embedding.providers import open_model
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


def _throughput(model: EmbeddingModel, corpus: Sequence[str], size: int) -> float:
    model.embed_documents(corpus[:size])
    best = 0.0
    for _ in range(3):
        started = time.perf_counter()
        for start in range(0, len(corpus), size):
            model.embed_documents(corpus[start : start + size])
        best = max(best, len(corpus) / (time.perf_counter() - started))
    return best
