"""A process that reads and chunks files for the pool: ``python -P -m dowse.chunking.worker``.

It is a process, not a thread, because the parser holds the interpreter's lock while it works, and because a parser
written in C may crash on some file: then this process is lost, not the server.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import msgspec

from dowse.chunking import wire
from dowse.chunking.prepared import MissingFile, Prepared, prepare
from dowse.workspace.source import SkippedFile


def main() -> None:
    """Answer requests from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if hasattr(os, "nice"):
        os.nice(10)
    # Whatever prints does not end up between two messages.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    gc.set_threshold(50_000)
    requests: SimpleQueue[wire.Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        request = requests.get()
        found = prepare(Path(os.fsdecode(request.root)), os.fsdecode(request.path), request.settings)
        try:
            wire.write(replies, _reply(found))
        except BrokenPipeError:
            os._exit(0)


def _listen(requests: SimpleQueue[wire.Request]) -> None:
    """Hand requests on; leave at once when the parent closes the pipe or dies, even in the middle of a file."""
    decoder = msgspec.msgpack.Decoder(wire.Request)
    while (message := wire.read(sys.stdin.buffer)) is not None:
        requests.put(decoder.decode(message))
    os._exit(0)


def _reply(found: Prepared) -> wire.Reply:
    if isinstance(found, MissingFile):
        return wire.Reply()
    if isinstance(found, SkippedFile):
        return wire.Reply(found.stamp, found.reason)
    return wire.Reply(found.stamp, None, found.digest, found.language, found.chunks)


if __name__ == "__main__":
    main()
