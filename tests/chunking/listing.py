"""Chunks as text that people can read and compare."""

from collections.abc import Sequence

from dowse.chunking.chunk import Chunk


def listing(chunks: Sequence[Chunk]) -> str:
    """Describe each chunk on a line or two: lines from 1, kind, where its name stands, signature, first line of doc."""
    entries = []
    for chunk in chunks:
        part = f" part {chunk.part}" if chunk.part else ""
        place = f"{chunk.name_line + 1}:{chunk.name_column + 1}+{chunk.name_length}" if chunk.name_length else "-"
        lines = [
            f"{chunk.start_line + 1}-{chunk.end_line} {chunk.language} {chunk.kind} {chunk.name!r} at {place}{part}"
        ]
        if chunk.container:
            lines.append(f"  in {chunk.container}")
        if chunk.signature:
            lines.append(f"  {chunk.signature}")
        if chunk.doc:
            lines.append(f"  doc: {chunk.doc.splitlines()[0]}")
        entries.append("\n".join(lines) + "\n")
    return "".join(entries)
