"""Chunks of source code."""

from __future__ import annotations

from pathlib import PurePosixPath

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.definitions import outline
from dowse.chunking.embedded import embedded_text
from dowse.chunking.language_table import Language
from dowse.chunking.layout import Piece, pieces_of
from dowse.chunking.outline import Definition, Outline, Role
from dowse.chunking.parsing import Source, definition_query, masked_markup, mostly_errors, parse, source_of
from dowse.chunking.structure import sketch

MAX_MEMBERS = 60
"""Signatures of methods that are embedded with their class."""


def chunk_code(path: str, text: str, language: Language) -> list[Chunk]:
    """Cut a code file into chunks that cover every line that is not blank, in order, without overlap."""
    source = source_of(text)
    if not source.lines:
        return []
    found, root = Outline([], {}, set()), None
    if language.grammar is not None:
        parsed = source_of(masked_markup(text)) if language.script_in_markup else source
        root = parse(parsed.data, language.grammar)
        query = definition_query(language.grammar, language.queries)
        unreadable = root is not None and mostly_errors(root)
        if root is not None and query is not None:
            found = outline(root, query, parsed, by_clauses=language.by_clauses, unbroken_only=unreadable)
        if unreadable or language.script_in_markup:
            root = None  # cut at indentation and blank lines instead
    stem = PurePosixPath(path).name.partition(".")[0] or PurePosixPath(path).name or language.id
    return [_chunk(piece, source, language.id, stem) for piece in pieces_of(source, found, root)]


def _chunk(piece: Piece, source: Source, language: str, stem: str) -> Chunk:
    text = source.text(piece.start, piece.end)
    owner = piece.definition or piece.parent
    if owner is None:
        return Chunk(
            SpaceName.CODE, language, Kind.MODULE, stem, None, piece.start, piece.end, piece.start, 0, 0, "", "",
            text, embedded_text(language, (), text), sketch=sketch(text),
        )  # fmt: skip
    shows_name = piece.start <= owner.name_line < piece.end and piece.definition is not None
    container = owner.path[:-1]
    return Chunk(
        SpaceName.CODE,
        language,
        owner.kind,
        owner.name,
        ".".join(container) or None,
        piece.start,
        piece.end,
        owner.name_line if shows_name else piece.start,
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
            members=_member_signatures(owner, piece) if shows_name else (),
        ),
        piece.part,
        sketch(text),
    )


def _member_signatures(owner: Definition, piece: Piece) -> list[str]:
    """Return the signatures of what stands after the header; nothing for a definition that is whole."""
    if owner.role is not Role.TYPE:
        return []
    later = [child.signature for child in owner.children if child.own_start >= piece.end]
    return [signature for signature in later if signature][:MAX_MEMBERS]
