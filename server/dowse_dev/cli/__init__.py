"""The command line of those who work on Dowse, one file per command."""

from dowse.cli import exit_with


def main() -> None:
    """Run the ``dowse-dev`` command and exit with its code."""

    def run() -> int:
        from dowse_dev.cli.app import run

        return run()

    exit_with(run)
