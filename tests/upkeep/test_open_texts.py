"""What is typed reaches the overlay, whatever goes wrong on the way."""

from types import SimpleNamespace

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.chunking.chunker import chunk_text
from dowse.index.errors import IndexUnavailable
from dowse.index.overlay import SharedOverlay
from dowse.upkeep.open_texts import OpenTexts
from dowse.workspace.documents import Documents


def test_a_text_that_could_not_be_taken_in_is_taken_in_the_next_time() -> None:
    trouble = [IndexUnavailable("Another process holds the index.")]

    def chunk(path, text, language):
        if trouble:
            raise trouble.pop()
        return chunk_text(path, text, language)

    documents, overlay = Documents(), SharedOverlay()
    texts = OpenTexts(documents, overlay, chunk)
    models = SimpleNamespace(serving=lambda indexes, space: {})
    for number in range(3):
        documents.open(f"untitled:{number}", "python", f"def f{number}():\n    return {number}\n")
    texts.mark(texts.opened)
    with pytest.raises(IndexUnavailable):
        texts.sync([], models, 1_000)
    texts.sync([], models, 1_000)
    found = {each.chunk.name for n in range(3) for each in overlay.current.named(SpaceName.CODE, f"f{n}", 5)}
    assert found == {"f0", "f1", "f2"}


def test_a_text_that_nothing_can_be_made_of_is_left_out_and_the_others_are_searched(caplog) -> None:
    def chunk(path, text, language):
        return chunk_text(path, text, language) if path != "untitled:1" else 1 / 0

    documents, overlay = Documents(), SharedOverlay()
    texts = OpenTexts(documents, overlay, chunk)
    models = SimpleNamespace(serving=lambda indexes, space: {})
    for number in range(3):
        documents.open(f"untitled:{number}", "python", f"def f{number}():\n    return {number}\n")
    for _ in range(2):
        texts.mark(texts.opened)
        texts.sync([], models, 1_000)
    found = {each.chunk.name for n in range(3) for each in overlay.current.named(SpaceName.CODE, f"f{n}", 5)}
    assert found == {"f0", "f2"}
    assert "ZeroDivisionError" in caplog.text
