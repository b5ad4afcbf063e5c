"""A process that reads and chunks files for the pool: ``python -P -m dowse.chunking.worker [background]``.

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
from dowse.chunking.chunker import chunk_text
from dowse.chunking.prepared_file import MissingFile, Prepared, prepare
from dowse.system import SYSTEM
from dowse.workspace.source import SkippedFile

PROCESSOR_SECONDS = 4.0
"""A worker that computes for longer over one request ends by the system's hand: a grammar that never ends holds the
interpreter's lock, so no code of ours could notice, not even that the server is gone. Seconds that pass would say
nothing of a process that waits for a busy machine."""


def main() -> None:
    """Answer requests from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if "background" in sys.argv[1:]:
        SYSTEM.lower_priority()
    # Whatever prints does not end up between two messages.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    gc.set_threshold(50_000)
    requests: SimpleQueue[wire.Request] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        request = requests.get()
        SYSTEM.end_after_processor_time(PROCESSOR_SECONDS)
        reply = _answer(request)
        SYSTEM.end_after_processor_time(0)
        try:
            wire.write(replies, reply)
        except BrokenPipeError:
            os._exit(0)


def _listen(requests: SimpleQueue[wire.Request]) -> None:
    """Hand requests on; leave at once when the parent closes the pipe or dies, even in the middle of a file."""
    decoder: msgspec.msgpack.Decoder[wire.Request] = msgspec.msgpack.Decoder(wire.Request)
    while (message := wire.read(sys.stdin.buffer)) is not None:
        requests.put(decoder.decode(message))
    os._exit(0)


def _answer(request: wire.Request) -> wire.Reply:
    if isinstance(request, wire.FileRequest):
        root, name = Path(os.fsdecode(request.root)), os.fsdecode(request.path)
        return _reply(prepare(root, name, request.settings, parse=request.parse))
    path, text = (part.decode("utf-8", "surrogatepass") for part in (request.path, request.text))
    return wire.Reply(chunks=tuple(chunk_text(path, text, request.language)))


def _reply(found: Prepared) -> wire.Reply:
    if isinstance(found, MissingFile):
        return wire.Reply()
    if isinstance(found, SkippedFile):
        return wire.Reply(found.stamp, found.reason)
    return wire.Reply(found.stamp, None, found.digest, found.language, found.chunks, found.words)


if __name__ == "__main__":
    main()
