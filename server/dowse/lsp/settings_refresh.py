"""Settings: asked for, never taken as pushed where the client can be asked."""

import asyncio
import logging

from lsprotocol import types

from dowse.lsp.configuration import SECTION
from dowse.lsp.session import Session
from dowse.lsp.wire import Json

log = logging.getLogger(__name__)


async def follow_settings(session: Session) -> None:
    """Ask to be told of changes; some clients tell only who asks."""
    if session.client.registers_configuration:
        registration = types.Registration(
            "dowse/configuration",
            types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            types.DidChangeConfigurationRegistrationOptions(section=SECTION),
        )
        params = types.RegistrationParams([registration])
        await session.request_client(session.editor.client_register_capability_async(params))


async def load_settings(session: Session) -> None:
    """Read the settings before the workspace is opened."""
    async with session.settings_lock:
        await _load(session)


async def refresh_settings(session: Session) -> None:
    """Put the settings in force that the client and the project files hold now."""
    await session.settings_refresh.run(lambda: _refresh(session))


async def _refresh(session: Session) -> None:
    async with session.settings_lock:
        before = session.settings
        await _load(session)
        settings = session.settings
        if settings == before or not session.engine_host.started:
            return
        session.post(lambda engine: engine.change_settings(settings))
    if settings.editor.near_duplicates != before.editor.near_duplicates:
        session.refresh_diagnostics()
    if settings.editor.code_lens != before.editor.code_lens:
        session.refresh_code_lenses()


async def _load(session: Session) -> None:
    """Read the settings from the client and from the project files, and show what is newly wrong in them."""
    configuration = session.configuration
    if session.client.configuration:
        answer = await _ask_client(session)
        if answer is not None:
            configuration.take(answer, trusted=session.client.profile.trusts_configuration)
    folders = session.folders.paths
    settings, problems = await session.off_loop(
        lambda: session.disk.call(lambda: configuration.merged(folders), lambda: configuration.merged(()))
    )
    session.settings = settings
    if new := configuration.new_problems(problems):
        session.messages.show("warning", "Dowse ignores some settings: " + "; ".join(new))


async def _ask_client(session: Session) -> Json:
    """Return what the client answers; None where it does not, in time or at all."""
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    request = session.request_client(session.editor.workspace_configuration_async(params))
    try:
        answer = await asyncio.wait_for(request, session.tuning.settings_patience)
    except TimeoutError:
        log.warning("The editor does not answer workspace/configuration")
        return None
    return (answer[0] or {}) if answer else None
