"""What goes wrong with an index."""

from pathlib import Path


class IndexUnavailable(Exception):
    """A folder's index cannot be opened or written; the message says why and what the user can do.

    Raised by a write, it means that the write left no trace: the index answers as before and may be tried again.
    """


def deletion_message(root: Path) -> str:
    """Return what to tell the user when somebody has deleted the index of ``root`` while it was in use."""
    return f"The index of {root} was deleted and is being made again."
