"""A file read and chunked: what the index takes in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dowse.chunking.chunk import Chunk
from dowse.chunking.chunker import chunk_text
from dowse.chunking.fields import JoinedWords, joined_words
from dowse.chunking.languages import language_of
from dowse.settings import FileSettings
from dowse.workspace.discovery import read, scan
from dowse.workspace.ignore import IgnoreRules
from dowse.workspace.source import FileStamp, SkippedFile, SkipReason


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A file and all its chunks, in order; fields as in :class:`~dowse.workspace.source.SourceFile`."""

    path: str
    stamp: FileStamp
    digest: bytes
    language: str
    chunks: tuple[Chunk, ...]
    words: tuple[JoinedWords, ...]
    """Of each chunk; made where the chunks are, so that the server's process, which answers, does not have to."""


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A path at which there is no file, or none any more."""

    path: str


Prepared = PreparedFile | SkippedFile | MissingFile


def prepare(root: Path, path: str, settings: FileSettings, *, parse: bool = True) -> Prepared:
    """Read the file at ``path`` (relative to ``root``) and chunk it, in this process; ``parse`` as for chunk_text."""
    source = read(root, path, settings)
    if source is None:
        return MissingFile(path)
    if isinstance(source, SkippedFile):
        return source
    language = language_of(path, source.text)
    if language is None:
        return SkippedFile(path, SkipReason.UNKNOWN_LANGUAGE, source.stamp)
    chunks = tuple(chunk_text(path, source.text, language, parse=parse))
    words = tuple(joined_words(chunk, path) for chunk in chunks)
    return PreparedFile(path, source.stamp, source.digest, language, chunks, words)


def prepared_files(root: Path, settings: FileSettings) -> Iterator[PreparedFile]:
    """Yield the files of a folder that can be chunked, by path; for commands that read a tree without an index."""
    for path in sorted(path for path, _ in scan(root, IgnoreRules(root, settings.exclude))):
        prepared = prepare(root, path, settings)
        if isinstance(prepared, PreparedFile):
            yield prepared
