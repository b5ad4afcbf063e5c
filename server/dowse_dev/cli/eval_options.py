"""Arguments that the commands for similar code and for duplicates share."""

from pathlib import Path
from typing import Any

import click

spec_argument = click.argument("spec", type=click.Path(exists=True, path_type=Path))

trees_option = click.option(
    "--trees",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the repositories of a published set lie, one folder each.",
)


def _resolved(ctx: click.Context, parameter: click.Parameter, folder: Path | None) -> Any:  # noqa: ANN401 - click's own
    return folder and folder.resolve()


translations_option = click.option(
    "--translations",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    callback=_resolved,
    help="A folder of tasks done in several languages, opened beside each repository.",
)
