"""A file system that hangs, as a network mount does whose server has gone, and an event loop that notices."""

from __future__ import annotations

import asyncio
import builtins
import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CALLBACK_SECONDS = 1.0
"""How long one callback of the event loop may take: more than any needs on a busy machine, less than a disk hangs."""

_LOOP_SECONDS = 2.0
"""How long the disk hangs for the event loop itself, which a test could not release."""

_CALLS = [
    *((os, name) for name in ("stat", "lstat", "readlink", "scandir", "listdir", "open", "mkdir", "unlink", "rename")),
    (os.path, "realpath"),
    (io, "open"),
    (builtins, "open"),
]


class StalledDisk:
    """Calls for paths below ``folder`` hang until :meth:`release`."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.reached = threading.Event()
        """A call hangs."""
        self._released = threading.Event()
        self._loop_thread = threading.get_ident()
        for module, name in _CALLS:
            patch.setattr(module, name, self._stalling(getattr(module, name)))

    def release(self) -> None:
        self._released.set()

    def _stalling(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stall(path: Any = ".", *arguments: Any, **more: Any) -> Any:
            if isinstance(path, str | os.PathLike) and os.fspath(path).startswith(str(self.folder)):
                self.reached.set()
                on_loop = threading.get_ident() == self._loop_thread
                self._released.wait(_LOOP_SECONDS if on_loop else 60)
            return call(path, *arguments, **more)

        return stall


@contextmanager
def watched_loop(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail at the end where a callback of the running event loop took longer than :data:`CALLBACK_SECONDS`."""
    slow: list[str] = []
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = time.perf_counter()
        run(handle)
        if (seconds := time.perf_counter() - started) > CALLBACK_SECONDS:
            slow.append(f"{handle!r} took {seconds:.2f} s")

    patch.setattr(asyncio.Handle, "_run", timed)
    yield
    assert slow == []
