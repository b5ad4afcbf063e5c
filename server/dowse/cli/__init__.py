"""The command line: one file per command, over the same engine as the language server."""

import sys


def main() -> None:
    """Run the ``dowse`` command and exit with its code."""
    try:
        from dowse.cli.app import run

        code = run()
    except KeyboardInterrupt:  # before the command began, or a second Ctrl-C while it was stopping
        code = 130
    sys.exit(code)
