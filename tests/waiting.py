"""Waiting for what other threads and processes bring about, where there is no event to wait for."""

import threading
import time
from collections.abc import Callable

PATIENCE = 100.0
"""Seconds, a little less than the suite lets a test run: a busy machine is no failure."""


def until(condition: Callable[[], bool], what: str = "it never came true") -> None:
    """Return when ``condition`` holds; fail with ``what`` where it does not come to hold."""
    deadline, tick = time.monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, what
        tick.wait(0.01)
