"""The word index under its own weight: questions while words are written."""

from threading import Thread, get_ident

from dowse.index.lexical import LexicalDocument, LexicalIndex


class OfOneThread:
    """tantivy's index as its binding is while a thread changes it: every other thread that touches it gets an error."""

    def __init__(self, index):
        self._index, self._owner = index, get_ident()

    def __getattr__(self, name):
        if get_ident() != self._owner:
            raise RuntimeError("Already mutably borrowed")
        return getattr(self._index, name)


def test_questions_leave_the_index_to_the_thread_that_writes(tmp_path):
    index = LexicalIndex(tmp_path / "words", "identity", 0, verify=True)
    index.replace([], [LexicalDocument(1, 1, ("", "", "", "parcel", ""))], 1, set())
    index._index = OfOneThread(index._index)
    answers = []

    def ask() -> None:
        answers.append([chunk for chunk, _ in index.searcher.search({"parcel": 1.0}, 3, lambda found: found, None)])
        answers.append(index.searcher.holders(["parcel"], ("body",)))
        answers.append(index.searcher.frequencies(["parcel"])["body", "parcel"])

    asking = Thread(target=ask)
    asking.start()
    asking.join()
    assert answers == [[1], {"parcel": 1}, 1]
    assert not index.damaged
    index.replace([], [LexicalDocument(2, 2, ("", "", "", "parcel", ""))], 2, set())
    assert index.searcher.holders(["parcel"], ("body",)) == {"parcel": 2}
    index.close()


def test_chunks_of_some_files_say_which_words_they_hold_in_any_form(tmp_path):
    index = LexicalIndex(tmp_path / "words", "identity", 0, verify=True)
    documents = [
        LexicalDocument(1, 10, ("send", "", "", "retries the request", "net")),
        LexicalDocument(2, 10, ("", "", "request", "", "retry")),
        LexicalDocument(3, 20, ("retry", "", "", "", "")),
    ]
    index.replace([], documents, 1, set())

    held = index.searcher.holding([("retry", "retries"), ("request", "requests"), ("parcel",)], [10])

    assert held == {1: 0b011, 2: 0b010}  # a path does not count, and the other file is not asked
    assert index.searcher.holding([("parcel",)], [10]) == {}
    assert index.searcher.holding([], [10]) == {}
