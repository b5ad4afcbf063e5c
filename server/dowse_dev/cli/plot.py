"""``dowse-dev plot``: figures that ``dowse eval`` wrote, side by side."""

import json
from pathlib import Path

import click

from dowse.cli.options import shared_options

METRIC = "ndcg@10"


@click.command("plot", short_help="Plot what dowse eval wrote, repository by repository.")
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The SVG file to write.")
@shared_options
def command(runs: tuple[Path, ...], output: Path) -> int:
    """Plot NDCG@10 of every variant in RUNS, files that dowse eval wrote with --output."""
    from dowse_dev.plots import dot_plot

    systems: dict[str, dict[str, float]] = {}
    for run in runs:
        try:
            for variant in json.loads(run.read_text("utf-8"))["variants"]:
                systems[f"{variant['name']} ({run.stem})"] = variant["repositories"][METRIC]
        except (ValueError, KeyError, TypeError) as error:
            raise click.UsageError(f"{run} was not written by dowse eval --output.") from error
    output.write_text(dot_plot(METRIC, systems), "utf-8")
    return 0
