"""What the user is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock

from dowse.status import Message

log = logging.getLogger(__name__)


class Messages:
    """Passes messages on, each once: a condition that lasts is not told again. May be used from any thread."""

    def __init__(self, on_message: Callable[[Message], None]) -> None:
        self.last_error: str | None = None
        """What was told last that went wrong."""
        self._on_message = on_message
        self._lock = Lock()
        self._told: set[str] = set()

    def tell(self, severity: str, text: str) -> None:
        """Pass on what :class:`~dowse.status.Message` has."""
        if severity == "error":
            self.last_error = text
        with self._lock:
            if text in self._told:
                return
            self._told.add(text)
        log.log(logging.ERROR if severity == "error" else logging.INFO, "%s", text)
        self._on_message(Message(severity, text))
