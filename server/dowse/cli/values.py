"""Hits as plain JSON values, in the shape of the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dowse.chunking.chunk import Kind
from dowse.search.query import Completeness, Hit, Marks, NoteLink, NoteReference, Reason, SimilarSource, Span
from dowse.workspace.lines import column_to_units, split_lines

SYMBOL_KINDS = {
    Kind.FILE: 1,
    Kind.MODULE: 2,
    Kind.NAMESPACE: 3,
    Kind.CLASS: 5,
    Kind.METHOD: 6,
    Kind.PROPERTY: 7,
    Kind.FIELD: 8,
    Kind.CONSTRUCTOR: 9,
    Kind.ENUM: 10,
    Kind.INTERFACE: 11,
    Kind.FUNCTION: 12,
    Kind.VARIABLE: 13,
    Kind.CONSTANT: 14,
    Kind.STRING: 15,
    Kind.OBJECT: 19,
    Kind.STRUCT: 23,
    Kind.EVENT: 24,
    Kind.OPERATOR: 25,
    Kind.TYPE_PARAMETER: 26,
}
"""Numbers of LSP's ``SymbolKind`` (specification 3.17)."""


def hit_value(hit: Hit) -> dict[str, Any]:
    """Return the protocol's Hit, with ``path`` relative to the workspace and ``kindName`` beside the number."""
    lines = split_lines(hit.text)
    first = hit.span.start_line
    value = {
        "path": hit.path,
        "location": {"uri": Path(hit.document).as_uri(), "range": range_value(hit.span, lines, first)},
        "selectionRange": range_value(hit.selection, lines, first),
        "name": hit.name,
        "containerName": hit.container,
        "kind": SYMBOL_KINDS[hit.kind],
        "kindName": hit.kind.value,
        "languageId": hit.language,
        "space": hit.space.value,
        "score": round(hit.score, 6),
        "preview": hit.preview,
        "reasons": [reason_value(reason) for reason in hit.reasons],
    }
    if hit.container is None:
        del value["containerName"]
    if hit.answer is not None:
        value["answer"] = {
            "range": range_value(hit.answer.span, lines, first),
            "text": hit.answer.text,
            "marks": marks_value(hit.answer.text, hit.answer.marks),
        }
    if hit.name_marks:
        value["nameMarks"] = marks_value(hit.name, hit.name_marks)
    if hit.notes:
        value["notes"] = [reference_value(reference) for reference in hit.notes]
    if hit.links:
        value["links"] = [link_value(link, hit) for link in hit.links]
    return value


def reason_value(reason: Reason) -> dict[str, Any]:
    """Return the protocol's Reason."""
    value: dict[str, Any] = {"signal": str(reason.signal), "share": round(reason.share, 6)}
    return value | {"words": list(reason.words)} if reason.words else value


def marks_value(text: str, marks: Marks) -> list[dict[str, int]]:
    """Return parts of a text in UTF-16 units."""
    return [
        {"start": column_to_units(text, start, "utf-16"), "end": column_to_units(text, end, "utf-16")}
        for start, end in marks
    ]


def reference_value(reference: NoteReference) -> dict[str, Any]:
    """Return the protocol's NoteReference, with ``path`` relative to the workspace."""
    place = range_value(reference.span, [reference.line_text], reference.span.start_line)
    return {
        "path": reference.path,
        "location": {"uri": Path(reference.document).as_uri(), "range": place},
        "title": reference.title,
    }


def link_value(link: NoteLink, hit: Hit) -> dict[str, Any]:
    """Return the protocol's NoteLink of a piece of a note, with ``path`` relative to the workspace."""
    value: dict[str, Any] = {
        "path": link.path,
        "range": range_value(link.span, split_lines(hit.text), hit.span.start_line),
        "label": link.label,
    }
    if link.document is not None:
        start = {"line": link.line, "character": 0}
        value["target"] = {"uri": Path(link.document).as_uri(), "range": {"start": start, "end": start}}
    return value


def range_value(span: Span, lines: Sequence[str], first_line: int) -> dict[str, Any]:
    """Return an LSP Range in UTF-16 units; ``lines`` are those of the text from ``first_line`` on."""

    def position(line: int, column: int) -> dict[str, int]:
        if 0 <= line - first_line < len(lines):
            column = column_to_units(lines[line - first_line], column, "utf-16")
        return {"line": line, "character": column}

    return {
        "start": position(span.start_line, span.start_column),
        "end": position(span.end_line, span.end_column),
    }


def index_value(index: Completeness) -> dict[str, Any]:
    """Return how complete the index was."""
    return {
        "state": index.state.value,
        "filesIndexed": index.files_indexed,
        "filesTotal": index.files_total,
        "generation": index.generation,
    }


def source_value(source: SimilarSource, text: str) -> dict[str, Any]:
    """Return the piece of ``text`` that was compared."""
    return {
        "range": range_value(source.span, split_lines(text), 0),
        "name": source.name,
        "kind": SYMBOL_KINDS[source.kind],
        "kindName": source.kind.value,
    }
