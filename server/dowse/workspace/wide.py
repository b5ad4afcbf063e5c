"""Folders that somebody opens by mistake: a home folder, or one that holds it."""

from pathlib import Path


def holds_home(folder: Path) -> bool:
    """Say whether a folder, by its real path, is the user's home, lies above it, or is a whole file system."""
    try:
        home = Path.home().resolve()
    except (OSError, RuntimeError):  # nobody can say where it is
        home = folder
    return folder == Path(folder.anchor) or (home.is_relative_to(folder) and home != Path(home.anchor))
