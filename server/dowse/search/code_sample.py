"""What is compared when somebody asks for similar code: a function, a selection or loose text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.identifiers import words
from dowse.chunking.languages import language_of, space_of
from dowse.chunking.structure import sketch
from dowse.search.present_text import Text
from dowse.search.query import SimilarRequest, SimilarSource, Span
from dowse.search.view import SearchView
from dowse.workspace.lines import without_end


@dataclass(frozen=True, slots=True)
class CodeSample:
    """The code or prose that is compared, in the form that each retriever takes."""

    space: SpaceName
    embedded_text: str
    words: tuple[str, ...]
    sketch: bytes
    shown: SimilarSource


def read_sample(view: SearchView, request: SimilarRequest) -> CodeSample:
    """Read what a request compares; ``LookupError`` where there is nothing."""
    present = view.verifier.text(request.document)
    if present is None:
        raise LookupError(f"{request.document} cannot be read")
    _, path = view.owner(request.document)
    around = _chunk_at(view.verifier.chunks(request.document, path, present), request.span.start_line)
    if _is_empty(request.span):
        if around is None:
            raise LookupError(f"there is nothing to compare at line {request.span.start_line + 1} of {path}")
        return _of_chunk(around, present)
    text = _cut(present.lines, request.span)
    if not (found := words(text)):
        raise LookupError("there is nothing to compare in the selection")
    shown = SimilarSource(request.span, around.name if around else path, around.kind if around else Kind.FILE)
    language = present.language or language_of(path, present.text) or "plaintext"
    space = around.space if around else space_of(language)
    return CodeSample(space, text, tuple(found), sketch(text) if space is SpaceName.CODE else b"", shown)


def _of_chunk(chunk: Chunk, present: Text) -> CodeSample:
    last = chunk.end_line - 1
    span = Span(chunk.start_line, 0, last, len(without_end(present.lines[last])))
    shown = SimilarSource(span, chunk.name, chunk.kind)
    return CodeSample(chunk.space, chunk.embedded_text, tuple(words(chunk.text)), chunk.sketch, shown)


def _chunk_at(chunks: Sequence[Chunk], line: int) -> Chunk | None:
    return next((chunk for chunk in chunks if chunk.start_line <= line < chunk.end_line), None)


def _is_empty(span: Span) -> bool:
    return (span.start_line, span.start_column) == (span.end_line, span.end_column)


def _cut(lines: list[str], span: Span) -> str:
    """Return the text of ``span``; what lies beyond the text's end is left out."""
    selected = lines[span.start_line : span.end_line + 1]
    if not selected:
        return ""
    if len(selected) == span.end_line - span.start_line + 1:
        selected[-1] = selected[-1][: span.end_column]
    selected[0] = selected[0][span.start_column :]
    return "".join(selected)
