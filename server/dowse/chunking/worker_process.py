"""The pool's end of a worker process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec

from dowse.chunking import wire
from dowse.chunking.chunk import Chunk
from dowse.chunking.prepared_file import MissingFile, Prepared, PreparedFile
from dowse.settings import FileSettings
from dowse.system import SYSTEM
from dowse.workspace.source import SkippedFile

# With -P the folder that the server happens to run in, the user's workspace, is no place to import from.
_COMMAND = (sys.executable, "-P", "-m", "dowse.chunking.worker")


class WorkerDied(Exception):
    """The worker crashed, was ended, or sent nonsense."""


class WorkerProcess:
    """A process that chunks one file or text at a time. Raises ``OSError`` where it cannot be started."""

    def __init__(self, *, background: bool) -> None:
        """With ``background`` it leaves the processor to whatever else wants it."""
        self.background = background
        self.busy_since: float | None = time.monotonic()
        self.idle_since = 0.0
        self._process = subprocess.Popen(
            (*_COMMAND, "background") if background else _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).anchor,  # keeps no folder of the user's busy
            creationflags=SYSTEM.creation_flags(background=background),
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the process runs no more."""
        return self._process.poll() is not None

    def prepare(self, root: Path, path: str, settings: FileSettings, *, parse: bool = True) -> Prepared:
        """Have a file read and chunked; :class:`WorkerDied` where no answer comes."""
        reply = self._ask(wire.FileRequest(os.fsencode(root), os.fsencode(path), settings, parse))
        if reply.stamp is None:
            return MissingFile(path)
        if reply.reason is not None:
            return SkippedFile(path, reply.reason, reply.stamp)
        return PreparedFile(path, reply.stamp, reply.digest, reply.language, reply.chunks, reply.words)

    def chunk(self, path: str, text: str, language: str | None) -> tuple[Chunk, ...]:
        """Have a text chunked; :class:`WorkerDied` where no answer comes."""
        path_bytes, text_bytes = (part.encode("utf-8", "surrogatepass") for part in (path, text))
        language = language and language.encode("utf-8", "replace").decode()
        return self._ask(wire.TextRequest(path_bytes, text_bytes, language)).chunks

    def _ask(self, request: wire.Request) -> wire.Reply:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            wire.write(self._process.stdin, request)
            message = wire.read(self._process.stdout)
            if message is None:
                raise WorkerDied
            return wire.decoded(message)
        except (OSError, ValueError, msgspec.DecodeError) as error:
            raise WorkerDied from error

    def kill(self) -> None:
        """End the process and collect it; a thread that waits for its answer gets :class:`WorkerDied`."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent yet has nobody left to read it
                    pipe.close()
