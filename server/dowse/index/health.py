"""Looking at an index from outside, changing nothing: for the commands that only report."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dowse.index.database import FILE_NAME
from dowse.index.location import directory_name
from dowse.index.schema import MIGRATIONS


@dataclass(frozen=True, slots=True)
class Health:
    """What a look at an index showed."""

    schema: int
    """0 where it could not be read."""
    damage: str | None
    leftovers: tuple[Path, ...]
    """Damaged databases that were set aside."""

    @property
    def is_newer(self) -> bool:
        """Whether a newer Dowse made it."""
        return self.schema > len(MIGRATIONS)


def existing_directory(root: Path, cache_dir: Path) -> Path | None:
    """Return where the index of ``root`` is kept; None where there is none. Makes nothing."""
    directory = cache_dir / directory_name(root)
    with contextlib.suppress(OSError):
        if (directory / FILE_NAME).stat().st_size:
            return directory
    return None


def examine(directory: Path) -> Health:
    """Check a whole database (``PRAGMA quick_check``): seconds for one of gigabytes."""
    leftovers = tuple(sorted(directory.glob(f"{FILE_NAME}.damaged*")))
    try:
        with contextlib.closing(
            sqlite3.connect(f"{(directory / FILE_NAME).absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            schema = int(connection.execute("PRAGMA user_version").fetchone()[0])
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return Health(0, str(error), leftovers)
    return Health(schema, None if found == "ok" else found, leftovers)
