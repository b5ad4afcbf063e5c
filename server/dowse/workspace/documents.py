"""The texts that are open in an editor: while a document is open, its text counts and the disk does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from dowse.workspace.lines import ColumnUnit
from dowse.workspace.text import Edit, edited


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An open document as it was at one moment.

    ``document`` is the absolute path of a file, or the identifier of a text that has no file; ``language`` is the
    editor's name for its language.
    """

    document: str
    language: str
    text: str


class Documents:
    """Owns the open documents. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[str, OpenDocument] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """How many changes there have been; each of the methods that change something returns its own number."""
        return self._version

    def open(self, document: str, language: str, text: str) -> int:
        """Take over ``text``; a document that is already open is replaced."""
        with self._lock:
            self._open[document] = OpenDocument(document, language, text)
            self._version += 1
            return self._version

    def change(self, document: str, edits: Iterable[Edit], unit: ColumnUnit = "utf-32") -> int:
        """Apply ``edits`` in order; ``KeyError`` when the document is not open.

        Each span is of the text after the edits before it. ``unit`` is what its columns count: code points, or the
        units of the client, which only the text at that moment can translate.
        """
        with self._lock:
            before = self._open[document]
            text = edited(before.text, edits, unit)
            self._open[document] = OpenDocument(document, before.language, text)
            self._version += 1
            return self._version

    def close(self, document: str) -> int:
        """Forget the document, if it is open."""
        with self._lock:
            self._open.pop(document, None)
            self._version += 1
            return self._version

    def text(self, document: str) -> str | None:
        """Return the present text, or None when the document is not open."""
        found = self._open.get(document)
        return found.text if found else None

    def language(self, document: str) -> str | None:
        """Return the editor's name for the document's language, or None when it is not open."""
        found = self._open.get(document)
        return found.language if found else None

    def snapshot(self) -> tuple[OpenDocument, ...]:
        """Return all open documents as they are now."""
        with self._lock:
            return tuple(self._open.values())
