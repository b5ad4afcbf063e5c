"""``workspace/didChangeConfiguration``: the settings have changed."""

from lsprotocol import types

from dowse.lsp.declarations import ProtocolNotification
from dowse.lsp.session import Session
from dowse.lsp.settings_refresh import refresh_settings


async def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Ask for the settings anew; what came with the notification counts only for a client that cannot be asked."""
    if not session.client.configuration:
        trusted = session.client.profile.trusts_configuration
        session.configuration.take_pushed(params.settings, trusted=trusted)
    await refresh_settings(session)


DID_CHANGE_CONFIGURATION = ProtocolNotification(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration)
