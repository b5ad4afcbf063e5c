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

    def open(self, document: str, language: str, text: str) -> None:
        """Take over ``text``; a document that is already open is replaced."""
        with self._lock:
            self._open[document] = OpenDocument(document, language, text)

    def change(self, document: str, edits: Iterable[Edit], unit: ColumnUnit = "utf-32") -> str:
        """Apply ``edits`` in order and return the new text; ``KeyError`` when the document is not open.

        Each span is of the text after the edits before it. ``unit`` is what its columns count: code points, or the
        units of the client, which only the text at that moment can translate.
        """
        with self._lock:
            before = self._open[document]
            text = edited(before.text, edits, unit)
            self._open[document] = OpenDocument(document, before.language, text)
            return text

    def close(self, document: str) -> None:
        """Forget the document; one that is not open is none the worse for it."""
        with self._lock:
            self._open.pop(document, None)

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
