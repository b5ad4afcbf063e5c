"""The command line: one file per command, over the same engine as the language server."""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import NoReturn


def main() -> None:
    """Run the ``dowse`` command and exit with its code."""

    def run() -> int:
        from dowse.cli.app import run

        return run()

    exit_with(run)


def exit_with(run: Callable[[], int]) -> NoReturn:
    """Exit with the code that ``run`` returns, 130 where Ctrl-C ended it, without waiting for threads."""
    try:
        code = run()
    except KeyboardInterrupt:  # before the command began, or a second Ctrl-C while it was stopping
        code = 130
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody is left to read it
            stream.flush()
    os._exit(code)  # a model's thread may still be inside C++ code, under which finalising the interpreter aborts
