"""The ``dowse-dev`` command and its commands."""

from __future__ import annotations

from collections.abc import Sequence

import click

import dowse
import dowse.cli.app
from dowse.cli.lazy_group import LazyGroup
from dowse.cli.options import shared_options

_COMMANDS = ("train", "eval-similar", "eval-duplicates", "plot", "bench", "bench-model", "definitions")


@click.command(
    cls=LazyGroup,
    lazy={name: f"dowse_dev.cli.{name.replace('-', '_')}:command" for name in _COMMANDS},
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(dowse.__version__, message="dowse-dev %(version)s")
@shared_options
@click.pass_context
def app(ctx: click.Context) -> None:
    """Train and measure what Dowse ships.

    How good its answers are on any set of queries, dowse eval says.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every failure is one line on standard error."""
    return dowse.cli.app.run(arguments, app, "dowse-dev")
