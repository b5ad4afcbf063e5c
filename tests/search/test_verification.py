"""What a search does to show the truth."""

from collections import Counter
from pathlib import Path

import pytest

from dowse.chunking.chunker import chunk_text
from dowse.search.chunk_ref import ChunkRef
from dowse.search.hit_verifier import HitVerifier
from dowse.settings import FileSettings
from dowse.workspace import discovery, source
from dowse.workspace.documents import Documents
from dowse.workspace.source import FileStamp
from dowse.workspace.text import Edit, Span

NOTEBOOK = '{"cells": [%s], "metadata": {}}'
CELL = '{"cell_type": "code", "source": "def weigh_%s_%d(parcels):\\n    return parcels\\n"}'


class Looked:
    """Presence over real files and documents, with what it has had chunked."""

    def __init__(self) -> None:
        self.chunked: Counter[str] = Counter()
        self.stale: list[str] = []
        self.documents = Documents()
        self.verifier = HitVerifier(self.documents, FileSettings(), self.stale.append, self._chunk)

    def _chunk(self, path: str, text: str, language: str | None):
        self.chunked[path] += 1
        return chunk_text(path, text, language)


@pytest.fixture
def looked() -> Looked:
    return Looked()


def pieces_of(file: Path) -> list[ChunkRef]:
    return [ChunkRef(str(file), None, file.name, chunk) for chunk in chunk_text(file.name, file.read_text("utf-8"))]


def test_notebooks_whose_hits_take_turns_are_each_chunked_once(tmp_path: Path, looked: Looked) -> None:
    """Only chunking tells where a cell stands; between two searches nothing has changed."""
    files = [tmp_path / f"{name}.ipynb" for name in ("sea", "air", "road")]
    for file in files:
        file.write_text(NOTEBOOK % ",\n".join(CELL % (file.stem, number) for number in range(4)), "utf-8")
    for _ in range(2):
        for taking_turns in zip(*map(pieces_of, files), strict=True):
            assert all(looked.verifier.locate(ref) for ref in taking_turns)
    assert looked.chunked == {"sea.ipynb": 1, "air.ipynb": 1, "road.ipynb": 1}
    assert looked.stale == []


def test_the_lines_of_an_open_document_are_found_once_for_all_its_hits(looked: Looked) -> None:
    looked.documents.open("untitled:1", "python", "def weigh(parcel):\n    return parcel\n")
    before = looked.verifier.text("untitled:1")
    assert looked.verifier.text("untitled:1") is before
    looked.documents.change("untitled:1", [Edit(Span(0, 4, 0, 9), "lift")])
    now = looked.verifier.text("untitled:1")
    assert now is not None
    assert now.lines[0] == "def lift(parcel):\n"
    looked.documents.close("untitled:1")
    assert looked.verifier.text("untitled:1") is None


def test_a_saved_file_is_read_again_when_it_has_changed(tmp_path: Path, looked: Looked) -> None:
    file = tmp_path / "weigh.py"
    file.write_text("def weigh(parcel):\n    return parcel\n", "utf-8")
    [ref] = pieces_of(file)
    before = looked.verifier.text(str(file))
    assert looked.verifier.text(str(file)) is before
    file.write_text("\n\ndef weigh(parcel):\n    return parcel\n", "utf-8")
    located = looked.verifier.locate(ref)
    assert located is not None
    assert (located.span.start_line, looked.stale) == (2, [str(file)])


def test_what_the_index_has_read_under_an_equal_stamp_is_shown(
    tmp_path: Path, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (discovery, source):  # a file system without times
        monkeypatch.setattr(module, "stamp_of", lambda found: FileStamp(0, found.st_size, 0, 0))
    file = tmp_path / "weigh.py"
    file.write_text("def weigh(parcel):\n    return parcel\n", "utf-8")
    assert looked.verifier.text(str(file)) is not None
    file.write_text("def heave(parcel):\n    return barrel\n", "utf-8")
    [ref] = pieces_of(file)
    located = looked.verifier.locate(ref)
    assert located is not None
    assert located.text == file.read_text("utf-8")
    assert looked.stale == []
