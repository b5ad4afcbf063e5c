"""The ``dowse`` command: its global options, its commands, and how every failure ends."""

import logging
import os
from collections.abc import Sequence
from importlib import import_module

import click

import dowse
from dowse.cli import streams
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
    "bench",
    "train",
)

_log = logging.getLogger(__name__)


class _Commands(click.Group):
    """Imports a command when it is called: each has its own dependencies."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"dowse.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command


@click.command(
    cls=_Commands,
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


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every failure is one line on standard error."""
    streams.prepare()
    # Read by numpy when it is imported. The products here are small, and OpenBLAS's threads wait for one another by
    # spinning: with two of them on two busy processors, embedding took five times as long and as much more power.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    logging.getLogger().addHandler(logging.NullHandler())  # else Python itself prints what nobody asked to see
    try:
        code: int | None = app.main(arguments, prog_name="dowse", standalone_mode=False)
    except click.Abort:
        return 130
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "dowse"
        streams.report(f"{error.format_message()} Try '{command} --help'.")
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
