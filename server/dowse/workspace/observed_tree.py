"""Watching a tree where the system itself watches whole trees at no cost for each directory: macOS and Windows."""

import os
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
]
"""Not the events of opening and closing, which reading the folder itself causes."""


class ObservedTree(FileSystemEventHandler):
    """One recursive watch. ``on_change`` gets a path relative to the root, and whether it is or was a directory."""

    def __init__(self, root: Path, on_change: Callable[[str, bool], None]) -> None:
        self._root = os.path.realpath(root)  # macOS reports real paths
        self._on_change = on_change
        self._observer = Observer()

    def start(self) -> None:
        """Begin; raises ``OSError`` when the root cannot be watched."""
        self._observer.schedule(self, self._root, recursive=True, event_filter=_EVENTS)
        self._observer.start()

    def stop(self) -> None:
        """End the watch and its threads."""
        self._observer.stop()
        self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Pass on both names of what was renamed."""
        for name in (event.src_path, event.dest_path):
            path = os.path.relpath(os.fsdecode(name), self._root).replace(os.sep, "/") if name else ""
            if path and path != "." and not path.startswith("../"):
                self._on_change(path, event.is_directory)
