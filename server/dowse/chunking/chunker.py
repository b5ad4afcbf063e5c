"""The one entry to chunking: a file's path and text in, its chunks out."""

from dowse.chunking.chunk import Chunk, SpaceName
from dowse.chunking.code import chunk_code
from dowse.chunking.languages import language_named, language_of
from dowse.chunking.notebook import chunk_notebook
from dowse.chunking.prose import chunk_prose


def chunk_text(path: str, text: str, language: str | None = None) -> list[Chunk]:
    """Cut a text into chunks, in order; none where its language is not indexed. Never raises, whatever the text.

    ``path`` names the file, with ``/`` between its parts; only its name matters. ``language`` is the id that an
    editor gives to an open document; where the table does not know it, the path decides.
    """
    known = language_named(language) if language else None
    if known is None:
        guessed = language_of(path, text)
        known = language_named(guessed) if guessed else None
    if known is None:
        return []
    if known.id == "ipynb":
        return chunk_notebook(path, text)
    if known.space is SpaceName.PROSE:
        return chunk_prose(path, text, known.id)
    return chunk_code(path, text, known)
