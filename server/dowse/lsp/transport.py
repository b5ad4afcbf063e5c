"""Standard streams, TCP and WebSocket: how bytes reach :class:`~dowse.lsp.jsonrpc.Protocol` and leave it.

Each function serves one client and returns when the session has ended. Sockets listen on the loopback interface only.
"""

import asyncio
import ipaddress
import logging
import os
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from dowse.lsp.framing import FrameReader, InvalidFrame
from dowse.lsp.jsonrpc import PARSE_ERROR, Protocol
from dowse.lsp.lifetime import Lifetime
from dowse.lsp.outgoing_queue import OutgoingQueue
from dowse.lsp.tuning import Tuning

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request, Response

log = logging.getLogger(__name__)

_CHUNK = 64 * 1024

_OVERHEAD = 1024
"""Bytes that a message in a queue takes besides its own, about."""


def is_loopback(host: str) -> bool:
    """Tell whether nobody outside this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def require_loopback(host: str) -> None:
    """Raise ``ValueError`` for an address that other machines can reach: the protocol has no authentication."""
    if not is_loopback(host):
        raise ValueError(f"{host} is not a loopback address; the server listens on 127.0.0.1, ::1 or localhost only")


def frame_message(body: bytes) -> bytes:
    """Return a message as it goes over a stream."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class StreamWriter:
    """Writes to a file descriptor on a thread, so that a client that does not read cannot stop the event loop."""

    def __init__(self, descriptor: int, outgoing: OutgoingQueue, lifetime: Lifetime) -> None:
        self._descriptor = descriptor
        self._outgoing = outgoing
        self._lifetime = lifetime
        self._thread = threading.Thread(target=self._run, name="dowse-write", daemon=True)
        self._thread.start()

    def close(self, timeout: float) -> None:
        """Write what is queued, waiting at most ``timeout`` seconds."""
        self._outgoing.close()
        self._thread.join(timeout)

    def _run(self) -> None:
        try:
            while (body := self._outgoing.take()) is not None:
                view = memoryview(frame_message(body))
                while view:
                    view = view[os.write(self._descriptor, view) :]
        except OSError:
            self._lifetime.end()


