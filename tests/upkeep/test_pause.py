"""Why indexing rests, and what is owed when it goes on."""

from typing import Any

import pytest

from dowse.status import PauseReason
from dowse.upkeep.pause import Pause


class Told:
    """A pause and what it tells."""

    def __init__(self) -> None:
        self.on_battery = False
        self.begun: list[PauseReason] = []
        self.owed: list[dict[Any, bool]] = []
        self.pause = Pause(lambda: self.on_battery, self.begun.append, self.owed.append)


@pytest.fixture
def told() -> Told:
    return Told()


FOLDER: Any = "folder"


def test_it_is_told_once_and_what_the_user_said_comes_first(told: Told) -> None:
    told.on_battery = True
    for _ in range(2):
        told.pause.follow_battery(wanted=True)
    assert told.pause.reason is PauseReason.BATTERY
    told.pause.begin()
    assert told.begun == [PauseReason.BATTERY, PauseReason.USER]
    assert told.pause.reason is PauseReason.USER


def test_it_ends_with_its_last_reason_and_what_was_put_off_is_done_then(told: Told) -> None:
    told.on_battery = True
    told.pause.follow_battery(wanted=True)
    told.pause.begin()
    told.pause.put_off(FOLDER, afresh=True)
    told.pause.put_off(FOLDER, afresh=False)
    told.on_battery = False
    told.pause.follow_battery(wanted=True)
    assert told.owed == []
    assert told.pause.owes
    told.pause.end()
    assert told.owed == [{FOLDER: True}]
    assert told.pause.reason is None
    assert not told.pause.owes


def test_what_stops_after_the_rest_has_ended_is_not_owed_for_ever(told: Told) -> None:
    told.pause.begin()
    stopped_by = told.pause.halt
    told.pause.end()
    assert stopped_by.is_set()
    assert not told.pause.halt.is_set()
    told.pause.put_off(FOLDER, afresh=False)
    assert told.owed == [{}, {FOLDER: False}]
    assert not told.pause.owes


def test_what_stops_at_the_end_of_the_session_is_not_begun_again(told: Told) -> None:
    told.pause.halt.set()
    told.pause.put_off(FOLDER, afresh=False)
    assert told.owed == []
