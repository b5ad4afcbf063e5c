"""The ``dowse`` command: its global options, its commands, and how every failure ends."""

import logging
import os
from collections.abc import Sequence

import click

import dowse
from dowse.cli import streams
from dowse.cli.lazy_group import LazyGroup
from dowse.cli.options import shared_options

_COMMANDS = (
    "search",
    "similar",
    "duplicates",
    "note",
    "index",
    "status",
    "doctor",
    "models",
    "key",
    "server",
    "eval",
)

_log = logging.getLogger(__name__)


@click.command(
    cls=LazyGroup,
    lazy={name: f"dowse.cli.{name}:command" for name in _COMMANDS},
    moved={"train": "dowse-dev train", "bench": "dowse-dev bench"},
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 found (or done), 1 nothing found, 2 an error, 130 interrupted.",
)
@click.version_option(dowse.__version__, message="dowse %(version)s")
@shared_options
@click.pass_context
def app(ctx: click.Context) -> None:
    """Find code by what it does.

    Everything stays on this machine, unless your own settings name a remote model.

    \b
    dowse search "where are retries with backoff handled"
    dowse similar src/http.py:120
    """  # noqa: D301 (click wants the character itself)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: Sequence[str] | None = None, command: click.Command = app, name: str = "dowse") -> int:
    """Run a command line and return its exit code; every failure is one line on standard error."""
    streams.prepare()
    # Read by numpy when it is imported. The products here are small, and OpenBLAS's threads wait for one another by
    # spinning: with two of them on two busy processors, embedding took five times as long and as much more power.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.getLogger().addHandler(logging.NullHandler())  # else Python itself prints what nobody asked to see
    try:
        code: int | None = command.main(arguments, prog_name=name, standalone_mode=False)
    except click.Abort:
        return 130
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else name
        streams.report(f"{error.format_message()} Try '{path} --help'.")
        return 2
    except click.ClickException as error:
        streams.report(error.format_message())
        return 2
    except Exception as error:
        _log.debug("%s", type(error).__name__, exc_info=True)
        streams.report(_described(error))
        return 2
    return code or 0


def _described(error: Exception) -> str:
    from dowse.embedding.model import ModelError
    from dowse.index.errors import IndexUnavailable

    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if type(error) in (ModelError, IndexUnavailable, LookupError, ValueError):  # made for the user to read
        return str(error)
    return f"{type(error).__name__}: {error} (--log-level debug shows where)"
