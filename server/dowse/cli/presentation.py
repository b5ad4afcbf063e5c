"""Answers on standard output: text for people, JSON for programs, one line a hit for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from dowse.cli import streams
from dowse.cli.hit_lines import (
    PREVIEW_COLUMNS,
    named_line,
    note_lines,
    preview_lines,
    quickfix_place,
    shown_place,
    title,
)
from dowse.cli.values import hit_value, index_value
from dowse.search.query import Completeness, Hit

Format = Literal["text", "json", "quickfix"]


def present(
    hits: Sequence[Hit], index: Completeness, took_ms: float, form: Format, extra: dict[str, Any] | None = None
) -> None:
    """Print an answer."""
    if form == "json":
        value = {
            **(extra or {}),
            "results": [hit_value(hit) for hit in hits],
            "index": index_value(index),
            "tookMs": round(took_ms, 3),
        }
        # ASCII alone survives every locale, and keeps control characters and broken names from the terminal.
        streams.emit(json.dumps(value, ensure_ascii=True) + "\n")
    elif form == "quickfix":
        streams.emit("".join(_quickfix_line(hit) for hit in hits))
    elif streams.is_styled():
        from dowse.cli.styled import styled_hits

        streams.emit(styled_hits(hits))
    else:
        streams.emit("\n".join(_plain_hit(hit) for hit in hits))


def _plain_hit(hit: Hit) -> str:
    container, name = title(hit)
    header = f"{shown_place(hit)}: {container}{name} ({hit.kind.value.lower()})\n"
    preview = "".join(f"    {line}".rstrip() + "\n" for line in preview_lines(hit)[1])
    return header + preview + "".join(f"  {line}\n" for line in note_lines(hit))


def _quickfix_line(hit: Hit) -> str:
    """Return the hit's place, its name and the text of that line."""
    container, name = title(hit)
    text = streams.escaped(named_line(hit).strip()[:PREVIEW_COLUMNS])
    return f"{quickfix_place(hit)}: {container}{name} — {text}\n"
