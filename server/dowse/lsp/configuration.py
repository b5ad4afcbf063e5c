"""The settings in force: what the command line, the project's files and the editor say, in this order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from dowse.lsp.wire import Json
from dowse.settings import Problem, Settings, layered, read_project_file

SECTION = "dowse"


class Configuration:
    """Owns what each source said last."""

    def __init__(self, command_line: Mapping[str, Any], initialization_options: Json) -> None:
        self._command_line = command_line
        self._initialization_options = _section(initialization_options)
        self._editor: Mapping[str, Any] = {}
        self._trusted = False
        self._problems: set[str] = set()
        """What was wrong when the settings were read last."""

    def take(self, settings: Json, *, trusted: bool) -> None:
        """Take what the editor says now; not ``trusted`` where a workspace's own files can be behind it."""
        self._editor = _section(settings)
        self._trusted = trusted

    def take_pushed(self, settings: Json, *, trusted: bool) -> None:
        """Take what an editor that cannot be asked sends by itself: perhaps the settings of other servers as well."""
        section = _section(settings)
        known = {field.encode_name for field in msgspec.structs.fields(Settings)}
        self._editor = {name: value for name, value in section.items() if str(name).partition(".")[0] in known}
        self._trusted = trusted

    def merged(self, folders: Sequence[Path]) -> tuple[Settings, list[Problem]]:
        """Return the settings in force and the values refused. Reads the folders' project files.

        ``initializationOptions`` come last: they stand in the user's own set-up of the server.
        """
        settings, problems = layered(Settings(), self._command_line, "command line", trusted=True)
        for folder in folders:
            settings, found = read_project_file(folder, settings)
            problems += found
        for layer, source, trusted in (
            (self._editor, "editor settings", self._trusted),
            (self._initialization_options, "initializationOptions", True),
        ):
            settings, found = layered(settings, layer, source, trusted=trusted)
            problems += found
        return settings, problems

    def new_problems(self, problems: Sequence[Problem]) -> list[str]:
        """Return, in words, the problems that the settings did not have when they were read last."""
        before, self._problems = self._problems, {str(problem) for problem in problems}
        return [text for problem in problems if (text := str(problem)) not in before]


def _section(settings: Json) -> Mapping[str, Any]:
    """Return Dowse's part of what an editor sent: some send the section, some an object that holds it."""
    if not isinstance(settings, Mapping):
        return {}
    inner = settings.get(SECTION)
    return inner if isinstance(inner, Mapping) else settings
