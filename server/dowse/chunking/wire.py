"""Messages between the pool and its workers: MessagePack behind a length, so that a broken worker can only send data.

File names travel as bytes: one that is no UTF-8 has no other form.
"""

from __future__ import annotations

import json
import struct
from typing import IO

import msgspec

from dowse.chunking.chunk import Chunk
from dowse.chunking.fields import JoinedWords
from dowse.settings import FileSettings
from dowse.workspace.source import FileStamp, SkipReason

_LENGTH = struct.Struct("<I")


class FileRequest(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A file to prepare."""

    root: bytes
    path: bytes
    settings: FileSettings
    parse: bool = True


class TextRequest(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A text to chunk. Path and text are UTF-8 with ``surrogatepass``: an editor may send half a character."""

    path: bytes
    text: bytes
    language: str | None


Request = FileRequest | TextRequest


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """What became of it. Without ``stamp`` the file is missing; with ``reason`` it was left out."""

    stamp: FileStamp | None = None
    reason: SkipReason | None = None
    digest: bytes = b""
    language: str = ""
    chunks: tuple[Chunk, ...] = ()
    words: tuple[JoinedWords, ...] = ()
    """Of each chunk, where a file was prepared."""
    odd: bytes = b""
    """Chunks and words as JSON where they hold lone surrogates, which MessagePack has no form for."""


_encoder = msgspec.msgpack.Encoder()
_reply_decoder = msgspec.msgpack.Decoder(Reply)


def write(stream: IO[bytes], message: Request | Reply) -> None:
    """Send one message at once."""
    try:
        data = _encoder.encode(message)
    except UnicodeEncodeError:  # in a chunk: the bytes of a file's name, or half a character that an editor sent
        assert isinstance(message, Reply)
        odd = json.dumps(msgspec.to_builtins([message.chunks, message.words])).encode("ascii")
        data = _encoder.encode(msgspec.structs.replace(message, chunks=(), words=(), odd=odd))
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def decoded(message: bytes) -> Reply:
    """Read a reply; ``ValueError`` where it is none."""
    reply = _reply_decoder.decode(message)
    if not reply.odd:
        return reply
    chunks, words = msgspec.convert(json.loads(reply.odd), tuple[tuple[Chunk, ...], tuple[JoinedWords, ...]])
    return msgspec.structs.replace(reply, chunks=chunks, words=words, odd=b"")


def read(stream: IO[bytes]) -> bytes | None:
    """Return the next message's bytes, or None where the other side is gone."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    data = stream.read(length)
    return data if len(data) == length else None
