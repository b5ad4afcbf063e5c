"""Numbers and durations as people read them, and the lines that tell of an index."""

from __future__ import annotations

from collections.abc import Mapping

from dowse.cli import streams

_LEFT_OUT = {
    "too-large": "too large",
    "unknown-language": "in an unknown language",
    "parser-failed": "that the parser failed on",
}


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``1,234 files``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def size(bytes_: int) -> str:
    """Return a size in decimal units with three digits at most."""
    amount = float(bytes_)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 999.5:
            return f"{amount:.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def duration(seconds: float) -> str:
    """Return ``0.42 s``, ``12 s``, ``3 min 5 s``."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60} s"


def left_out(skipped: Mapping[str, int]) -> str:
    """Return how many files were left out, by reason, most frequent first; empty where there are none."""
    reasons = sorted(((number, reason) for reason, number in skipped.items() if number), reverse=True)
    return ", ".join(f"{number:,} {streams.escaped(_LEFT_OUT.get(reason, reason))}" for number, reason in reasons)
