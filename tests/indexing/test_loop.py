"""The queue of events, and the thread that takes them."""

from __future__ import annotations

from pathlib import Path
from threading import Event as Flag
from threading import Thread

from dowse.indexing.events import (
    DocumentChanged,
    Event,
    FilesChanged,
    FollowWanted,
    PauseWanted,
    Reporter,
    ResumeWanted,
    ScanProgress,
    WatchOverflow,
)
from dowse.indexing.loop import EventQueue

ROOT = Path("/project")


def waiting(events: EventQueue) -> list[Event]:
    found = []
    while (each := events.get(0)) is not None:
        found.append(each[1])
    return found


def test_events_come_in_the_order_in_which_they_were_posted():
    events = EventQueue()
    posted = [PauseWanted(), ResumeWanted(), PauseWanted()]
    for event in posted:
        events.post(event)
    assert waiting(events) == posted


def test_a_flood_of_reports_is_one_event_with_all_paths():
    events = EventQueue()
    for number in range(1_000):
        events.post(FilesChanged(frozenset([f"/project/{number}"]), Reporter.WATCHER))
        events.post(WatchOverflow(ROOT))
        events.post(DocumentChanged("/project/a.py", number, typed=number == 5))
        events.post(ScanProgress(ROOT, 1, 1_000, number))
        events.post(FollowWanted(number))
    assert len(events) == 5
    files, overflow, document, progress, follow = waiting(events)
    assert isinstance(files, FilesChanged)
    assert len(files.paths) == 1_000
    assert overflow == WatchOverflow(ROOT)
    assert document == DocumentChanged("/project/a.py", 999, typed=True)
    assert progress == ScanProgress(ROOT, 1, 1_000, 999)
    assert follow == FollowWanted(999)


def test_reports_of_different_reporters_are_kept_apart():
    events = EventQueue()
    events.post(FilesChanged(frozenset(["/a"]), Reporter.WATCHER))
    events.post(FilesChanged(frozenset(["/b"]), Reporter.SEARCH))
    assert len(waiting(events)) == 2


def test_what_is_posted_after_the_end_is_nobody_s():
    events = EventQueue()
    events.close()
    events.post(PauseWanted())
    assert len(events) == 0


def test_who_waits_is_woken_by_an_event():
    events, found, started = EventQueue(), [], Flag()

    def take() -> None:
        started.set()
        found.append(events.get(30))

    thread = Thread(target=take)
    thread.start()
    assert started.wait(10)
    events.post(PauseWanted())
    thread.join(30)
    assert found == [(1, PauseWanted())]
