"""The command line: one file per command, over the same engine as the language server."""

import contextlib
import os
import sys


def main() -> None:
    """Run the ``dowse`` command and exit with its code."""
    try:
        from dowse.cli.app import run

        code = run()
    except KeyboardInterrupt:  # before the command began, or a second Ctrl-C while it was stopping
        code = 130
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody is left to read it
            stream.flush()
    os._exit(code)  # a model's thread may still be inside C++ code, under which finalising the interpreter aborts
