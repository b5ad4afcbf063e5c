"""Comparing vectors beside the search's own thread, without a queue in which cancelled searches keep their places."""

import threading

from dowse.search.helper_threads import HelperThreads


def test_a_call_runs_at_once_while_a_thread_is_idle():
    begun, go_on = threading.Event(), threading.Event()

    def call():
        begun.set()
        assert go_on.wait(60)
        return threading.current_thread()

    result = HelperThreads(1, "helper").begin(call)
    assert begun.wait(60)
    go_on.set()
    assert result() is not threading.current_thread()


def test_a_call_that_would_have_to_wait_runs_on_the_thread_that_needs_it_or_not_at_all():
    helpers, begun, go_on = HelperThreads(1, "helper"), threading.Event(), threading.Event()
    ran: list[str] = []
    busy = helpers.begin(lambda: begun.set() or go_on.wait(60))
    assert begun.wait(60)
    needed = helpers.begin(lambda: ran.append("needed") or threading.current_thread())
    helpers.begin(lambda: ran.append("cancelled"))
    assert needed() is threading.current_thread()
    go_on.set()
    assert busy()
    assert ran == ["needed"]


def test_a_call_that_fails_leaves_its_thread_idle():
    helpers = HelperThreads(1, "helper")
    for _ in range(3):
        result = helpers.begin(lambda: 1 / 0)
        try:
            result()
        except ZeroDivisionError:
            continue
        raise AssertionError
