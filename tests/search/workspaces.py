"""Real workspaces for tests of search and of notes: files on the disk, and an engine that has indexed them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dowse.engine import Engine
from dowse.search.view import SearchView
from dowse.settings import Settings

Files = Mapping[str, str | bytes]
"""Contents by path relative to the workspace folder."""


def write(root: Path, path: str, text: str | bytes) -> Path:
    """Write a file, and the folders around it."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@contextmanager
def workspaces(base: Path) -> Iterator[Callable[..., Engine]]:
    """Give what writes files into a folder below ``base``, opens it and waits; every engine is stopped in the end.

    A second engine opens the same folder and index again.
    """
    engines: list[Engine] = []

    def open_(
        files: Files | None = None,
        *others: Path,
        settings: Settings | None = None,
        root: Path | None = None,
        cache: Path | None = None,
        watch: bool = False,
    ) -> Engine:
        root = root or Path(os.path.realpath(base)) / "workspace"
        root.mkdir(exist_ok=True)
        for path, text in (files or {}).items():
            write(root, path, text)
        engine = Engine(settings or Settings(), cache_dir=cache or base / "cache")
        engines.append(engine)
        engine.start([root, *others], watch=watch)
        assert engine.wait_until_ready(60)
        return engine

    try:
        yield open_
    finally:
        for engine in engines:
            engine.stop()


def root_of(engine: Engine) -> Path:
    """Return the first folder of a workspace."""
    return Path(engine.status().folders[0].folder)


def changed(engine: Engine, *files: Path) -> None:
    """Say that files have changed, and wait until that is indexed."""
    engine.files_changed(map(str, files))
    assert engine.wait_until_ready(60)


def view_of(engine: Engine) -> SearchView:
    """Return what a search of this engine would see now."""
    return engine._view(engine._snapshot(None))
