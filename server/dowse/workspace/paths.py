"""Between a file's absolute path, as the system writes it, and its path in a folder, whose parts ``/`` separates.

Both are real paths (links resolved, in the case that the disk has), so that comparing them letter by letter is right.
"""

import os


def path_within(folder: str, path: str, separator: str = os.sep) -> str | None:
    """Return ``path`` relative to ``folder``, ``""`` for the folder itself; None where it is outside."""
    if path == folder:
        return ""
    beginning = _with_separator(folder, separator)
    return path[len(beginning) :].replace(separator, "/") if path.startswith(beginning) else None


def absolute_path(folder: str, path: str, separator: str = os.sep) -> str:
    """Return the absolute path of a folder's file, the form under which documents are known."""
    return f"{_with_separator(folder, separator)}{path.replace('/', separator)}"


def _with_separator(folder: str, separator: str) -> str:
    """The root of a file system, or of a drive, ends in a separator already."""
    return folder if folder.endswith(separator) else f"{folder}{separator}"
