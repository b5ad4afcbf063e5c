"""``dowse-dev bench``: what Dowse costs on real trees."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.settings import Settings
    from dowse_dev.benchmark.report import Result
    from dowse_dev.benchmark.trees import Tree


@click.command("bench", short_help="Measure speed, memory and disk on trees of source.")
@click.argument("trees", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--made-up",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="CHUNKS",
    help="Also measure a made-up tree of so many functions. Repeatable.",
)
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="Cold starts of each tree.")
@click.option("--queries", type=click.IntRange(min=30), default=220, show_default=True, help="Asked of each tree.")
@click.option(
    "--semble", metavar="PYTHON", help="An interpreter that has semble installed, to run it by turns with Dowse."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures there as JSON.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Write a plot of their growth as SVG.")
@shared_options
@click.pass_context
def command(
    ctx: click.Context,
    trees: tuple[Path, ...],
    made_up: tuple[int, ...],
    rounds: int,
    queries: int,
    semble: str | None,
    output: Path | None,
    plot: Path | None,
) -> int:
    """Measure Dowse on copies of TREES, side by side with what else there is.

    Each tree is indexed by servers that are started anew, asked through the language server protocol by a client that
    adds next to nothing, edited, switched to another branch and back. ripgrep and the exact search of all vectors are
    measured beside; --semble adds semble, by turns. Nothing of the trees is changed.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation.report import stamp
    from dowse_dev.benchmark import report
    from dowse_dev.benchmark.trees import copied
    from dowse_dev.benchmark.trees import made_up as made

    if not trees and not made_up:
        raise click.UsageError("Name a folder of source, or a size with --made-up.")
    given = invocation(ctx)
    settings, _ = evaluation_settings(given)
    makers: list[Callable[[Path], Tree]] = [lambda work, tree=tree: copied(tree.resolve(), work) for tree in trees]  # type: ignore[misc]
    makers += [lambda work, size=size: made(size, work) for size in made_up]  # type: ignore[misc]
    results = []
    for make in makers:
        with tempfile.TemporaryDirectory(prefix="dowse-bench-", dir=given.cache_dir) as work:
            result = _measured(make(Path(work)), Path(work), rounds, queries, semble, settings, given.assignments)
        results.append(result)
        streams.emit(report.text(result) + "\n")
    if len(results) > 1:
        streams.emit(report.growth(results))
    if output is not None:
        output.write_text(
            json.dumps({**stamp(), "trees": report.value(results)}, indent=1, default=str) + "\n", "utf-8"
        )
    if plot is not None:
        plot.write_text(report.plot(results), "utf-8")
    return 0


def _measured(
    tree: Tree,
    work: Path,
    rounds: int,
    count: int,
    semble: str | None,
    settings: Settings,
    assignments: Sequence[str],
) -> Result:
    """Measure one tree; what is compared runs by turns, so that a busy moment of the machine meets both."""
    from dowse.cli import streams
    from dowse_dev.benchmark import peers
    from dowse_dev.benchmark.limits import limits
    from dowse_dev.benchmark.measures import Bench
    from dowse_dev.benchmark.report import Result
    from dowse_dev.benchmark.trees import queries

    asked = queries(tree, settings, count)
    if len(asked) < count:
        raise click.UsageError(f"{tree.name} has {len(asked)} definitions to ask for; ask fewer with --queries.")
    bench = Bench(tree, work, asked, assignments)
    model = work / "model.npz"
    if semble is not None:
        peers.export(model)
    imports, others = [], []
    bench.busy()
    bench.typing()
    for number in range(rounds):
        if streams.is_watched():
            streams.report(f"{tree.name}: round {number + 1} of {rounds}")
        bench.cold(settle=number == rounds - 1)
        imports.append(peers.bare_imports())
        if semble is not None:
            others.append(peers.semble(semble, tree, asked, model))
    for _ in range(rounds):
        bench.reopened()
    bench.in_use()
    return Result(
        bench.figures,
        tuple(imports),
        tuple(others),
        peers.ripgrep(tree, asked[:20]),
        peers.exact(tree, work / "cache", asked, settings.models),
        limits(tree, settings),
    )
