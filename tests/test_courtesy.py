"""How background work shares the machine with somebody who types."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dowse import courtesy
from dowse.courtesy import Courtesy

WAIT = 20.0


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Courtesy:
    """Somebody types without end."""
    monkeypatch.setattr(courtesy, "QUIET_SECONDS", 3600.0)
    typing = Courtesy()
    typing.typed()
    return typing


@contextmanager
def another(shared: Courtesy) -> Iterator[threading.Event]:
    """Ask for a turn on another thread; yield what is set once it has had it."""
    had = threading.Event()

    def take() -> None:
        with shared.turn():
            had.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield had
    thread.join(WAIT)
    assert not thread.is_alive()


def waiting(shared: Courtesy, number: int) -> None:
    """Return when so many wait for their turn."""
    deadline = time.monotonic() + WAIT
    while len(shared._waiting) < number:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_while_nobody_types_there_are_turns_for_all() -> None:
    shared = Courtesy()
    with shared.turn(), shared.turn(), another(shared) as had:
        assert had.wait(WAIT)


def test_while_somebody_types_the_next_waits_for_the_end_of_the_last(typing: Courtesy) -> None:
    with another(typing) as had:
        assert had.wait(WAIT)
    with typing.turn():
        second = another(typing)
        had = second.__enter__()
        waiting(typing, 1)
        assert not had.is_set()
    assert had.wait(WAIT)
    second.__exit__(None, None, None)


def test_turns_come_in_the_order_in_which_they_were_asked_for(typing: Courtesy) -> None:
    order: list[int] = []

    def take(number: int) -> None:
        with typing.turn():
            order.append(number)

    threads = [threading.Thread(target=take, args=(number,), daemon=True) for number in range(5)]
    with typing.turn():
        for number, thread in enumerate(threads):
            thread.start()
            waiting(typing, number + 1)
    for thread in threads:
        thread.join(WAIT)
    assert order == list(range(5))


def test_what_cannot_wait_does_not_and_nothing_begins_beside_it(typing: Courtesy) -> None:
    with typing.turn(), typing.turn_at_once():
        pass
    with typing.turn_at_once(), another(typing) as had:
        waiting(typing, 1)
        assert not had.is_set()
        typing.change(one_core_while_typing=False)
        assert had.wait(WAIT)


def test_a_piece_that_used_several_processors_is_made_up_for(typing: Courtesy, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = {"used": 0.0}
    monkeypatch.setattr(courtesy.time, "process_time", lambda: clock["used"])
    with typing.turn():
        clock["used"] += 3600.0  # in no time, so on thousands of them
    with another(typing) as had:
        waiting(typing, 1)
        assert not had.is_set()
        typing.change(one_core_while_typing=False)
        assert had.wait(WAIT)


def test_the_limit_ends_when_the_typing_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "QUIET_SECONDS", 0.05)
    shared = Courtesy()
    shared.typed()
    with shared.turn(), another(shared) as had:
        assert had.wait(WAIT)
    assert not shared.limited


def test_the_setting_turns_it_off() -> None:
    shared = Courtesy(one_core_while_typing=False)
    shared.typed()
    with shared.turn(), another(shared) as had:
        assert had.wait(WAIT)
