"""Messages to the user: each condition once, until it has ended."""

import time
from collections.abc import Callable
from typing import Literal

from lsprotocol import types
from pygls.lsp.server import LanguageServer

Severity = Literal["error", "warning", "info"]

_TYPES = {
    "error": types.MessageType.Error,
    "warning": types.MessageType.Warning,
    "info": types.MessageType.Info,
}

_REMEMBERED = 1_000
"""Messages that are remembered at most."""


class UserMessages:
    """Shows what the user can act on and has not been told yet; the rest is for the log.

    A condition that lasts is reported again and again and shown once. When nobody has reported it for ``lifetime``
    seconds it has ended, and it is shown if it comes back.
    """

    def __init__(self, editor: LanguageServer, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._editor = editor
        self._lifetime = lifetime
        self._clock = clock
        self._reported: dict[str, float] = {}
        """When each message was reported last, the oldest first."""

    def show(self, severity: str, text: str) -> None:
        """Show a message; ``severity`` is ``error``, ``warning`` or ``info``, and info goes to the editor's log."""
        now = self._clock()
        lasts = now - self._reported.pop(text, -self._lifetime) < self._lifetime
        self._reported[text] = now
        self._forget_before(now - self._lifetime)
        if lasts:
            return
        if severity == "info":
            self._editor.window_log_message(types.LogMessageParams(types.MessageType.Info, text))
        else:
            self._editor.window_show_message(types.ShowMessageParams(_TYPES[severity], text))

    def _forget_before(self, ended: float) -> None:
        for text, reported in list(self._reported.items()):
            if reported > ended and len(self._reported) <= _REMEMBERED:
                return
            del self._reported[text]
