"""The language server: the only package that knows the language server protocol."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def serve(
    *,
    tcp: tuple[str, int] | None = None,
    websocket: tuple[str, int] | None = None,
    cache_dir: Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> int:
    """Serve one client, over standard input and output unless an address is given, and return the exit code.

    An address is host and port, loopback only (``ValueError`` otherwise; ``OSError`` when the port is taken), port 0
    for a free one. ``settings`` is the lowest layer over the defaults, trusted as the user's own.
    """
    import platformdirs

    from dowse.lsp.server import default_engine, run

    results = (cache_dir or platformdirs.user_cache_path("dowse", appauthor=False)) / "results"
    return run(default_engine(cache_dir), tcp=tcp, websocket=websocket, results_dir=results, settings=settings or {})
