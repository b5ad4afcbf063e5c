"""Open documents are edited, chunked and embedded."""

from __future__ import annotations

from collections.abc import Iterable

from dowse.indexing.events import DocumentChanged, DocumentChunked, DocumentVectorsReady
from dowse.indexing.state import DocumentState, FolderState, IndexerState


def change_document(state: IndexerState, event: DocumentChanged, now: float) -> None:
    """Take note that an open document was opened, edited or closed."""
    state.documents_version = max(state.documents_version, event.version)
    if event.open:
        state.opened.setdefault(event.document)
    else:
        state.opened.pop(event.document, None)
        state.slow_documents.discard(event.document)
    if event.typed:
        state.typing_until = now + state.tuning.quiet_after_typing
    mark_document(state, event.document, event.version, now)


def mark_documents(state: IndexerState, documents: Iterable[str], now: float) -> None:
    """Have open documents compared with the index again, whose texts have not changed."""
    version = state.documents_version
    for document in list(documents):
        state.documents.setdefault(document, DocumentState(version, version + 1, now))


def mark_document(state: IndexerState, document: str, version: int, now: float) -> None:
    """Have a changed document compared with the index when nothing has been typed in it for a moment."""
    known = state.documents.setdefault(document, DocumentState(version, version, now))
    known.version = max(known.version, version)
    known.first_version = min(known.first_version, version)
    known.due = now + state.tuning.typing_seconds


def take_chunked_document(state: IndexerState, event: DocumentChunked, now: float) -> None:
    """Put an open document into the overlay, or take it out."""
    state.chunking = None
    if now - state.chunking_since > state.tuning.slow_document:
        state.slow_documents.add(event.document)
    else:
        state.slow_documents.discard(event.document)
    if event.entry is not None:
        state.overlay = state.overlay.with_document(event.entry)
    else:
        state.overlay = state.overlay.without(event.document)
    state.overlay_changed = True
    known = state.documents.get(event.document)
    if known is None:
        return
    if known.version <= event.version:
        del state.documents[event.document]
    else:
        known.first_version = event.version + 1
    if not state.documents:
        state.documents_wanted = False


def take_document_vectors(state: IndexerState, event: DocumentVectorsReady) -> None:
    """Put vectors of open documents into the overlay."""
    state.overlay_requests -= 1
    state.overlay_asked.difference_update((event.space, event.fingerprint, digest) for digest in event.digests)
    if event.vectors is not None:
        state.overlay = state.overlay.with_vectors(
            event.space, event.fingerprint, dict(zip(event.digests, event.vectors, strict=True))
        )


def ask_again_for_document_vectors(state: IndexerState) -> None:
    """Ask models once more for vectors of open documents that they have not given."""
    state.overlay_asked.clear()
    state.overlay_changed = True


def in_folder(state: IndexerState, folder: FolderState, paths: Iterable[str]) -> list[str]:
    """Return the open documents among files of a folder."""
    if not state.opened:
        return []
    documents = (str(folder.root / path) for path in paths)
    return [document for document in documents if document in state.opened]
