"""Vectors that one folder's index takes from another's."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dowse.index.records import MissingVector
from dowse.index.writer import IndexWriter
from index.conftest import ready
from index.samples import MODEL, OTHER_MODEL, chunk, embed, file, nearest, use_model

FILES = [file(f"{name}.py", chunk(name, f"def {name}(): pass")) for name in ("weigh", "lift", "send")]


class Folders:
    """Indexes of several folders in one cache."""

    def __init__(self, directory: Path, stack: ExitStack) -> None:
        self.directory = directory
        self._stack = stack

    def index(self, name: str) -> IndexWriter:
        (self.directory / name).mkdir()
        index = ready(IndexWriter.open(self.directory / name, self.directory / "cache"))
        self._stack.callback(index.close)
        return index


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Folders]:
    with ExitStack() as stack:
        yield Folders(tmp_path, stack)


def names(missing: list[MissingVector]) -> list[str]:
    return [each.text.partition("\n")[0] for each in missing]


def test_equal_texts_are_not_asked_for_again(folders):
    first = folders.index("first")
    embed(first, first.apply(FILES[:2]))
    second = folders.index("second")
    assert names(second.borrow_vectors(second.apply(FILES))) == ["send"]
    assert set(nearest(second, "lift\ndef lift(): pass")) == {"weigh", "lift"}
    assert nearest(second, "lift\ndef lift(): pass") == nearest(first, "lift\ndef lift(): pass")


def test_what_only_another_model_has_embedded_is_asked_for(folders):
    first = folders.index("first")
    use_model(first, OTHER_MODEL)
    embed(first, [each for each in first.apply(FILES) if each.model == OTHER_MODEL.fingerprint], OTHER_MODEL)
    second = folders.index("second")
    assert second.snapshot.serving("code")[1] == MODEL
    assert names(second.borrow_vectors(second.apply(FILES))) == ["weigh", "lift", "send"]


def test_of_several_the_one_that_has_most_is_asked(folders):
    little, most = folders.index("a little"), folders.index("most")
    embed(little, little.apply(FILES[:1]))
    embed(most, most.apply(FILES[:2]))
    third = folders.index("third")
    assert names(third.borrow_vectors(third.apply(FILES))) == ["send"]


def test_a_damaged_neighbour_is_passed_over(folders):
    first = folders.index("first")
    embed(first, first.apply(FILES))
    first.close()
    (first.directory / "catalogue.db").write_bytes(b"no database at all" * 1000)
    second = folders.index("second")
    assert names(second.borrow_vectors(second.apply(FILES))) == ["weigh", "lift", "send"]
