"""Open notebooks: each cell is a document with a URI of its own, as the editor has it now."""

from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp import uris
from dowse.lsp.features import text_documents

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

# A filter by cells alone, without the notebook's type, cannot be read by clients built on lsprotocol.
SYNC = types.NotebookDocumentSyncOptions(
    notebook_selector=[types.NotebookDocumentFilterWithNotebook(notebook="jupyter-notebook")], save=True
)

_EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
"""Stands for the file while its cells are open: found twice, once as it was saved, a cell would be wrong once."""


def register(ls: "DowseServer") -> None:
    """Add the handlers."""
    ls.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)(did_open)
    ls.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(did_change)
    ls.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: "DowseServer", params: types.DidOpenNotebookDocumentParams) -> None:
    """Search the cells instead of the file."""
    notebook = params.notebook_document
    ls.documents.set_cells(notebook.uri, (cell.document for cell in notebook.cells))
    file = uris.real_path_of(notebook.uri)
    if file is not None:
        ls.host.tell(lambda engine: engine.open_document(file, "jupyter", _EMPTY_NOTEBOOK))
    for item in params.cell_text_documents:
        text_documents.opened(ls, item)


def did_change(ls: "DowseServer", params: types.DidChangeNotebookDocumentParams) -> None:
    """Follow cells that are edited, added, moved and removed."""
    cells = params.change.cells
    if cells is None:
        return
    if cells.structure is not None:
        notebook, array = params.notebook_document.uri, cells.structure.array
        order = ls.documents.cells(notebook)
        order[array.start : array.start + array.delete_count] = [cell.document for cell in array.cells or ()]
        ls.documents.set_cells(notebook, order)
        for item in cells.structure.did_open or ():
            text_documents.opened(ls, item)
        for identifier in cells.structure.did_close or ():
            text_documents.closed(ls, identifier.uri)
    for content in cells.text_content or ():
        text_documents.changed(ls, content.document.uri, content.changes)


def did_close(ls: "DowseServer", params: types.DidCloseNotebookDocumentParams) -> None:
    """Search the file again."""
    uri = params.notebook_document.uri
    left = {*ls.documents.cells(uri), *(item.uri for item in params.cell_text_documents)}
    for cell in left:
        text_documents.closed(ls, cell)
    ls.documents.forget_notebook(uri)
    file = uris.real_path_of(uri)
    if file is not None:
        ls.host.tell(lambda engine: engine.close_document(file))
