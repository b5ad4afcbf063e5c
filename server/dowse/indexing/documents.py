"""Comparing an open document with the index: only what the index does not hold as it stands is in the overlay."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dowse.index.records import text_digest

if TYPE_CHECKING:
    from dowse.chunking.chunker_pool import ChunkerPool
    from dowse.index.overlay import OverlayDocument
    from dowse.indexing.effects import ChunkDocument, FolderView
    from dowse.workspace.documents import Documents

log = logging.getLogger(__name__)


def overlay_document(wanted: ChunkDocument, documents: Documents, pool: ChunkerPool) -> OverlayDocument | None:
    """Return what the overlay is to have of a document; None where the index answers for it, or nothing does.

    Nothing answers for a document that is closed, too large, ignored, or a file outside the workspace.
    """
    from dowse.index.overlay import OverlayDocument

    text = documents.text(wanted.document)
    owner = owner_of(wanted.document, wanted.folders)
    is_outside = owner is None and wanted.folders and Path(wanted.document).is_absolute()
    if text is None or len(text) > wanted.max_size or is_outside:
        return None
    path = wanted.document
    if owner is not None:
        path = Path(wanted.document).relative_to(owner.root).as_posix()
        record = owner.index.file(path)
        is_indexed = record is not None and record.digest == text_digest(text)
        if is_indexed or owner.rules.ignored(path, is_directory=False):
            return None
    chunks = pool.chunk(path, text, documents.language(wanted.document))
    return OverlayDocument.of(wanted.document, None if owner is None else str(owner.root), path, chunks)


def owner_of(document: str, folders: Sequence[FolderView]) -> FolderView | None:
    """Return the innermost folder that a document lies in."""
    owners = [each for each in folders if Path(document).is_relative_to(each.root)]
    return max(owners, key=lambda each: len(each.root.parts), default=None)
