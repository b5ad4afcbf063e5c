"""What each editor can do and what suits it: the only place that looks into its capabilities or asks for its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lsprotocol import types

from dowse.lsp.wire import Json
from dowse.workspace.lines import ColumnUnit

WorkspaceSymbols = Literal["off", "prefixed", "on"]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an editor gets unless the settings say otherwise, and why."""

    names: tuple[str, ...]
    """Parts of ``clientInfo.name``, in lower case."""
    hover: bool
    workspace_symbols: WorkspaceSymbols
    trusts_configuration: bool
    """Whether ``workspace/configuration`` holds only what the user decides about user-only settings."""
    watches_files: bool
    index_status: bool
    """Whether ``dowse/didChangeIndexStatus`` is welcome without being asked for."""
    reason: str


UNKNOWN = Profile(
    names=(),
    hover=True,
    workspace_symbols="prefixed",
    trusts_configuration=False,
    watches_files=True,
    index_status=True,
    reason="Nothing is known: symbol search by meaning only where the user asks for it, and no trust.",
)

PROFILES = (
    Profile(
        names=("visual studio code", "vscodium", "code - oss", "code-server", "cursor", "windsurf"),
        hover=True,
        workspace_symbols="off",
        trusts_configuration=False,
        watches_files=True,
        index_status=True,
        reason="The symbol picker sends the first word only and filters answers by name. Its configuration contains "
        "the workspace's own; user-only settings are taken from initializationOptions. Reads indexStatus.",
    ),
    Profile(
        names=("neovim",),
        hover=True,
        workspace_symbols="on",
        trusts_configuration=True,
        watches_files=True,
        index_status=True,
        reason="Answers go to the quickfix list as they come; hover is asked for by key. Settings come from the user's "
        "own Lua; a workspace's file is run only after the user has trusted it. On Linux it does not watch files.",
    ),
    Profile(
        names=("emacs", "eglot"),
        hover=False,
        workspace_symbols="on",
        trusts_configuration=False,
        watches_files=False,
        index_status=False,
        reason="ElDoc asks for a hover at every cursor move. A workspace's .dir-locals.el can set what "
        "workspace/configuration answers, without a question. Watching is one handle a folder, at most 10,000, and "
        "drops all of them beyond; lsp-mode warns of notifications that it does not know.",
    ),
    Profile(
        names=("helix",),
        hover=True,
        workspace_symbols="on",
        trusts_configuration=True,
        watches_files=True,
        index_status=True,
        reason="The symbol picker asks anew while the user types and does not filter. Watches its own saves only; a "
        "workspace's languages.toml can name any server command, so its configuration adds no risk.",
    ),
    Profile(
        names=("zed",),
        hover=True,
        workspace_symbols="off",
        trusts_configuration=False,
        watches_files=True,
        index_status=True,
        reason="The symbol picker filters answers by name. A workspace's .zed/settings.json reaches the configuration.",
    ),
    Profile(
        names=("sublime",),
        hover=True,
        workspace_symbols="on",
        trusts_configuration=False,
        watches_files=True,
        index_status=True,
        reason="Asks for symbols once, by the words the user typed, and shows what comes. A project's file can hold "
        "settings.",
    ),
)


@dataclass(frozen=True, slots=True)
class Client:
    """What the editor at the other end said about itself in ``initialize``."""

    name: str
    profile: Profile
    encoding: ColumnUnit
    configuration: bool
    """Answers ``workspace/configuration``."""
    registers_configuration: bool
    registers_watched_files: bool
    relative_patterns: bool
    progress: bool
    show_document: bool
    markdown_hover: bool
    hover_commands: bool
    """Runs ``dowse.openPlace`` and ``dowse.comparePlaces`` from links in a hover."""
    refreshes_lenses: bool
    refreshes_diagnostics: bool
    server_status: bool
    index_status: bool

    @classmethod
    def of(cls, name: str, capabilities: Mapping[str, Any]) -> "Client":
        """Read the capabilities as they came: an odd one elsewhere in them does no harm."""

        def has(*path: str) -> bool:
            return _at(capabilities, *path) is True

        profile = profile_of(name)
        wanted = _at(capabilities, "experimental", "dowse", "indexStatus")
        formats = _at(capabilities, "textDocument", "hover", "contentFormat")
        return cls(
            name=name,
            profile=profile,
            encoding=_encoding(_at(capabilities, "general", "positionEncodings")),
            configuration=has("workspace", "configuration"),
            registers_configuration=has("workspace", "didChangeConfiguration", "dynamicRegistration"),
            registers_watched_files=has("workspace", "didChangeWatchedFiles", "dynamicRegistration"),
            relative_patterns=has("workspace", "didChangeWatchedFiles", "relativePatternSupport"),
            progress=has("window", "workDoneProgress"),
            show_document=has("window", "showDocument", "support"),
            markdown_hover=isinstance(formats, list) and "markdown" in formats,
            hover_commands=has("experimental", "dowse", "hoverCommands"),
            refreshes_lenses=has("workspace", "codeLens", "refreshSupport"),
            refreshes_diagnostics=has("workspace", "diagnostics", "refreshSupport"),
            server_status=has("experimental", "serverStatusNotification"),
            index_status=wanted if isinstance(wanted, bool) else profile.index_status,
        )

    @property
    def position_encoding(self) -> types.PositionEncodingKind:
        """The encoding as the protocol names it."""
        return types.PositionEncodingKind(self.encoding)


def profile_of(name: str) -> Profile:
    """Return the profile of the editor that calls itself ``name``."""
    lowered = name.lower()
    return next((p for p in PROFILES if any(part in lowered for part in p.names)), UNKNOWN)


def _encoding(offered: Json) -> ColumnUnit:
    """Choose by the client's own order; UTF-16 is what every client can."""
    for encoding in offered if isinstance(offered, list) else ():
        if encoding == "utf-8":
            return "utf-8"
        if encoding == "utf-16":
            return "utf-16"
        if encoding == "utf-32":
            return "utf-32"
    return "utf-16"


def _at(value: Json, *path: str) -> Json:
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
