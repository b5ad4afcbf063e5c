"""The thread that runs tasks one after another."""

from threading import Event

import pytest

from dowse.upkeep.tasks import TaskThread


@pytest.fixture
def tasks():
    thread = TaskThread("test", lambda task: task(), lambda: None)
    yield thread
    thread.stop(5)


def until_idle(tasks):
    for _ in range(200):
        if tasks.idle:
            return
        tasks.wait_for_change(0.05)
    raise AssertionError("it never became idle")


def test_tasks_run_in_the_order_in_which_they_were_posted(tasks):
    done = []
    for number in range(10):
        tasks.post(lambda number=number: done.append(number))
    until_idle(tasks)
    assert done == list(range(10))


def test_what_is_due_goes_before_what_was_posted(tasks):
    done, started, go_on = [], Event(), Event()
    tasks.post(lambda: (started.set(), go_on.wait(5)))
    assert started.wait(5)
    tasks.post(lambda: done.append("posted"))
    tasks.soon("key", lambda: done.append("due"))
    go_on.set()
    until_idle(tasks)
    assert done == ["due", "posted"]


def test_a_long_task_lets_what_is_due_pass(tasks):
    done, started, go_on = [], Event(), Event()

    def long():
        started.set()
        go_on.wait(5)
        tasks.breathe()
        done.append("long")

    tasks.post(long)
    assert started.wait(5)
    tasks.soon("key", lambda: done.append("due"))
    go_on.set()
    until_idle(tasks)
    assert done == ["due", "long"]


def test_a_later_task_under_the_same_key_replaces_the_one_that_waits(tasks):
    done = []
    tasks.soon("key", lambda: done.append("first"), delay=60)
    tasks.soon("key", lambda: done.append("second"))
    until_idle(tasks)
    assert done == ["second"]


def test_waiting_for_a_routine_task_is_being_idle(tasks):
    tasks.soon("routine", lambda: None, delay=60, routine=True)
    assert tasks.idle
    tasks.soon("once", lambda: None, delay=60)
    assert not tasks.idle


def test_what_waits_is_not_run_after_the_stop(tasks):
    done = []
    tasks.soon("key", lambda: done.append("late"), delay=0.2)
    tasks.stop(5)
    assert not done
