"""The one entry to chunking: a file's path and text in, its chunks out."""

from dataclasses import replace

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.code import chunk_code
from dowse.chunking.language_table import Language
from dowse.chunking.languages import UNKNOWN, language_named, language_of
from dowse.chunking.notebook import chunk_notebook
from dowse.chunking.prose import chunk_prose

_PLAIN = "plaintext"


def chunk_text(path: str, text: str, language: str | None = None, *, parse: bool = True) -> list[Chunk]:
    """Cut a text into chunks, in order; none where its language is not indexed. Never raises, whatever the text.

    ``path`` names the file, with ``/`` between its parts; only its name matters. ``language`` is the id that an
    editor gives to an open document. It decides where path and text say nothing: an editor without a plugin for a
    language calls it plain text, and then a document would lose its definitions by being opened. Without ``parse`` it
    is cut at blank lines and indentation: for what no parser survives.
    """
    known = _language(path, text, language)
    if known is None:
        return []
    if known.id == "ipynb":
        return chunk_notebook(path, text, parse=parse)
    if known.space is SpaceName.PROSE:
        return chunk_prose(path, text, known.id if parse else _PLAIN)
    return chunk_code(path, text, known if parse else replace(known, grammar=None))


def _language(path: str, text: str, language: str | None) -> Language | None:
    found = language_of(path, text)
    if found in (None, UNKNOWN):
        found = language if language and language_named(language) else found
    return language_named(found) if found else None
