"""Answers on standard output: text for people, JSON for programs, one line a hit for editors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from dowse.cli import streams
from dowse.cli.explanation import explain
from dowse.cli.hit_lines import (
    GAP,
    answer_text,
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
    hits: Sequence[Hit],
    index: Completeness,
    took_ms: float,
    form: Format,
    extra: dict[str, Any] | None = None,
    *,
    explained: bool = False,
) -> None:
    """Print an answer; ``explained`` says of each hit why it is there, in text for people."""
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

        streams.emit(styled_hits(hits, explained=explained))
    else:
        streams.emit("\n".join(_plain_hit(hit, explained=explained) for hit in hits))


def _plain_hit(hit: Hit, *, explained: bool) -> str:
    container, name = title(hit)
    lines = [f"{shown_place(hit)}: {container}{name} ({hit.kind.value.lower()})"]
    before: int | None = None
    for line in preview_lines(hit):
        if before is not None and line.number > before + 1:
            lines.append(f"    {GAP}")
        lines.append(f"    {line.text}".rstrip())
        before = line.number
    lines += [f"  {line}" for line in note_lines(hit)]
    if explained:
        lines.append(f"  why: {explain(hit)}")
    return "".join(f"{line}\n" for line in lines)


def _quickfix_line(hit: Hit) -> str:
    """Return the hit's place, its name and the line that answers."""
    container, name = title(hit)
    return f"{quickfix_place(hit)}: {container}{name} — {answer_text(hit)}\n"
