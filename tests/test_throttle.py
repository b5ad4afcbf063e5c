"""How background work shares the machine with somebody who types."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dowse import throttle
from dowse.throttle import BackgroundThrottle

WAIT = 20.0


@pytest.fixture
def typing() -> BackgroundThrottle:
    """Somebody types without end."""
    typing = BackgroundThrottle(quiet_seconds=3600.0)
    typing.note_keystroke()
    return typing


@contextmanager
def another(shared: BackgroundThrottle) -> Iterator[threading.Event]:
    """Ask for a turn on another thread; yield what is set once it has had it."""
    had = threading.Event()

    def take() -> None:
        with shared.acquire():
            had.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield had
    thread.join(WAIT)
    assert not thread.is_alive()


def waiting(shared: BackgroundThrottle, number: int) -> None:
    """Return when so many wait for their turn."""
    deadline = time.monotonic() + WAIT
    while len(shared._waiting) < number:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_while_nobody_types_there_are_turns_for_all() -> None:
    shared = BackgroundThrottle()
    with shared.acquire(), shared.acquire(), another(shared) as had:
        assert had.wait(WAIT)


def test_while_somebody_types_the_next_waits_for_the_end_of_the_last(typing: BackgroundThrottle) -> None:
    with another(typing) as had:
        assert had.wait(WAIT)
    with typing.acquire():
        second = another(typing)
        had = second.__enter__()
        waiting(typing, 1)
        assert not had.is_set()
    assert had.wait(WAIT)
    second.__exit__(None, None, None)


def test_turns_come_in_the_order_in_which_they_were_asked_for(typing: BackgroundThrottle) -> None:
    order: list[int] = []

    def take(number: int) -> None:
        with typing.acquire():
            order.append(number)

    threads = [threading.Thread(target=take, args=(number,), daemon=True) for number in range(5)]
    with typing.acquire():
        for number, thread in enumerate(threads):
            thread.start()
            waiting(typing, number + 1)
    for thread in threads:
        thread.join(WAIT)
    assert order == list(range(5))


def test_what_cannot_wait_does_not_and_nothing_begins_beside_it(typing: BackgroundThrottle) -> None:
    with typing.acquire(), typing.acquire_at_once():
        pass
    with typing.acquire_at_once(), another(typing) as had:
        waiting(typing, 1)
        assert not had.is_set()
        typing.change(one_core_while_typing=False)
        assert had.wait(WAIT)


def test_a_piece_that_used_several_processors_is_made_up_for(
    typing: BackgroundThrottle, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"used": 0.0}
    monkeypatch.setattr(throttle.time, "process_time", lambda: clock["used"])
    with typing.acquire():
        clock["used"] += 3600.0  # in no time, so on thousands of them
    with another(typing) as had:
        waiting(typing, 1)
        assert not had.is_set()
        typing.change(one_core_while_typing=False)
        assert had.wait(WAIT)


def test_the_limit_ends_when_the_typing_has() -> None:
    shared = BackgroundThrottle(quiet_seconds=0.05)
    shared.note_keystroke()
    with shared.acquire(), another(shared) as had:
        assert had.wait(WAIT)
    assert not shared.limited


def test_the_setting_turns_it_off() -> None:
    shared = BackgroundThrottle(one_core_while_typing=False)
    shared.note_keystroke()
    with shared.acquire(), another(shared) as had:
        assert had.wait(WAIT)
