"""Settings: asked for, never taken as pushed where the client can be asked."""

import asyncio
import logging
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.configuration import SECTION
from dowse.lsp.features import diagnostics
from dowse.lsp.wire import Json

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds to wait for the client's settings before the workspace is opened without them."""


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    ls.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)(did_change)


async def did_change(ls: "DowseServer", params: types.DidChangeConfigurationParams) -> None:
    """Ask for the settings anew; what came with the notification counts only for a client that cannot be asked."""
    if not ls.client.configuration:
        ls.configuration.take_pushed(params.settings, trusted=ls.client.profile.trusts_configuration)
    await refresh(ls)


async def follow(ls: "DowseServer") -> None:
    """Ask to be told of changes; some clients tell only who asks."""
    if ls.client.registers_configuration:
        registration = types.Registration(
            "dowse/configuration",
            types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            types.DidChangeConfigurationRegistrationOptions(section=SECTION),
        )
        await ls.asked(ls.client_register_capability_async(types.RegistrationParams([registration])))


async def refresh(ls: "DowseServer") -> None:
    """Put the settings in force that the client and the project files hold now."""
    async with ls.settings_turn:
        before = ls.settings
        await _load(ls)
        settings = ls.settings
        if settings == before or not ls.host.started:
            return
        ls.host.tell(lambda engine: engine.change_settings(settings))
    if settings.editor.near_duplicates != before.editor.near_duplicates:
        await diagnostics.refresh(ls)
    if ls.client.refreshes_lenses and settings.editor.code_lens != before.editor.code_lens:
        await ls.asked(ls.workspace_code_lens_refresh_async(None))


async def load(ls: "DowseServer") -> None:
    """Read the settings before the workspace is opened."""
    async with ls.settings_turn:
        await _load(ls)


async def _load(ls: "DowseServer") -> None:
    """Read the settings from the client and from the project files; say once what is wrong in them."""
    if ls.client.configuration:
        answer = await _pulled(ls)
        if answer is not None:
            ls.configuration.take(answer, trusted=ls.client.profile.trusts_configuration)
    paths = ls.folders.paths
    settings, problems = await ls.searches.run(lambda cancel: ls.configuration.merged(paths))
    ls.settings = settings
    if fresh := ls.configuration.unreported(problems):
        ls.notices.show("warning", "Dowse ignores some settings: " + "; ".join(fresh))


async def _pulled(ls: "DowseServer") -> Json:
    """Return what the client answers; None where it does not, in time or at all."""
    question = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    try:
        answer = await asyncio.wait_for(ls.asked(ls.workspace_configuration_async(question)), PATIENCE)
    except TimeoutError:
        log.warning("The editor does not answer workspace/configuration")
        return None
    return (answer[0] or {}) if answer else None
