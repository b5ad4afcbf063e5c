"""The figures as text, as JSON and as a plot of how they grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from dowse_dev.benchmark.limits import Limits
from dowse_dev.benchmark.measures import Figures, Times
from dowse_dev.benchmark.peers import SembleFigures, VectorFigures
from dowse_dev.plots import Series, line_plot


@dataclass(frozen=True, slots=True)
class Result:
    """Everything measured on one tree; None for what was not asked for or is not installed."""

    dowse: Figures
    bare_imports_ms: tuple[float, ...]
    semble: tuple[SembleFigures, ...]
    ripgrep: Times | None
    vectors: VectorFigures
    limits: Limits


def text(result: Result) -> str:
    """Return one tree's figures, a line each."""
    tree = result.dowse.tree
    head = f"{tree.name}: {tree.files:,} files, {tree.bytes / 1e6:.1f} MB, {result.dowse.chunks:,} chunks\n"
    return head + "".join(f"  {name:<44}{value}\n" for name, value in _lines(result))


def _lines(result: Result) -> Iterator[tuple[str, str]]:
    dowse = result.dowse
    imports = median(result.bare_imports_ms)
    start = median(dowse.initialize_ms)
    yield "start to initialize answered", f"{start:.0f} ms, {start / imports:.2f} × the bare imports ({imports:.0f} ms)"
    yield (
        "cold index",
        f"{median(dowse.cold_seconds):.2f} s, {dowse.rate:,.0f} chunks/s"
        + _compared(dowse.cold_seconds, [each.seconds for each in result.semble], "s"),
    )
    yield (
        "  CPU",
        f"{median(dowse.cold_cpu_seconds):.2f} s"
        + _compared(dowse.cold_cpu_seconds, [each.cpu_seconds for each in result.semble], "s"),
    )
    yield (
        "  peak memory, all processes",
        f"{median(dowse.cold_peak_mb):.0f} MB"
        + _compared(dowse.cold_peak_mb, [each.peak_mb for each in result.semble], "MB"),
    )
    limits = result.limits
    rates = ", ".join(f"{step} {limits.rate(step):,.0f}" for step in limits.seconds)
    yield "  one processor by itself, MB/s", rates
    yield (
        "  and for all of it",
        f"{limits.whole('read', 'hash', 'parse'):.1f} s to read, hash and parse; "
        f"{limits.whole('read', 'hash', 'chunk', 'count words', 'embed'):.1f} s with chunks, words and vectors",
    )
    yield "  settled afterwards", f"{dowse.settled_cpu_seconds:.2f} s CPU; then {dowse.settled_mb:.0f} MB"
    yield "  first hit", f"{median(dowse.first_hit_ms):.0f} ms after the start"
    yield "  queries meanwhile, p50 / p95 / p99", f"{dowse.while_indexing} ms"
    alone = median(cpu / seconds for cpu, seconds in zip(dowse.cold_cpu_seconds, dowse.cold_seconds, strict=True))
    yield "  processors while somebody types", f"{dowse.typing_processors:.2f}, else {alone:.2f}"
    yield "  on disk", f"{dowse.disk_mb:.1f} MB, {dowse.disk_mb / tree_mb(dowse):.2f} × the source"
    yield "reopened, first hit", f"{median(dowse.reopened_ms):.0f} ms after the start"
    yield "  CPU until ready", f"{dowse.reopened_cpu_seconds:.2f} s"
    yield "query through LSP, p50 / p95 / p99", f"{dowse.warm} ms"
    if result.semble:
        yield "  semble, in its own process", f"{result.semble[-1].queries} ms"
    if result.ripgrep is not None:
        yield "  ripgrep, any of the words", f"{result.ripgrep} ms"
    yield "saved to found, p50 / p95 / p99", f"{dowse.saved_ms} ms"
    yield "typed to found, p50 / p95 / p99", f"{dowse.typed_ms} ms"
    yield (
        f"switch of {dowse.branch_files:,} files",
        f"{dowse.branch_seconds:.2f} s, {dowse.branch_cpu_seconds:.2f} s CPU",
    )
    yield "  and back", f"{dowse.back_seconds:.2f} s, {dowse.back_cpu_seconds:.2f} s CPU"
    yield "idle memory", f"{dowse.idle_mb:.0f} MB"
    yield "shutdown", f"{max(dowse.shutdown_ms):.0f} ms at most"
    vectors = result.vectors
    yield "vectors: recall@10, filtered", f"{vectors.recall:.4f}, {vectors.filtered_recall:.4f} of {vectors.vectors:,}"
    yield "  index, p50 / p95 / p99", f"{vectors.index} ms"
    yield "  all multiplied (numpy)", f"{vectors.exact} ms"


def tree_mb(figures: Figures) -> float:
    """Return the size of the source that was indexed."""
    return max(figures.tree.bytes, 1) / 1e6


def _compared(ours: Sequence[float], theirs: Sequence[float], unit: str) -> str:
    """Return a peer's median and the median ratio of rounds that ran by turns."""
    if not theirs:
        return ""
    ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
    return f"; semble {median(theirs):.2f} {unit}, ratio {ratio:.2f}"


def growth(results: Sequence[Result]) -> str:
    """Return what a chunk costs at each size."""
    lines = [f"{'chunks':>12} {'µs CPU':>8} {'µs cold':>8} {'B disk':>8} {'idle MB':>8} {'query p50':>10} {'p95':>8}"]
    lines += [
        f"{each.chunks:>12,} {median(each.cold_cpu_seconds) / each.chunks * 1e6:>8.0f} "
        f"{1e6 / each.rate:>8.0f} {each.disk_mb / each.chunks * 1e6:>8.0f} {each.idle_mb:>8.0f} "
        f"{each.warm.percentile(50):>10.1f} {each.warm.percentile(95):>8.1f}"
        for each in sorted((result.dowse for result in results), key=lambda figures: figures.chunks)
    ]
    return "\n".join(lines) + "\n"


def plot(results: Sequence[Result]) -> str:
    """Return an SVG document of the same."""
    figures = sorted((result.dowse for result in results), key=lambda each: each.chunks)
    series = [
        Series("cold index, µs a chunk", [(each.chunks, 1e6 / each.rate) for each in figures]),
        Series("query p50, ms", [(each.chunks, each.warm.percentile(50)) for each in figures]),
        Series("query p95, ms", [(each.chunks, each.warm.percentile(95)) for each in figures]),
        Series("idle memory, MB", [(each.chunks, each.idle_mb) for each in figures]),
        Series("disk, bytes a chunk", [(each.chunks, each.disk_mb / each.chunks * 1e6) for each in figures]),
    ]
    return line_plot("What it costs, by the number of chunks", series)


def value(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return all figures as JSON knows them."""
    return [asdict(result) for result in results]
