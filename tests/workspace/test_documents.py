"""Open documents, by whatever thread."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dowse.workspace.documents import Documents, OpenDocument
from dowse.workspace.text import Edit, Span


def test_an_open_document_answers_for_itself_until_it_is_closed():
    documents = Documents()
    documents.open("/a.py", "python", "x = 1\n")
    assert (documents.text("/a.py"), documents.language("/a.py")) == ("x = 1\n", "python")
    assert documents.snapshot() == (OpenDocument("/a.py", "python", "x = 1\n"),)
    documents.close("/a.py")
    assert (documents.text("/a.py"), documents.language("/a.py")) == (None, None)
    assert documents.snapshot() == ()


def test_opening_again_replaces():
    documents = Documents()
    documents.open("/a", "python", "old")
    documents.open("/a", "go", "new")
    assert documents.snapshot() == (OpenDocument("/a", "go", "new"),)


def test_edits_of_an_unknown_document_are_refused():
    documents = Documents()
    with pytest.raises(KeyError):
        documents.change("/a.py", [Edit(None, "x")])
    documents.close("/a.py")


def test_an_edit_that_fails_changes_nothing():
    documents = Documents()
    documents.open("/a", "python", "text")

    def edits():
        yield Edit(None, "half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        documents.change("/a", edits())
    assert documents.text("/a") == "text"


def test_no_edit_is_lost_between_threads():
    documents = Documents()
    documents.open("/a", "python", "")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: documents.change("/a", [Edit(Span(0, 0, 0, 0), "x\n")]), range(400)))
    assert documents.text("/a") == "x\n" * 400
