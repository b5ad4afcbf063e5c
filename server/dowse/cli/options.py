"""Options that several commands share."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from dowse.cli import completion

_KEY = "dowse.invocation"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def language_id(value: str) -> str:
    """Return the id that LSP has for a language by any of its names; a slip is refused: it would find nothing."""
    from difflib import get_close_matches

    from dowse.chunking.language_table import LANGUAGES
    from dowse.chunking.languages import language_called

    known = language_called(value)
    if known is not None:
        return known.id
    similar = get_close_matches(value.lower(), sorted(language.id for language in LANGUAGES), n=3)
    hint = f" Did you mean {' or '.join(similar)}?" if similar else ""
    raise click.BadParameter(f"There is no language '{value}'.{hint}")


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the options that stand before or after any command say."""

    cache_dir: Path | None = None
    """Where indexes are kept; None is the platform's cache folder."""
    assignments: tuple[str, ...] = ()
    """Settings as ``NAME=VALUE``, in the order given."""


def shared_options(command: _Function) -> _Function:
    """Add the options that may stand before the command's name as well as after it."""
    options = (
        click.option(
            "--cache-dir",
            type=click.Path(file_okay=False, path_type=Path),
            expose_value=False,
            callback=_remember,
            help="Keep indexes in this folder instead of the platform's cache folder.",
        ),
        click.option(
            "--set",
            "assignments",
            metavar="NAME=VALUE",
            multiple=True,
            expose_value=False,
            callback=_remember,
            help="Change a setting for this run, as in files.maxSize=200000. Repeatable.",
        ),
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"]),
            expose_value=False,
            callback=_start_logging,
            help="Log to standard error.",
        ),
    )
    return _with(options, command)


def invocation(ctx: click.Context) -> Invocation:
    """Return what the shared options of ``ctx`` and of the contexts around it say."""
    given: dict[str, Any] = ctx.meta.get(_KEY, {})
    return Invocation(**given)


def answer_options(command: _Function) -> _Function:
    """Add the options of the commands that answer with hits."""
    options = (
        click.option(
            "-n",
            "--limit",
            type=click.IntRange(1, 200),
            default=10,
            show_default=True,
            help="At most this many hits.",
        ),
        click.option("--min-score", type=click.FloatRange(0, 1), default=0.0, help="Leave out hits that score less."),
    )
    return _with(options, form_options("hit")(command))


def form_options(item: str) -> Callable[[_Function], _Function]:
    """Return what adds the options for how an answer is shown, ``item`` being what has a line in it."""
    options = (
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "json", "quickfix"]),
            default="text",
            show_default=True,
            help=f"quickfix is 'file:line:column: name', one {item} a line, for Vim and Emacs.",
        ),
        click.option("--json", "form", flag_value="json", help="The same as --format json."),
        click.option(
            "--no-wait", is_flag=True, help="Answer from what is indexed now instead of waiting for the rest."
        ),
    )
    return lambda command: _with(options, shared_options(command))


def filter_options(command: _Function) -> _Function:
    """Add the options that choose files; see :meth:`dowse.cli.target.Target.filter`."""
    options = (
        click.option(
            "-i",
            "--include",
            multiple=True,
            metavar="GLOB",
            help="Only files that match, in .gitignore syntax, relative to PATH. Repeatable.",
        ),
        click.option(
            "-x", "--exclude", multiple=True, metavar="GLOB", help="No files that match, as in tests/. Repeatable."
        ),
        click.option(
            "--language",
            "languages",
            type=language_id,
            shell_complete=completion.languages,
            multiple=True,
            metavar="ID",
            help="Only this language, as in python. Repeatable.",
        ),
        click.option(
            "--tests",
            type=click.Choice(["in", "out", "only"]),
            default="in",
            show_default=True,
            help="Whether files of tests count too, not at all, or alone.",
        ),
    )
    return _with(options, command)


def _with(options: Iterable[Callable[[_Function], _Function]], command: _Function) -> _Function:
    """Add options so that help lists them in this order, before those that the command has."""
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401
    if not value:
        return
    given = ctx.meta.setdefault(_KEY, {})
    name = parameter.name
    given[name] = (*given.get(name, ()), *value) if isinstance(value, tuple) else value.absolute()


def _start_logging(ctx: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value:
        logging.basicConfig(level=value.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
