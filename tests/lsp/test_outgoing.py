"""What waits for the client: in order, nothing lost but what is out of date, and bounded."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.lsp.outgoing_queue import OutgoingQueue

LIMIT = 100


class Overflow:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def overflow() -> Overflow:
    return Overflow()


@pytest.fixture
def queue(overflow: Overflow) -> OutgoingQueue:
    return OutgoingQueue(LIMIT, overflow)


def waiting(queue: OutgoingQueue) -> list[bytes]:
    return list(iter(queue.take_now, None))


def test_messages_leave_in_order(queue: OutgoingQueue) -> None:
    for body in (b"one", b"two", b"one"):
        queue.send(body)
    assert waiting(queue) == [b"one", b"two", b"one"]


def test_a_newer_state_takes_the_place_of_the_one_that_waits(queue: OutgoingQueue) -> None:
    queue.send(b"begin")
    for percent in range(1000):
        queue.send(b"%d percent" % percent, replace_key="progress")
        queue.send(b"state %d" % percent, replace_key="status")
    queue.send(b"end")
    assert waiting(queue) == [b"begin", b"999 percent", b"state 999", b"end"]
    queue.send(b"state 1000", replace_key="status")
    assert waiting(queue) == [b"state 1000"]


def test_too_much_is_reported_once_and_kept_no_longer(queue: OutgoingQueue, overflow: Overflow) -> None:
    for _ in range(50):
        queue.send(b"x" * 10)
    assert overflow.count == 1
    assert waiting(queue) == []


def test_one_message_may_be_longer_than_the_limit(queue: OutgoingQueue, overflow: Overflow) -> None:
    queue.send(b"x" * 10 * LIMIT)
    assert overflow.count == 0
    assert waiting(queue) == [b"x" * 10 * LIMIT]


def test_what_waits_when_the_queue_is_closed_is_still_sent(queue: OutgoingQueue) -> None:
    queue.send(b"last")
    queue.close()
    queue.send(b"too late")
    assert queue.take() == b"last"
    assert queue.take() is None


def test_a_writer_that_waits_is_woken(queue: OutgoingQueue) -> None:
    taken: list[bytes | None] = []
    writer = threading.Thread(target=lambda: taken.extend([queue.take(), queue.take()]))
    writer.start()
    queue.send(b"one")
    queue.close()
    writer.join(10)
    assert taken == [b"one", None]


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=30), st.sampled_from([None, "a", "b"]), st.booleans())))
def test_no_more_waits_than_the_limit_and_nothing_else_is_lost(steps: list[tuple[bytes, str | None, bool]]) -> None:
    overflow = Overflow()
    queue = OutgoingQueue(LIMIT, overflow)
    expected: dict[object, bytes] = {}
    for number, (body, key, take) in enumerate(steps):
        queue.send(body, replace_key=key)
        expected[key or number] = body
        if overflow.count:
            assert sum(map(len, expected.values())) > LIMIT
            assert waiting(queue) == []
            return
        assert sum(map(len, expected.values())) <= LIMIT
        if take:
            first = next(iter(expected))
            assert queue.take_now() == expected.pop(first)
    assert waiting(queue) == list(expected.values())