class ReadAhead:
    """Bounds what has been read of a client and not handled yet: until there is less of it, nothing more is read."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._changed = threading.Condition()

    def wait_and_add(self, item: bytes | InvalidFrame) -> None:
        """Wait until there is room for a message. The event loop never waits for the client, so there will be."""
        with self._changed:
            self._changed.wait_for(lambda: self._bytes < self._limit)
            self._bytes += self._size(item)

    def remove(self, item: bytes | InvalidFrame) -> None:
        """Note that a message is being handled."""
        with self._changed:
            self._bytes -= self._size(item)
            self._changed.notify()

    def _size(self, item: bytes | InvalidFrame) -> int:
        return len(item) + _OVERHEAD if isinstance(item, bytes) else _OVERHEAD


def _end_for_overflow(lifetime: Lifetime) -> Callable[[], None]:
    def end() -> None:
        log.error("The session ends: the client does not read what is sent to it")
        lifetime.end()

    return end


async def serve_stdio(protocol: Protocol, lifetime: Lifetime, tuning: Tuning) -> None:
    """Serve the process that started this one.

    The two descriptors are moved away first: whatever else prints lands in the log, and no child process inherits
    them, so that the end of input is seen.
    """
    source, sink = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: ASYNC230 - the null device does not block
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    incoming: asyncio.Queue[bytes | InvalidFrame | None] = asyncio.Queue()
    unhandled = ReadAhead(tuning.unhandled_bytes)
    loop = asyncio.get_running_loop()

    def read() -> None:
        frames = FrameReader(tuning.message_bytes)
        try:
            while data := os.read(source, _CHUNK):
                for item in frames.feed(data):
                    unhandled.wait_and_add(item)
                    loop.call_soon_threadsafe(incoming.put_nowait, item)
        except OSError as error:
            log.warning("Reading ended: %s", error)
        finally:
            lifetime.arm_kill_timer()
            loop.call_soon_threadsafe(incoming.put_nowait, None)

    outgoing = OutgoingQueue(tuning.unsent_bytes, _end_for_overflow(lifetime))
    writer = StreamWriter(sink, outgoing, lifetime)
    protocol.connect(outgoing)
    threading.Thread(target=read, name="dowse-read", daemon=True).start()
    pump = asyncio.ensure_future(_pump(incoming, unhandled, protocol, lifetime))
    await lifetime.ended()
    pump.cancel()
    await asyncio.sleep(0)
    writer.close(timeout=0.3)


async def _pump(
    incoming: "asyncio.Queue[bytes | InvalidFrame | None]",
    unhandled: "ReadAhead",
    protocol: Protocol,
    lifetime: Lifetime,
) -> None:
    while (item := await incoming.get()) is not None:
        unhandled.remove(item)
        _take(item, protocol)
        await asyncio.sleep(0)  # a request starts before the next message can change what it asks about
    lifetime.end()


def _take(item: bytes | InvalidFrame, protocol: Protocol) -> None:
    if isinstance(item, InvalidFrame):
        protocol.refuse(None, PARSE_ERROR, f"cannot read the stream: {item.reason}")
    else:
        protocol.receive(item)


async def _send_all(
    protocol: Protocol, lifetime: Lifetime, tuning: Tuning, send: Callable[[bytes], Awaitable[None]]
) -> None:
    """Send what the protocol has to say, as fast as the client reads; ends when it is cancelled."""
    more = asyncio.Event()
    outgoing = OutgoingQueue(tuning.unsent_bytes, _end_for_overflow(lifetime), more.set)
    protocol.connect(outgoing)
    while True:
        await more.wait()
        more.clear()
        while (body := outgoing.take_now()) is not None:
            await send(body)


async def serve_tcp(host: str, port: int, protocol: Protocol, lifetime: Lifetime, tuning: Tuning) -> None:
    """Serve the first client that connects; others are turned away. Port 0 takes a free one, told on stderr."""
    require_loopback(host)
    taken = False

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        if taken:
            writer.close()
            return
        taken = True

        async def send(body: bytes) -> None:
            try:
                writer.write(frame_message(body))
                await writer.drain()
            except OSError:
                lifetime.end()

        sender = asyncio.ensure_future(_send_all(protocol, lifetime, tuning, send))
        await asyncio.sleep(0)
        frames = FrameReader(tuning.message_bytes)
        try:
            while data := await reader.read(_CHUNK):
                for item in frames.feed(data):
                    _take(item, protocol)
                    if isinstance(item, InvalidFrame):
                        return
                    await asyncio.sleep(0)
        except OSError as error:
            log.warning("The connection broke: %s", error)
        finally:
            lifetime.end()
            if not writer.is_closing():
                await asyncio.wait([asyncio.ensure_future(_drained(writer))], timeout=0.3)
                writer.close()
            sender.cancel()

    server = await asyncio.start_server(connected, host, port)
    async with server:
        _announce(server.sockets[0].getsockname())
        await lifetime.ended()
        await asyncio.sleep(0)


async def _drained(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.drain()
    except OSError as error:
        log.warning("The connection broke: %s", error)


async def serve_websocket(host: str, port: int, protocol: Protocol, lifetime: Lifetime, tuning: Tuning) -> None:
    """Serve the first client that connects, as :func:`serve_tcp` does; web pages from elsewhere are refused."""
    from websockets.asyncio.server import serve
    from websockets.exceptions import ConnectionClosed

    require_loopback(host)
    taken = False

    async def connected(connection: "ServerConnection") -> None:
        nonlocal taken
        if taken:
            await connection.close(1013, "another client is connected")
            return
        taken = True

        async def send(body: bytes) -> None:
            try:
                await connection.send(body.decode())
            except ConnectionClosed:
                lifetime.end()

        sender = asyncio.ensure_future(_send_all(protocol, lifetime, tuning, send))
        await asyncio.sleep(0)
        try:
            async for message in connection:
                protocol.receive(message)
                await asyncio.sleep(0)
        except ConnectionClosed as error:
            log.warning("The connection broke: %s", error)
        finally:
            lifetime.end()
            sender.cancel()

    server = await serve(connected, host, port, max_size=tuning.message_bytes, process_request=_refuse_strangers)
    async with server:
        _announce(next(iter(server.sockets)).getsockname())
        await lifetime.ended()
        await asyncio.sleep(0.05)


def _refuse_strangers(connection: "ServerConnection", request: "Request") -> "Response | None":
    """Refuse a page that a browser got from elsewhere, and a name that was rebound to this machine."""
    from http import HTTPStatus
    from urllib.parse import urlsplit

    origin = request.headers.get("Origin")
    named = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    if is_loopback(named) and (origin is None or is_loopback(urlsplit(origin).hostname or "")):
        return None
    return connection.respond(HTTPStatus.FORBIDDEN, "Only this machine may connect.\n")


def _announce(address: tuple[str, int]) -> None:
    print(f"Listening on {address[0]}:{address[1]}", file=sys.stderr, flush=True)  # noqa: T201
