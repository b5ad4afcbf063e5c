"""Chunks of source code."""

from __future__ import annotations

from pathlib import PurePosixPath

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.definitions import outline
from dowse.chunking.embedding_text import embedded_text
from dowse.chunking.language_table import Language
from dowse.chunking.layout import LayoutSpan, lay_out
from dowse.chunking.outline import Definition, LayoutRole
from dowse.chunking.structure import sketch
from dowse.chunking.syntax import SourceText, definition_query, mostly_errors, parse, shown_to_parser, source_of

MAX_MEMBERS = 60
"""Signatures of methods that are embedded with their class."""


def chunk_code(path: str, text: str, language: Language) -> list[Chunk]:
    """Cut a code file into chunks that cover every line that is not blank, in order, without overlap."""
    source = source_of(text)
    if not source.lines:
        return []
    stem = PurePosixPath(path).name.partition(".")[0] or PurePosixPath(path).name or language.id
    root = query = None
    unreadable = False
    if language.grammar is not None:
        root = parse(shown_to_parser(source.data, language), language.grammar, language.too_deep)
        query = definition_query(language.grammar, language.query_names)
        unreadable = root is not None and mostly_errors(root)
    found = outline(source, language, stem, root, query, unbroken_only=unreadable)
    if unreadable or language.embedded_in:
        root = None  # cut at indentation and blank lines instead
    return [_chunk(span, source, language.id, stem) for span in lay_out(source, found, root)]


def _chunk(span: LayoutSpan, source: SourceText, language: str, stem: str) -> Chunk:
    text = source.text(span.start, span.end)
    owner = span.definition or span.parent
    if owner is None:
        return Chunk(
            SpaceName.CODE, language, Kind.MODULE, stem, None, span.start, span.end, span.start, 0, 0, "", "",
            text, embedded_text(language, (), text), sketch=sketch(text),
        )  # fmt: skip
    shows_name = span.start <= owner.name_line < span.end and span.definition is not None
    container = owner.path[:-1]
    return Chunk(
        SpaceName.CODE,
        language,
        owner.kind,
        owner.name,
        ".".join(container) or None,
        span.start,
        span.end,
        owner.name_line if shows_name else span.start,
        owner.name_column if shows_name else 0,
        owner.name_length if shows_name else 0,
        owner.signature,
        owner.doc,
        text,
        embedded_text(
            language,
            owner.path,
            text,
            signature="" if shows_name else owner.signature,
            members=_member_signatures(owner, span) if shows_name else (),
        ),
        span.part,
        sketch(text),
    )


def _member_signatures(owner: Definition, span: LayoutSpan) -> list[str]:
    """Return the signatures of what stands after the header; nothing for a definition that is whole."""
    if owner.role is not LayoutRole.TYPE:
        return []
    later = [child.signature for child in owner.children if child.own_start >= span.end]
    return [signature for signature in later if signature][:MAX_MEMBERS]
