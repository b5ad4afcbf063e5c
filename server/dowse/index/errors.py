"""What goes wrong with an index."""


class IndexUnavailable(Exception):
    """A folder's index cannot be opened or written; the message says why and what the user can do.

    Raised by a write, it means that the write left no trace: the index answers as before and may be tried again.
    """
