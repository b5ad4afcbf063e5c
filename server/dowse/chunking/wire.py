"""Messages between the pool and its workers: MessagePack behind a length, so that a broken worker can only send data.

File names travel as bytes: one that is no UTF-8 has no other form.
"""

from __future__ import annotations

import struct
from typing import IO

import msgspec

from dowse.chunking.chunk import Chunk
from dowse.settings import FileSettings
from dowse.workspace.source import FileStamp, SkipReason

_LENGTH = struct.Struct("<I")


class Request(msgspec.Struct, frozen=True, array_like=True):
    """A file to prepare."""

    root: bytes
    path: bytes
    settings: FileSettings


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """What became of it. Without ``stamp`` the file is missing; with ``reason`` it was left out."""

    stamp: FileStamp | None = None
    reason: SkipReason | None = None
    digest: bytes = b""
    language: str = ""
    chunks: tuple[Chunk, ...] = ()


_encoder = msgspec.msgpack.Encoder()


def write(stream: IO[bytes], message: Request | Reply) -> None:
    """Send one message at once."""
    data = _encoder.encode(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes]) -> bytes | None:
    """Return the next message's bytes, or None where the other side is gone."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    data = stream.read(length)
    return data if len(data) == length else None
