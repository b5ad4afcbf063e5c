"""Answers as a Markdown file that the editor opens, for clients that discard what a command returns."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lsprotocol import types

from dowse.lsp import protocol, uris
from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure
from dowse.lsp.markdown import escape_markdown, fence_code
from dowse.lsp.protocol import ResultsDocument
from dowse.lsp.session import Session

KEPT = 20
"""Results files that stay; older ones are removed."""


def write_results(folder: Path, text: str, hits: int) -> ResultsDocument:
    """Write a new file that only its owner can read, and remove old ones; :class:`Failure` where that is impossible."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in sorted(folder.glob("*.md"), key=lambda file: file.name)[: -(KEPT - 1)]:
            old.unlink(missing_ok=True)
        prefix = time.strftime("%Y%m%d-%H%M%S-")  # what was asked stays out of the name, which others can see
        descriptor, path = tempfile.mkstemp(".md", prefix, folder)  # opened with mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        text = f"the results cannot be written to {folder}: {error.strerror}"
        raise Failure(REQUEST_FAILED, text) from None
    return ResultsDocument(uris.uri_of(path), hits)


async def show_results(session: Session, document: ResultsDocument) -> ResultsDocument:
    """Open a results file in the editor, or say where it is."""
    if not await show_document(session, document.uri):
        count = "1 result" if document.hits == 1 else f"{document.hits} results"
        text = f"Dowse: {count} in {path_of(document.uri)}"
        session.editor.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))
    return document


async def show_document(session: Session, uri: str) -> bool:
    """Open a document in the editor; return whether it is shown."""
    if not session.client.show_document:
        return False
    params = types.ShowDocumentParams(uri, take_focus=True)
    shown = await session.request_client(session.editor.window_show_document_async(params))
    return shown is not None and shown.success


def hits_text(title: str, hits: Sequence[protocol.Hit], index: protocol.IndexSummary) -> str:
    """Return the file's text: each hit by name, by a place that editors can jump to, its answer and first lines."""
    parts = head(title, index)
    if not hits:
        parts.append("Nothing found.\n")
    for number, hit in enumerate(hits, 1):
        container = f" in {escape_markdown(hit.container_name)}" if hit.container_name else ""
        parts.append(f"## {number}. {escape_markdown(hit.name)}{container}\n")
        parts.append(f"{place(types.Location(hit.location.uri, hit.selection_range))}\n")
        if hit.answer is not None and hit.answer.marks:
            parts.append(f"{escape_markdown(hit.answer.text)}\n")
        parts.append(fence_code(hit.preview, hit.language_id))
        parts += [f"Note: {escape_markdown(note.title)} ({place(note.location)})\n" for note in hit.notes]
    return "\n".join(parts)


def head(title: str, index: protocol.IndexSummary) -> list[str]:
    """Return the first lines of a results file."""
    parts = [f"# {title}\n"]
    if index.state == "indexing":
        parts.append(f"The index is not complete yet: {index.files_indexed:,} of {index.files_total:,} files.\n")
    return parts


def place(location: types.Location) -> str:
    """Return ``path:line:column``, where editors can jump to."""
    start = location.range.start
    return f"{path_of(location.uri)}:{start.line + 1}:{start.character + 1}"


def path_of(uri: str) -> str:
    """Return a document's path, or its URI where it has none."""
    return uris.path_of(uri) or uri
