"""The word index under its own weight: questions while words are written."""

from threading import Event, Thread

from dowse.index.lexical import LexicalIndex, Words


def test_questions_are_answered_while_words_are_written(tmp_path):
    index = LexicalIndex(tmp_path / "words", "identity", 0, verify=True)
    index.replace([], [Words(1, 1, {"body": ["parcel"]})], 1, set())
    done = Event()

    def write() -> None:
        for generation in range(2, 60):
            index.replace([generation], [Words(generation, generation, {"body": ["other"]})], generation, set())
        done.set()

    Thread(target=write).start()
    while not done.is_set():
        assert index.search({"parcel": 1.0}, 3, lambda chunks: [True] * len(chunks), None)[0][0] == 1
        assert index.holders(["parcel"], ("body",)) == {"parcel": 1}
    assert not index.damaged
    index.close()
