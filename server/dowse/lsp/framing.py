"""Messages in a stream of bytes: ``Content-Length`` and what it announces."""

from collections.abc import Iterator
from dataclasses import dataclass, field

_MAX_HEADER = 16 * 1024
_HEADERS = {b"content-length", b"content-type"}


@dataclass(frozen=True, slots=True)
class InvalidFrame:
    """A part of the stream that is no message; reading goes on behind it."""

    reason: str


@dataclass(slots=True)
class FrameReader:
    """Cuts a stream into messages, however its bytes arrive; never raises.

    Only the headers that the protocol knows are accepted. On a socket the first :class:`InvalidFrame` should end the
    connection: a web page can make a browser send an HTTP request whose body holds a well-formed message.
    """

    limit: int
    """Bytes of one message; a longer one is skipped and refused."""
    _buffer: bytearray = field(default_factory=bytearray)
    _length: int | None = None
    """Of the message whose header has been read."""
    _skip: int = 0
    """Bytes still to come of a message that was refused."""

    def feed(self, data: bytes) -> Iterator[bytes | InvalidFrame]:
        """Take in bytes and yield each message that is now complete."""
        self._buffer += data
        while (item := self._next()) is not None:
            yield item

    def _next(self) -> bytes | InvalidFrame | None:
        if self._skip:
            skipped = min(self._skip, len(self._buffer))
            del self._buffer[:skipped]
            self._skip -= skipped
            if self._skip:
                return None
        if self._length is None:
            header = self._header()
            if not isinstance(header, bytes):
                return header
            length = _content_length(header)
            if isinstance(length, InvalidFrame):
                return length
            if length > self.limit:
                self._skip = length
                return InvalidFrame(f"a message of more than {self.limit} bytes")
            self._length = length
        if len(self._buffer) < self._length:
            return None
        message = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length = None
        return message

    def _header(self) -> bytes | InvalidFrame | None:
        while self._buffer.startswith((b"\r", b"\n")):
            del self._buffer[:1]
        ends = [(at, len(end)) for end in (b"\r\n\r\n", b"\n\n") if (at := self._buffer.find(end)) >= 0]
        if not ends:
            if len(self._buffer) <= _MAX_HEADER:
                return None
            self._buffer.clear()
            return InvalidFrame("no message header in sight")
        at, width = min(ends)
        header = bytes(self._buffer[:at])
        del self._buffer[: at + width]
        return header


def _content_length(header: bytes) -> int | InvalidFrame:
    lengths = []
    for line in header.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() not in _HEADERS:
            return InvalidFrame("an unknown message header")
        if name.strip().lower() == b"content-length":
            lengths.append(value.strip())
    if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > 18:
        return InvalidFrame("a message header without a valid Content-Length")
    return int(lengths[0])
