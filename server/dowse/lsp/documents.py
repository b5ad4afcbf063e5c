"""What is open in the editor: which URI stands for which document of the engine, and which cell for which notebook.

The texts themselves are the engine's. Reading is safe on any thread.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dowse.lsp import uris


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's place in its notebook; ``number`` counts from 1."""

    notebook: str
    number: int


class Documents:
    """Owns the names of open documents and the cells of open notebooks."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._uris: dict[str, str] = {}
        self._languages: dict[str, str] = {}
        self._notebooks: dict[str, list[str]] = {}
        self._cells: dict[str, Cell] = {}

    def open(self, uri: str, language: str) -> str:
        """Note that ``uri`` is open; return the engine's name of the document."""
        document = self.id_of(uri)
        self._languages[document] = language
        self._ids[uri] = document
        self._uris[document] = uri
        return document

    def close(self, uri: str) -> str | None:
        """Note that ``uri`` is closed; return the engine's name of the document if that was open and is no more."""
        document = self._ids.pop(uri, None)
        if document is None:
            return None
        other = next((each for each, name in self._ids.items() if name == document), None)
        if other is not None:  # a link to the file has been opened as well
            self._uris[document] = other
            return None
        del self._uris[document]
        del self._languages[document]
        return document

    def is_open(self, uri: str) -> bool:
        """Tell whether the client has opened ``uri``."""
        return uri in self._ids

    def id_of(self, uri: str) -> str:
        """Return the engine's name of a document: the real path of a file, the URI itself of anything else."""
        if (known := self._ids.get(uri)) is not None:
            return known
        return uris.real_path_of(uri) or uri

    def uri_of(self, document: str) -> str | None:
        """Return the URI under which the client opened ``document``, exactly as it wrote it; None if it did not."""
        return self._uris.get(document)

    def language_of(self, document: str) -> str | None:
        """Return the client's name for the language of an open document."""
        return self._languages.get(document)

    def set_cells(self, notebook: str, cells: Iterable[str]) -> None:
        """Note which cells the notebook has now, in order."""
        for cell in self._notebooks.get(notebook, ()):
            self._cells.pop(cell, None)
        self._notebooks[notebook] = list(cells)
        for number, cell in enumerate(self._notebooks[notebook], 1):
            self._cells[cell] = Cell(notebook, number)

    def cells(self, notebook: str) -> list[str]:
        """Return the notebook's cells, in order."""
        return list(self._notebooks.get(notebook, ()))

    def forget_notebook(self, notebook: str) -> None:
        """Note that the notebook is closed."""
        self.set_cells(notebook, ())
        del self._notebooks[notebook]

    def cell(self, uri: str) -> Cell | None:
        """Return where a cell belongs; None for what is no cell of an open notebook."""
        return self._cells.get(uri)
