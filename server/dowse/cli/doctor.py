"""``dowse doctor``: whether everything that Dowse needs is there, and what to do where it is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.cli.checks import Check

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor", short_help="Check the installation, and say what to do.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def command(ctx: click.Context, path: Path, as_json: bool) -> int:
    """Check what Dowse needs to search the workspace that PATH lies in: versions, models, limits, the index.

    Exit codes: 0 nothing is a problem, 2 something is.
    """
    from dowse.cli import configuration, streams, target
    from dowse.cli.checks import (
        check_cache,
        check_git,
        check_index,
        check_installation,
        check_locale,
        check_models,
        check_settings,
        check_torch,
        check_watching,
    )
    from dowse.engine import default_cache_dir
    from dowse.settings import user_file
    from dowse.system import SYSTEM

    given = invocation(ctx)
    root = target.resolve(path).root
    settings, problems = configuration.load(root, given.assignments)
    cache_dir = given.cache_dir or default_cache_dir()
    checks = [
        *check_installation(),
        check_torch(settings.models),
        *check_models(settings),
        *check_settings(problems, user_file()),
        check_cache(cache_dir),
        *check_index(root, cache_dir),
        check_watching(root, settings, SYSTEM.watch_limits()),
        check_git(),
        check_locale(),
    ]
    if as_json:
        value = {"checks": [check.value for check in checks]}
        streams.emit(json.dumps(value, ensure_ascii=True) + "\n")
    else:
        streams.emit(_described(checks))
    return 2 if any(check.level == "problem" for check in checks) else 0


def _described(checks: Sequence[Check]) -> str:
    from dowse.cli import streams

    styled = streams.is_styled()
    widest = max(len(check.name) for check in checks)
    lines = []
    for check in checks:
        level = f"{check.level:<7}"
        level = click.style(level, fg=_COLOURS[check.level]) if styled else level
        lines.append(f"{level}  {check.name:<{widest}}  {streams.escaped(check.text)}")
        if check.remedy:
            lines.append(f"{'':{9 + widest}}  {streams.escaped(check.remedy)}")
    return "".join(f"{line}\n" for line in lines)
