"""What watches over every Python process of the test run: whoever wants to reach another machine is stopped and noted.

Python announces each connection and name lookup before it makes it. ``tests/conftest.py`` has all processes load this,
by ``tests/sitecustomize.py``, and looks at the end whether anything was noted.
"""

import os
import sys
from typing import Any

NOTED = "DOWSE_TESTS_CONNECTIONS"
"""Names the file to note attempts in."""

_NAMES = {"localhost", "", None}


def is_local(host: Any) -> bool:
    """Say whether a host is this machine, under a name or number that needs nobody else to resolve."""
    text = host.decode() if isinstance(host, bytes) else host
    return text in _NAMES or str(text).startswith(("127.", "::1", "/", "\0"))


def refuse(event: str, details: tuple[Any, ...]) -> None:
    """Take an audit event."""
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        address = details[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = details[0]
    else:
        return
    if not is_local(host):
        with open(os.environ[NOTED], "a", encoding="utf-8") as file:
            file.write(f"{sys.argv[:1]} {event} {host}\n")
        raise PermissionError(f"the tests reach no other machine: {event} {host}")


def watch() -> None:
    """Refuse from now on, for as long as the environment names a file to note attempts in."""
    sys.addaudithook(lambda event, details: refuse(event, details) if NOTED in os.environ else None)
