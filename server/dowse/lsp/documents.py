"""What is open in the editor: which URI stands for which document of the engine, and which cell for which notebook.

The texts themselves are the engine's. Changed on the engine's thread; reading is safe on any thread.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's place in its notebook; ``number`` counts from 1."""

    notebook: str
    number: int


class OpenDocuments:
    """Owns the names of open documents and the cells of open notebooks."""

    def __init__(self, real_path_of: Callable[[str], str | None]) -> None:
        """``real_path_of`` returns the one name of the file that a URI names; None where it names none."""
        self._real_path_of = real_path_of
        self._names: dict[str, str] = {}
        self._uris: dict[str, str] = {}
        self._notebooks: dict[str, list[str]] = {}
        self._files: dict[str, str] = {}
        self._cells: dict[str, Cell] = {}

    def open(self, uri: str) -> str:
        """Note that ``uri`` is open; return the engine's name of the document."""
        document = self.name_of(uri)
        self._names[uri] = document
        self._uris[document] = uri
        return document

    def close(self, uri: str) -> str | None:
        """Note that ``uri`` is closed; return the engine's name of the document if that was open and is no more."""
        document = self._names.pop(uri, None)
        if document is None:
            return None
        other = next((each for each, name in self._names.items() if name == document), None)
        if other is not None:  # a link to the file has been opened as well
            self._uris[document] = other
            return None
        del self._uris[document]
        return document

    def is_open(self, uri: str) -> bool:
        """Tell whether the client has opened ``uri``."""
        return uri in self._names

    @property
    def uris(self) -> list[str]:
        """What the client has opened."""
        return list(self._names)

    def name_of(self, uri: str) -> str:
        """Return the engine's name of a document: the real path of a file, the URI itself of anything else.

        Reads the disk for a document that is not open: not for the event loop.
        """
        if (known := self._names.get(uri)) is not None:
            return known
        return self._real_path_of(uri) or uri

    def uri_of(self, document: str) -> str | None:
        """Return the URI under which the client opened ``document``, exactly as it wrote it; None if it did not."""
        return self._uris.get(document)

    def open_notebook(self, uri: str, cells: Iterable[str]) -> str | None:
        """Note that a notebook is open, with its cells in order; return the name of its file, None if it has none."""
        self.set_cells(uri, cells)
        file = self._real_path_of(uri)
        if file is not None:
            self._files[uri] = file
        return file

    def close_notebook(self, uri: str) -> str | None:
        """Note that a notebook is closed; return the name of its file, None if it was not open or has none."""
        self.set_cells(uri, ())
        del self._notebooks[uri]
        return self._files.pop(uri, None)

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

    def cell(self, uri: str) -> Cell | None:
        """Return where a cell belongs; None for what is no cell of an open notebook."""
        return self._cells.get(uri)

    def notebook_file(self, notebook: str) -> str:
        """Return the name of an open notebook: that of its file, or its URI."""
        return self._files.get(notebook, notebook)
