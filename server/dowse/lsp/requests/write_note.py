"""The command ``dowse.writeNote``: write a note about a line, or about nothing in particular."""

from collections.abc import Sequence
from dataclasses import dataclass

import attrs
from lsprotocol import types

from dowse.lsp.declarations import Command
from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure
from dowse.lsp.protocol import Hit
from dowse.lsp.request_executor import Schedule
from dowse.lsp.results_document import show_document
from dowse.lsp.session import RequestContext, Session


@attrs.frozen
class WriteNoteParams:
    """A new note, about the line of ``position`` in a document or about nothing in particular."""

    text: str
    text_document: types.TextDocumentIdentifier | None = None
    position: types.Position | None = None

    def __attrs_post_init__(self) -> None:
        if (self.text_document is None) != (self.position is None):
            raise ValueError("give both textDocument and position, or neither")


@attrs.frozen
class WrittenNote:
    """A note that was written and, where the client can, shown."""

    uri: str
    repeats: Sequence[Hit]
    """Older notes that say nearly the same."""
    searched: bool = True
    """False where ignore rules keep the note out of the index."""


@dataclass(frozen=True, slots=True)
class _Written:
    note: WrittenNote
    path: str
    repeated: str | None
    """What the note repeats most, for people."""


def write_note(context: RequestContext, params: WriteNoteParams) -> _Written:
    """Write a note."""
    place = None
    if params.text_document is not None and params.position is not None:
        place = (context.documents.name_of(params.text_document.uri), params.position.line)
    try:
        note = context.engine.add_note(params.text, place)
    except OSError as error:
        raise Failure(REQUEST_FAILED, f"the note cannot be written: {error.strerror or error}") from None
    translator = context.translator
    repeats = [translator.hit(hit) for hit in note.repeats]
    repeated = next((f"{translator.shown_path(hit)} says nearly the same: {hit.name}" for hit in note.repeats), None)
    written = WrittenNote(translator.uri_of(note.document), repeats, not note.ignored)
    return _Written(written, note.path, repeated)


async def show_note(session: Session, written: _Written) -> WrittenNote:
    """Open the note in the editor, and say what is odd about it."""
    facts = []
    if not await show_document(session, written.note.uri):
        facts.append(f"the note is in {written.path}")
    if written.repeated is not None:
        facts.append(written.repeated)
    if not written.note.searched:
        facts.append(f"{written.path} is ignored and will not be found; a line in .dowseignore can change that")
    if facts:
        text = f"Dowse: {'; '.join(facts)}"
        session.editor.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
    return written.note


WRITE_NOTE = Command("dowse.writeNote", write_note, Schedule.WORKER, typed_field="text", present=show_note)
