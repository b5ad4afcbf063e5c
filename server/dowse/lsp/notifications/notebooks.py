"""Open notebooks: each cell is a document with a URI of its own, as the editor has it now."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.declarations import Notification
from dowse.lsp.notifications.text_documents import change_document, close_document, open_document
from dowse.lsp.session import Session

if TYPE_CHECKING:
    from dowse.engine import Engine

# A filter by cells alone, without the notebook's type, cannot be read by clients built on lsprotocol.
NOTEBOOK_SYNC = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithNotebook(notebook="jupyter-notebook")], save=True
)

_EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
"""Stands for the file while its cells are open: found twice, once as it was saved, a cell would be wrong once."""


def did_open_notebook(session: Session, engine: "Engine", params: types.DidOpenNotebookDocumentParams) -> None:
    """Search the cells instead of the file."""
    notebook = params.notebook_document
    file = session.documents.open_notebook(notebook.uri, (cell.document for cell in notebook.cells))
    if file is not None:
        engine.open_document(file, "jupyter", _EMPTY_NOTEBOOK)
    for item in params.cell_text_documents:
        open_document(session, engine, item)


def did_change_notebook(session: Session, engine: "Engine", params: types.DidChangeNotebookDocumentParams) -> None:
    """Follow cells that are edited, added, moved and removed."""
    cells = params.change.cells
    if cells is None:
        return
    if cells.structure is not None:
        notebook, array = params.notebook_document.uri, cells.structure.array
        order = session.documents.cells(notebook)
        order[array.start : array.start + array.delete_count] = [cell.document for cell in array.cells or ()]
        session.documents.set_cells(notebook, order)
        for item in cells.structure.did_open or ():
            open_document(session, engine, item)
        for identifier in cells.structure.did_close or ():
            close_document(session, engine, identifier.uri)
    for content in cells.text_content or ():
        change_document(session, engine, content.document.uri, content.changes)


def did_close_notebook(session: Session, engine: "Engine", params: types.DidCloseNotebookDocumentParams) -> None:
    """Search the file again."""
    uri = params.notebook_document.uri
    for cell in {*session.documents.cells(uri), *(item.uri for item in params.cell_text_documents)}:
        close_document(session, engine, cell)
    file = session.documents.close_notebook(uri)
    if file is not None:
        engine.close_document(file)


DID_OPEN_NOTEBOOK = Notification(types.NOTEBOOK_DOCUMENT_DID_OPEN, did_open_notebook)
DID_CHANGE_NOTEBOOK = Notification(types.NOTEBOOK_DOCUMENT_DID_CHANGE, did_change_notebook)
DID_CLOSE_NOTEBOOK = Notification(types.NOTEBOOK_DOCUMENT_DID_CLOSE, did_close_notebook)
