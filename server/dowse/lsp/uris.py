"""The one place where URIs and paths meet.

A path is absolute and real (symbolic links resolved; on Windows in the case that the disk has), so that one
file has one name inside Dowse however the client spells it. Bytes of a name that are no UTF-8 survive both ways.
"""

import os
import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

from dowse.system import SYSTEM

_FILE_URI = re.compile(r"file:(?://(?P<host>[^/]*))?(?P<path>/.*)", re.IGNORECASE | re.DOTALL)
_DRIVE = re.compile(r"/(?P<letter>[A-Za-z]):(?=/|$)")

WINDOWS = SYSTEM.has_drives


def path_of(uri: str, *, windows: bool = WINDOWS) -> str | None:
    """Return the absolute path that a ``file:`` URI names, as spelt; None for every other URI.

    ``?`` and ``#`` are taken as part of the name: some clients do not encode them, and a document's URI has no query.
    """
    match = _FILE_URI.fullmatch(uri)
    if match is None:
        return None
    path = os.fsdecode(unquote_to_bytes(match["path"]))
    if "\0" in path:
        return None
    host = match["host"] or ""
    if not windows:
        return path if host in ("", "localhost") else f"//{host}{path}"
    if host and host != "localhost":
        path = f"//{host}{path}"
    elif drive := _DRIVE.match(path):
        path = f"{drive['letter'].lower()}:{path[drive.end() :] or '/'}"
    return path.replace("/", "\\")


def real_path(path: str) -> str:
    """Return the one name of the file or folder ``path``. Reads the disk: not for the event loop."""
    return os.path.realpath(path)


def spelt_path(path: str) -> str:
    """Return ``path`` in its shortest spelling, without a look at the disk: the real path where there are no links."""
    return os.path.normpath(path)


def is_path(document: str) -> bool:
    """Tell whether the engine's name of a document is a path, and not the URI of a text that has no file."""
    return os.path.isabs(document)  # noqa: PTH117 - a string, perhaps no path at all


def uri_of(path: str, *, windows: bool = WINDOWS) -> str:
    """Return the ``file:`` URI of an absolute path."""
    host = ""
    if windows:
        path = path.replace("\\", "/")
        if path.startswith("//"):
            host, _, rest = path[2:].partition("/")
            path = f"/{rest}"
        elif not path.startswith("/"):
            path = f"/{path}"
    drive = _DRIVE.match(path)
    kept = f"/{drive['letter'].lower()}:" if windows and drive else ""
    return f"file://{host}{kept}{quote_path(path[len(kept) :])}"


def quote_path(path: str) -> str:
    """Percent-encode a path with ``/`` between its parts."""
    return quote_from_bytes(os.fsencode(path), safe="/")
