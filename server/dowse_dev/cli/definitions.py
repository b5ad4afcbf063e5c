"""``dowse-dev definitions``: how many definitions of a folder have a chunk of their name."""

from __future__ import annotations

import shutil
from pathlib import Path

import click


@click.command("definitions")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--missing", type=click.IntRange(min=0), default=0, help="Name as many definitions without a chunk.")
@click.option("--ctags", default="ctags", help="The program of Universal Ctags.")
def command(folder: Path, missing: int, ctags: str) -> None:
    """Print how many of a folder's definitions have a chunk of their name, by language."""
    from dowse_dev.evaluation.definitions import report

    if shutil.which(ctags) is None:
        raise click.ClickException(f"There is no program '{ctags}'. Universal Ctags is in most package registries.")
    click.echo(report(folder, missing, ctags), nl=False)
