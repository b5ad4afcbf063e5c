"""A small folder to index: modules of one function each."""

from pathlib import Path

FILES = 12


def modules_in(root: Path) -> Path:
    """Make ``root`` and its modules."""
    root.mkdir()
    for number in range(FILES):
        (root / f"module_{number:02}.py").write_text(f"def step_{number}(value):\n    return value\n")
    return root
