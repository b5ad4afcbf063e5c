"""Notes: the command that writes one, and ``textDocument/documentLink``, by which their links lead to where code is."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import protocol
from dowse.lsp.features.asking import ask, within
from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure
from dowse.lsp.positions import range_of
from dowse.workspace.lines import split_lines

if TYPE_CHECKING:
    from dowse.engine import Engine
    from dowse.lsp.server import DowseServer
    from dowse.search.query import NoteLink

LINK_PATIENCE = 1.0
"""Seconds; a note with many links has many files read."""


def register(ls: "DowseServer") -> None:
    """Add the handler."""
    ls.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)(document_links)


async def write(ls: "DowseServer", params: protocol.WriteNoteParams) -> protocol.WrittenNote:
    """Write a note, show it, and say what it repeats."""
    place = None
    if params.text_document is not None and params.position is not None:
        place = (ls.documents.id_of(params.text_document.uri), params.position.line)
    try:
        note = await ask(ls, lambda engine, cancel: engine.add_note(params.text, place))
    except OSError as error:
        raise Failure(REQUEST_FAILED, f"the note cannot be written: {error.strerror or error}") from None
    uri = ls.answers.uri_of(note.document)
    shown = None
    if ls.client.show_document:
        shown = await ls.asked(ls.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True)))
    said = [f"{ls.answers.shown_path(hit)} says nearly the same: {hit.name}" for hit in note.repeats[:1]]
    if note.ignored:
        said.append(f"{note.path} is ignored and will not be found; a line in .dowseignore can change that")
    if shown is None or not shown.success:
        said.insert(0, f"the note is in {note.path}")
    if said:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Dowse: {'; '.join(said)}"))
    return protocol.WrittenNote(uri, [ls.answers.hit(hit) for hit in note.repeats], not note.ignored)


async def document_links(ls: "DowseServer", params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Return a note's links to code, each with where it leads now."""
    document = ls.documents.id_of(params.text_document.uri)

    def question(engine: "Engine") -> "tuple[list[str], tuple[NoteLink, ...]] | None":
        text = engine.document_text(document)
        return None if text is None else (split_lines(text), engine.note_links(document))

    found = await within(ls, LINK_PATIENCE, question)
    if found is None:
        return []
    lines, links = found
    return [
        types.DocumentLink(
            range_of(link.span, lines, 0, ls.client.encoding),
            target=f"{ls.answers.uri_of(link.document)}#L{link.line + 1}",
            tooltip=f"{link.label}, now {link.path}:{link.line + 1}",
        )
        for link in links
        if link.document is not None
    ]
