"""Made-up files, chunks and vectors for the tests of the index."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Chunk, Kind, SpaceName
from dowse.chunking.fields import joined_words
from dowse.chunking.identifiers import words
from dowse.chunking.prepared_file import PreparedFile
from dowse.embedding.model import ModelInfo
from dowse.index.records import ChunkFilter, MissingVector
from dowse.index.snapshot import IndexSnapshot
from dowse.index.writer import IndexWriter
from dowse.workspace.source import FileStamp

CODE, PROSE = SpaceName.CODE, SpaceName.PROSE
MODEL = ModelInfo("sample", "1", 16, 100)
OTHER_MODEL = ModelInfo("sample", "2", 24, 100)


def chunk(name: str, text: str, *, line: int = 0, space: SpaceName = CODE, **changes: object) -> Chunk:
    made = Chunk(
        space=space,
        language="python" if space is CODE else "markdown",
        kind=Kind.FUNCTION if space is CODE else Kind.STRING,
        name=name,
        container=None,
        start_line=line,
        end_line=line + 2,
        name_line=line,
        name_column=4,
        name_length=len(name),
        signature=f"def {name}()" if space is CODE else "",
        doc="",
        text=text,
        embedded_text=f"{name}\n{text}",
    )
    return replace(made, **changes)


def file(path: str, *chunks: Chunk, stamp: int = 1) -> PreparedFile:
    content = "".join(each.text for each in chunks).encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(content, digest_size=16).digest()
    words = tuple(joined_words(each, path) for each in chunks)
    return PreparedFile(path, FileStamp(stamp, len(content), 1, stamp), digest, "python", chunks, words)


def embedded(texts: Sequence[str], model: ModelInfo = MODEL) -> NDArray[np.float32]:
    """Unit vectors that depend on the text and the model, and on nothing else."""
    rows = []
    for text in texts:
        seed = hashlib.blake2b((model.fingerprint + text).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        row = np.random.default_rng(int.from_bytes(seed, "big")).standard_normal(model.dimensions)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, np.float32).reshape(-1, model.dimensions)


def embed(index: IndexWriter, missing: Sequence[MissingVector], model: ModelInfo = MODEL) -> None:
    for space in SpaceName:
        texts = [each for each in missing if each.space is space]
        vectors = embedded([each.text for each in texts], model)
        index.add_vectors(model.fingerprint, [each.digest for each in texts], vectors)


def use_model(index: IndexWriter, model: ModelInfo = MODEL) -> None:
    for space in SpaceName:
        index.use_model(space, model.name, model)


def snapshot_of(index: IndexWriter | IndexSnapshot) -> IndexSnapshot:
    """The snapshot itself, or the present one of an index."""
    return index.snapshot if isinstance(index, IndexWriter) else index


def places(index: IndexWriter | IndexSnapshot, ids: Sequence[int]) -> list[tuple[str, str, int]]:
    """Path, name and line of chunks, which are the same in every index of the same files."""
    chunks = snapshot_of(index).chunks(ids)
    return [(chunks[id_].path, chunks[id_].name, chunks[id_].start_line) for id_ in ids]


def matching(
    index: IndexWriter | IndexSnapshot, query: str, space: SpaceName = CODE, allowed: ChunkFilter | None = None
) -> set[str]:
    """Names of the chunks that the query's words find."""
    found = snapshot_of(index).spaces[space].matching(words(query), 10_000, allowed)
    return {name for _, name, _ in places(index, [each.chunk_id for each in found])}


def nearest(
    index: IndexWriter | IndexSnapshot,
    text: str,
    limit: int = 10_000,
    allowed: ChunkFilter | None = None,
    model: ModelInfo = MODEL,
) -> list[str]:
    """Names of the code chunks nearest to an embedded text, best first."""
    found = snapshot_of(index).spaces[CODE].nearest(embedded([text], model)[0], limit, allowed)
    return [name for _, name, _ in places(index, [each.chunk_id for each in found])]


def maintain(index: IndexWriter) -> None:
    while index.maintain():
        pass
