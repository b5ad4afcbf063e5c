"""Changing the user's own settings file without touching the rest of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click
import tomlkit
from tomlkit.exceptions import TOMLKitError


def write_setting(path: Path, section: str, key: str, value: str | list[str]) -> None:
    """Set ``section.key`` in a TOML file, which is made if need be; comments and all else stay as they are."""
    try:
        document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}. Correct it first.") from error
    dotted = f"{section}.{key}"
    if dotted in document:  # written as "models.code" = …
        document[dotted] = value
    else:
        table = document.setdefault(section, tomlkit.table())
        if not isinstance(table, dict):
            raise click.ClickException(f"{path}: {section} is no table. Correct it first.")
        table[key] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.resolve()  # a link, as dotfiles often are, stays one
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".config-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
    Path(temporary).replace(target)
