"""Python loads this at the start of every process that has ``tests`` on its path."""

import os

if "DOWSE_TESTS_CONNECTIONS" in os.environ:
    from attacks import guard

    guard.watch()
