"""The built-in models' form: tokens, sums of rows, files."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import numpy as np
import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.static import (
    DOCUMENT_TOKENS,
    MODEL_FILE,
    QUERY_TOKENS,
    StaticModel,
    StaticWeights,
    quantised,
    read_model,
    write_model,
)
from dowse.embedding.tokens import Tokenizer, distinct, positioned_rows

TOKENS = (
    *"retry with backoff http header parse open file the def read config python a wait twice".split(),
    *(f"##{letter}" for letter in string.ascii_lowercase + string.digits),
    "##able",
)
PAIRS = 50


def weights(seed: int = 0) -> StaticWeights:
    generator = np.random.default_rng(seed)
    rows, scales = quantised(generator.normal(size=(len(TOKENS) + PAIRS, 32)).astype(np.float32))
    return StaticWeights(
        tokens=TOKENS,
        rows=rows,
        document_scales=scales * generator.uniform(0.5, 2, len(rows)).astype(np.float32),
        query_scales=scales * generator.uniform(0.5, 2, len(rows)).astype(np.float32),
        position_weights=np.linspace(1, 0.2, 16, dtype=np.float32),
        digest="0",
    )


@pytest.fixture
def model() -> StaticModel:
    return StaticModel("builtin:test", weights())


def tokens(text: str, most: int = 300) -> list[str]:
    return [TOKENS[number] for number in Tokenizer(TOKENS).tokens(text, most)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("retryWithBackoff", ["retry", "with", "backoff"]),
        ("parse_HTTPHeader2", ["parse", "http", "header", "##2"]),
        ("READ the config!", ["read", "the", "config"]),
        ("readable", ["##r", "##e", "##a", "##d", "##able"]),
        ("Öpen fïle", ["open", "file"]),
        ("", []),
        ("… -- ()", []),
        ("再試行", []),
    ],
)
def test_identifiers_become_words_and_rare_words_pieces(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_text_is_cut_to_so_many_tokens() -> None:
    assert tokens("open file " * 50, most=5) == ["open", "file", "open", "file", "open"]


def test_pairs_of_neighbours_have_rows_behind_those_of_the_tokens_and_do_not_reach_over_texts() -> None:
    found = positioned_rows([[0, 1, 2], [3], [], [0, 1]], tokens=10, pairs=5)

    of_tokens = found.rows < 10
    assert found.rows[of_tokens].tolist() == [0, 1, 2, 3, 0, 1]
    assert found.texts[~of_tokens].tolist() == [0, 0, 3]
    assert found.positions[~of_tokens].tolist() == [0, 1, 0]
    assert found.rows[~of_tokens][0] == found.rows[~of_tokens][2]
    assert (found.rows < 15).all()


def test_each_row_of_a_text_counts_once_where_it_first_stands() -> None:
    found = distinct(positioned_rows([[7, 3, 7, 3]], tokens=10, pairs=0), 10)

    assert sorted(zip(found.rows.tolist(), found.positions.tolist(), strict=True)) == [(3, 1), (7, 0)]


def test_vectors_have_length_one_and_do_not_depend_on_the_texts_beside_them(model: StaticModel) -> None:
    texts = [f"{'open file ' * i} retry{i} with_backoff" for i in range(70)]

    together = model.embed_documents(texts)

    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)
    alone = np.concatenate([model.embed_documents([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_a_vector_is_the_weighted_sum_of_its_rows(model: StaticModel) -> None:
    kept = weights()
    numbers = [TOKENS.index(word) for word in ("open", "file")]
    pair = int(positioned_rows([numbers], len(TOKENS), PAIRS).rows[-1])
    rows = [*numbers, pair]

    summed = sum(kept.rows[row].astype(np.float64) * kept.query_scales[row] for row in rows)

    np.testing.assert_allclose(model.embed_query("open file"), summed / np.linalg.norm(summed), atol=1e-6)


def test_queries_and_documents_weigh_words_each_in_their_own_way(model: StaticModel) -> None:
    text = "retry with backoff"

    assert not np.allclose(model.embed_query(text), model.embed_documents([text])[0], atol=1e-3)


def test_what_stands_first_in_a_document_counts_most(model: StaticModel) -> None:
    filler = " ".join(random.Random(1).choices(string.ascii_lowercase, k=200))
    first, last = model.embed_documents([f"retry {filler}", f"{filler} retry"])
    alone = model.embed_documents(["retry"])[0]

    assert first @ alone > last @ alone


def test_text_without_a_known_word_has_the_vector_0(model: StaticModel) -> None:
    assert not model.embed_query("再試行").any()
    assert not model.embed_documents(["", "()"]).any()


def test_a_model_s_file_gives_the_same_vectors_and_the_same_weights_the_same_bytes(tmp_path, model) -> None:
    digest = write_model(tmp_path / "a", weights(), {"licence": "MIT"})
    write_model(tmp_path / "b", weights(), {"licence": "MIT"})

    read = StaticModel("builtin:test", read_model(tmp_path / "a"))

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    np.testing.assert_array_equal(read.embed_query("open the file"), model.embed_query("open the file"))
    assert read.info.revision == digest
    assert write_model(tmp_path / "c", weights(seed=1), {}) != digest


def test_the_safetensors_library_reads_a_model_s_file(tmp_path) -> None:
    safetensors = pytest.importorskip("safetensors.numpy")
    write_model(tmp_path / MODEL_FILE, weights(), {})

    tensors = safetensors.load_file(tmp_path / MODEL_FILE)

    np.testing.assert_array_equal(tensors["rows"], weights().rows)


@pytest.mark.parametrize("kept", [0, 7, 100, 2000, -1])
def test_a_damaged_model_is_refused_and_says_what_to_do(tmp_path, kept: int) -> None:
    file = tmp_path / MODEL_FILE
    write_model(file, weights(), {})
    file.write_bytes(file.read_bytes()[:kept])

    with pytest.raises(ModelError, match="install Dowse again"):
        read_model(file)


def test_a_model_whose_parts_do_not_fit_is_refused(tmp_path) -> None:
    file = tmp_path / MODEL_FILE
    write_model(file, replace(weights(), query_scales=np.ones(3, np.float32)), {})

    with pytest.raises(ModelError, match="install Dowse again"):
        read_model(file)


def test_the_same_file_is_a_sentence_transformers_model_with_the_same_vectors(tmp_path, model) -> None:
    pytest.importorskip("sentence_transformers")
    from dowse.embedding.static_torch import sentence_transformer

    write_model(tmp_path / MODEL_FILE, weights(), {})
    queries = ["retry with backoff", "open " * (QUERY_TOKENS + 5), ""]
    documents = ["def read_config(): open file", "wait twice " * DOCUMENT_TOKENS, "http"]

    theirs = sentence_transformer(tmp_path)

    np.testing.assert_allclose(theirs.encode_document(documents), model.embed_documents(documents), atol=1e-5)
    ours = np.stack([model.embed_query(query) for query in queries])
    np.testing.assert_allclose(theirs.encode_query(queries), ours, atol=1e-5)
    theirs.save(str(tmp_path / "saved"))
    again = StaticModel("builtin:test", read_model(tmp_path / "saved" / MODEL_FILE))
    np.testing.assert_allclose(again.embed_documents(documents), model.embed_documents(documents), atol=0.02)
