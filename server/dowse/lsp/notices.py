"""Messages to the user: each condition once."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

_TYPES = {
    "error": types.MessageType.Error,
    "warning": types.MessageType.Warning,
    "info": types.MessageType.Info,
}


class Notices:
    """Shows what the user can act on and has not been told yet; the rest is for the log."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._shown: set[str] = set()

    def show(self, severity: str, text: str) -> None:
        """Show a message; ``severity`` is ``error``, ``warning`` or ``info``, and info goes to the editor's log."""
        if text in self._shown:
            return
        self._shown.add(text)
        if severity == "info":
            self.log(text)
        else:
            self._server.window_show_message(types.ShowMessageParams(_TYPES[severity], text))

    def log(self, text: str) -> None:
        """Write to the editor's log."""
        self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, text))
