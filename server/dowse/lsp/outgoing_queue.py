"""Messages on their way to the client, whose number and size are bounded."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class OutgoingQueue:
    """Holds what has not been sent yet, in order, at most ``limit`` bytes.

    A message with a ``replace_key`` takes the place of the one with the same key that still waits: of the states of
    the index and of the percentages of a progress only the last is worth reading. All other messages are kept. When
    they are too many for a client that does not read, ``on_overflow`` is called, and nothing is taken any more.

    Safe on any thread. A transport either waits in :meth:`take` or is told by ``on_message`` to call :meth:`take_now`.
    """

    def __init__(
        self, limit: int, on_overflow: Callable[[], None], on_message: Callable[[], None] = lambda: None
    ) -> None:
        self._limit = limit
        self._on_overflow = on_overflow
        self._on_message = on_message
        self._changed = threading.Condition()
        self._messages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._bytes = 0
        self._count = 0
        self._closed = False

    def send(self, body: bytes, replace_key: Hashable = None) -> None:
        """Add a message. Never waits."""
        with self._changed:
            if self._closed:
                return
            self._count += 1
            key = ("once", self._count) if replace_key is None else ("latest", replace_key)
            grown = self._bytes + len(body) - len(self._messages.get(key, b""))
            overflow = grown > self._limit and bool(self._messages)  # one message alone may be as long as it is
            if overflow:
                self._discard()
            else:
                self._messages[key] = body
                self._bytes = grown
                self._changed.notify()
        if overflow:
            self._on_overflow()
        else:
            self._on_message()

    def take(self) -> bytes | None:
        """Wait for the next message and return it; None when the queue has been closed and is empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._closed)
            return self._pop()

    def take_now(self) -> bytes | None:
        """Return the next message; None where there is none."""
        with self._changed:
            return self._pop()

    def close(self) -> None:
        """Take no more messages; those that wait can still be sent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _pop(self) -> bytes | None:
        if not self._messages:
            return None
        _, body = self._messages.popitem(last=False)
        self._bytes -= len(body)
        return body

    def _discard(self) -> None:
        self._messages.clear()
        self._bytes = 0
        self._closed = True
        self._changed.notify_all()
