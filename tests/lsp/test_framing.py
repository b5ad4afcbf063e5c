"""Messages in a stream, however its bytes arrive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.lsp.framing import FrameReader, InvalidFrame

ONE = b"Content-Length: 2\r\n\r\n{}"


def read(data: bytes, step: int = 1 << 20, limit: int = 1 << 30) -> list[bytes | InvalidFrame]:
    frames = FrameReader(limit)
    return [item for at in range(0, len(data), step) for item in frames.feed(data[at : at + step])]


@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(1, 50))
def test_messages_arrive_in_any_pieces(bodies: list[bytes], step: int) -> None:
    stream = b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)
    assert read(stream, step) == bodies


@pytest.mark.parametrize(
    "stream",
    [
        b"content-length:2\r\n\r\n{}",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length:  2 \r\n\r\n{}",
        b"Content-Length: 2\n\n{}",
        b"\r\n\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_headers_are_read_as_clients_write_them(stream: bytes) -> None:
    assert read(stream, 1) == [b"{}"]


@pytest.mark.parametrize(
    "broken",
    [
        b"hello\r\n\r\n",
        b"Content-Length: two\r\n\r\n",
        b"Content-Length: -2\r\n\r\n",
        b"Content-Length: 1e3\r\n\r\n",
        b"Content-Length:\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\n",
        b"Content-Length: 99999999999999999999999999\r\n\r\n",
        b"x" * 20_000 + b"\r\n\r\n",
    ],
)
def test_reading_goes_on_behind_a_broken_header(broken: bytes) -> None:
    items = read(broken + ONE + ONE, 7)
    assert items[-2:] == [b"{}", b"{}"]
    assert isinstance(items[0], InvalidFrame)


def test_an_http_request_is_no_message() -> None:
    items = read(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}")
    assert [type(item) for item in items] == [InvalidFrame]


def test_a_message_that_is_too_long_is_skipped() -> None:
    items = read(b"Content-Length: 1000\r\n\r\n" + b"x" * 1000 + ONE, 33, limit=100)
    assert isinstance(items[0], InvalidFrame)
    assert items[1:] == [b"{}"]


@given(st.binary(max_size=2000), st.integers(1, 100))
def test_nothing_raises(data: bytes, step: int) -> None:
    read(data, step)
