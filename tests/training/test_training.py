"""From pairs to a model: what is left out, that a model learns, and that it learns the same twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sentence_transformers")

from dowse.embedding.static import StaticModel  # noqa: E402
from dowse.embedding.static_torch import StaticEncoder  # noqa: E402
from dowse.training.contrastive import Batches, train  # noqa: E402
from dowse.training.corpus import Corpus, build_corpus  # noqa: E402
from dowse.training.pairs import MOST_OF_A_TEXT, Pair, distinct_pairs, pairs_of  # noqa: E402
from dowse.training.recipe import Recipe  # noqa: E402
from dowse.training.texts import summary, without_comment  # noqa: E402
from dowse.training.vocabulary import choose_tokens, count_words  # noqa: E402

VERBS = {"fetch": "obtain", "drop": "delete", "sort": "arrange", "parse": "interpret", "send": "transmit"}
NOUNS = {"users": "people", "orders": "purchases", "rows": "records", "files": "documents", "keys": "secrets"}
RECIPE = Recipe(steps=40, batch=24, rate=0.05, drop_words=0.0, language_name=0.0)


def pairs() -> list[Pair]:
    """Functions whose names never say what their documentation says."""
    return [
        Pair(
            "doc",
            "python",
            f"{verb}_{noun}",
            f"{says} all of the {called}",
            "",
            f"python {verb}\ndef {verb}_{noun}(): {i}",
        )
        for i, (verb, says) in enumerate(VERBS.items())
        for noun, called in NOUNS.items()
    ]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    numbered = [(0, pair) for pair in pairs()]
    tokens = choose_tokens(count_words(pairs()), words=200, pieces=40)
    return build_corpus(numbered, ["a"], tokens)


def start(corpus: Corpus) -> StaticEncoder:
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(len(corpus.tokens) + 64, 32, generator=generator)
    weights = torch.zeros(len(rows))
    return StaticEncoder(rows, weights, weights, torch.zeros(16))


def trained(corpus: Corpus, recipe: Recipe = RECIPE) -> StaticEncoder:
    encoder = start(corpus)
    train(encoder, corpus, recipe, np.arange(len(corpus.texts)))
    return encoder


def mrr(encoder: StaticEncoder, corpus: Corpus) -> float:
    model = StaticModel("test", encoder.weights(tuple(map(str, corpus.tokens))))
    queries = np.stack([model.embed_query(pair.text) for pair in pairs()])
    documents = model.embed_documents([pair.body for pair in pairs()])
    scores = queries @ documents.T
    ranks = (scores >= scores.diagonal()[:, None]).sum(axis=1)
    return float((1 / ranks).mean())


def test_training_teaches_which_words_of_a_question_mean_which_of_the_code(corpus: Corpus) -> None:
    assert mrr(start(corpus), corpus) < 0.5
    assert mrr(trained(corpus), corpus) > 0.9


def test_two_runs_agree_and_another_seed_does_not(corpus: Corpus) -> None:
    first, second = (trained(corpus).weights(()) for _ in range(2))
    other = trained(corpus, replace(RECIPE, seed=1)).weights(())

    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_array_equal(first.document_scales, second.document_scales)
    assert not np.array_equal(first.rows, other.rows)


def test_documents_lose_some_of_their_tokens_and_none_loses_all(corpus: Corpus) -> None:
    every = np.arange(len(corpus.texts))
    whole, less = (Batches(corpus, replace(RECIPE, drop_code=share), 0, every).documents(every) for share in (0.0, 0.5))

    assert 0.5 * whole.rows.size < less.rows.size < whole.rows.size
    np.testing.assert_array_equal(np.unique(less.texts), every)


def test_a_corpus_is_read_as_it_was_saved(corpus: Corpus, tmp_path: Path) -> None:
    corpus.save(tmp_path / "corpus.npz")
    read = Corpus.load(tmp_path / "corpus.npz")

    assert list(read.tokens) == list(corpus.tokens)
    np.testing.assert_array_equal(read.bodies.row(7), corpus.bodies.row(7))
    np.testing.assert_array_equal(read.text_hash, corpus.text_hash)


def test_pairs_are_what_is_documented_and_sections_below_headings() -> None:
    code = 'def wait(attempt):\n    """Return how long to wait before the next attempt."""\n    return 2**attempt\n'
    section = "Wait twice as long after each attempt, ten seconds at most, and give up with an error in the end."

    [documented] = pairs_of("net/wait.py", code)
    [headed] = pairs_of("guide.md", f"# Requests\n\n## When a request fails\n\n{section}\n")

    assert (documented.kind, documented.text) == ("doc", "Return how long to wait before the next attempt")
    assert "before the next" not in documented.body
    assert (headed.kind, headed.text) == ("heading", "Requests When a request fails")


def test_repeated_code_and_what_hundreds_of_functions_are_said_to_do_are_left_out_and_counted() -> None:
    def pair(text: str, code: str) -> Pair:
        return Pair("doc", "python", "f", text, "", f"python f\n{code}")

    alike = [pair("Return the value", f"return {number}") for number in range(MOST_OF_A_TEXT + 2)]
    again = pair("Give the first value back", "  return  0")
    left_out: Counter[str] = Counter()

    kept = list(distinct_pairs(enumerate([*alike, again]), left_out))

    assert kept == list(enumerate(alike[:MOST_OF_A_TEXT]))
    assert left_out == {"same_text": 2, "repeated": 1}


def test_tokens_are_the_most_frequent_words_and_pieces_of_the_others() -> None:
    tokens = choose_tokens({"file": 9.0, "open": 8.0, "reopening": 2.0, "reopened": 2.0}, words=2, pieces=39)

    assert tokens[:2] == ("file", "open")
    assert "##a" in tokens
    assert "##reopen" in tokens
    assert len(tokens) == 2 + 39


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ("Open the file.\n\nMore of it.", "Open the file"),
        ("Open the {@link File file} of a user.\n@param user who", "Open the File file of a user"),
        ("Reads a :class:`pkg.Config` from disk. It may fail.", "Reads a pkg.Config from disk"),
        ("Copyright 2020 by the authors of this file", ""),
        ("TODO: explain this at length", ""),
        ("Getter", ""),
        ("ファイルを開いて設定を読み込む関数です", ""),
    ],
)
def test_a_summary_is_the_first_sentence_without_markup_or_nothing(doc: str, expected: str) -> None:
    assert summary(doc)[0] == expected


def test_code_loses_the_lines_of_its_comment_and_no_other() -> None:
    code = "/**\n * Opens the file.\n * @param path where\n */\nvoid open(Path path) { // where\n}"

    rest = without_comment(code, "Opens the file.\n@param path where")

    assert "Opens" not in rest
    assert "void open(Path path) { // where" in rest
