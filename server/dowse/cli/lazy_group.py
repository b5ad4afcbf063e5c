"""A group of commands that are imported when they are called: each has its own dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Has the commands of ``lazy``, which says ``module:name`` for each, behind those that are added to it.

    ``moved`` says for what was a command once which command line it is now, ``default`` which command is meant where
    none is named.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        lazy: Mapping[str, str],
        moved: Mapping[str, str] | None = None,
        default: str | None = None,
        **attributes: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(name, **attributes)
        self._lazy = lazy
        self._moved = moved or {}
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before the arguments where none of them is a command's name or asks for help."""
        known = {*self.list_commands(ctx), *ctx.help_option_names}
        if self._default is not None and known.isdisjoint(args):
            args = [self._default, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, as help lists them."""
        return [*self.commands, *self._lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, which is imported now; None where there is none of that name."""
        if cmd_name in self._moved:
            return _moved_command(f"{ctx.command_path} {cmd_name}", self._moved[cmd_name])
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


def _moved_command(before: str, now: str) -> click.Command:
    """Return a command that takes whatever it is given and fails by saying what it is now."""

    def fail() -> None:
        raise click.ClickException(
            f"'{before}' is '{now}' now, which comes with dowse-dev: pip install . ./server/dowse_dev in a clone."
        )

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(None, callback=fail, add_help_option=False, context_settings=anything)
