"""The settings of a run: defaults, the user's file, the project's file, the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from dowse.cli import streams
from dowse.cli.options import Invocation
from dowse.settings import ModelSettings, Problem, Settings, layered, read_project_file, user_settings


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Return ``NAME=VALUE`` pairs as a layer; a value is TOML where it reads as TOML, and text otherwise."""
    layer: dict[str, Any] = {}
    for assignment in assignments:
        name, separator, value = assignment.partition("=")
        if not name or not separator:
            raise click.UsageError(f"--set wants NAME=VALUE, not '{assignment}'.")
        try:
            layer[name] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            layer[name] = value
    return layer


def assigned(settings: Settings, assignments: Iterable[str]) -> Settings:
    """Lay what ``--set`` says over ``settings``.

    A bad value is a usage error: whoever typed it is there to put it right.
    """
    settings, refused = layered(settings, parse_assignments(assignments), "--set", trusted=True)
    if refused:
        reason = refused[0].message.partition("; using ")[0]  # here nothing else is used instead
        raise click.UsageError(f"--set {refused[0].name}: {reason}.")
    return settings


def load(folder: Path, assignments: Iterable[str]) -> tuple[Settings, list[Problem]]:
    """Return the settings in force for ``folder`` and what was refused in the files."""
    settings, problems = user_settings()
    settings, refused = read_project_file(folder, settings)
    return assigned(settings, assignments), [*problems, *refused]


def model_settings(given: Invocation) -> ModelSettings:
    """Return the user's settings of models; what a workspace's file says plays no part in choosing one."""
    settings, problems = user_settings()
    for problem in problems:
        streams.report(f"warning: {problem}")
    return assigned(settings, given.assignments).models


def evaluation_settings(given: Invocation) -> tuple[Settings, Path]:
    """Return the default settings with what ``--set`` says, so that figures compare, and where indexes are kept."""
    from dowse.engine import default_cache_dir

    return assigned(Settings(), given.assignments), given.cache_dir or default_cache_dir() / "evaluation"
