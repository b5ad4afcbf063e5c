"""No more is read of a client than can be handled."""

from __future__ import annotations

import threading

from dowse.lsp.framing import InvalidFrame
from dowse.lsp.transport import ReadAhead
from waiting import until


def test_reading_goes_on_when_a_message_has_been_handled() -> None:
    ahead = ReadAhead(limit=10_000)
    messages: list[bytes | InvalidFrame] = [b"x" * 6_000, b"y" * 6_000, InvalidFrame("odd"), b"z"]
    read: list[bytes | InvalidFrame] = []

    def reader() -> None:
        for message in messages:
            ahead.wait_and_add(message)
            read.append(message)

    thread = threading.Thread(target=reader, daemon=True)
    thread.start()
    until(lambda: len(read) == 2)
    assert thread.is_alive()
    ahead.remove(messages[0])
    until(lambda: len(read) == 4)
    thread.join(10)
