"""The hashing model: related texts come close, and the same text has the same vector everywhere and always."""

import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.embedding import hash_model
from dowse.embedding.hash_model import HashingModel
from dowse.embedding.vocabulary import LONG_FORMS

SNIPPETS = {
    "retry": """
def call_with_retries(send, attempts):
    for n in range(attempts):
        try:
            return send()
        except ConnectionError:
            sleep(backoff * 2 ** n)
""",
    "parse": """
def parse_header(line):
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
""",
    "remove": """
def delete_directory(path):
    shutil.rmtree(path, ignore_errors=True)
""",
    "sum": """
func total(prices []int) int {
	sum := 0
	for _, p := range prices { sum += p }
	return sum
}
""",
}


@pytest.fixture(scope="module")
def model() -> Iterator[HashingModel]:
    model = HashingModel()
    yield model
    model.close()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("retrying a connection with backoff", "retry"),
        ("parses http headers", "parse"),
        ("how to rm a dir", "remove"),
        ("total of all price values", "sum"),
    ],
)
def test_a_question_finds_the_snippet_that_shares_its_words_in_any_form(
    model: HashingModel, query: str, expected: str
) -> None:
    scores = model.embed_documents(list(SNIPPETS.values())) @ model.embed_query(query)
    assert list(SNIPPETS)[int(scores.argmax())] == expected


def test_how_a_name_is_written_hardly_matters(model: HashingModel) -> None:
    camel, snake, other = model.embed_documents(["maxRetryCount", "max_retry_count", "open_socket_file"])
    assert camel @ snake > 0.99
    assert camel @ other < 0.5


def test_forms_of_a_word_come_close_and_other_words_do_not(model: HashingModel) -> None:
    retry, retries, retrying, banana = model.embed_documents(["retry", "retries", "retrying", "banana"])
    assert min(retry @ retries, retry @ retrying) > 0.4
    assert abs(retry @ banana) < 0.25


def test_a_short_form_means_its_long_form(model: HashingModel) -> None:
    assert model.embed_query("dst dir") @ model.embed_query("destination directory") > 0.99


def test_question_words_hardly_move_a_query(model: HashingModel) -> None:
    plain, asked = model.embed_query("parse toml"), model.embed_query("how do I parse toml in python")
    assert plain @ asked > 0.95


def test_what_opens_a_text_weighs_more() -> None:
    model = HashingModel(1024)  # many dimensions, little chance
    rest = " ".join(sorted(set(LONG_FORMS.values())))
    first, last = model.embed_documents([f"retry {rest}", f"{rest} retry"])
    query = model.embed_query("retry")
    assert first @ query > 1.5 * (last @ query)


def test_vectors_have_length_one_and_texts_without_words_length_zero(model: HashingModel) -> None:
    vectors = model.embed_documents(
        ["def f(): pass", "", "  \n\t", "{}()+-", "日本語のテキスト", "\ud800 broken", "x" * 10_000_000]
    )
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0, 0, 1, 1, 0], atol=1e-5)
    assert model.embed_documents([]).shape == (0, 256)
    assert model.embed_query("").shape == (256,)


@pytest.mark.parametrize("dimensions", [16, 100, 256, 1024])
def test_any_number_of_dimensions_can_be_had(dimensions: int) -> None:
    vectors = HashingModel(dimensions).embed_documents(["open the file", "close the file"])
    assert vectors.shape == (2, dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@given(st.lists(st.text(max_size=300), max_size=40))
def test_a_text_has_the_vector_that_it_has_alone(texts: list[str]) -> None:
    together = HashingModel(64).embed_documents(texts)
    alone = HashingModel(64)
    for text, vector in zip(texts, together, strict=True):
        assert np.allclose(alone.embed_documents([text])[0], vector, atol=1e-5)


def test_forgetting_words_to_bound_memory_changes_no_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"handler{i} opens socket{i} and retries {i}" for i in range(500)]
    expected = HashingModel().embed_documents(texts)
    monkeypatch.setattr(hash_model, "_KNOWN_WORDS", 50)
    small = HashingModel()
    assert np.allclose(small.embed_documents(texts), expected, atol=1e-5)
    assert np.allclose(small.embed_documents(texts), expected, atol=1e-5)


# Whoever changes what it gives raises hash_model._REVISION too: stored vectors would not match new ones.
GOLDEN = "open_file retries, 42"


def test_vectors_are_the_same_in_every_process_and_version() -> None:
    assert HashingModel().info.fingerprint == "86eb61ef37e959d8aaaa18bde63aa9f4"
    assert np.allclose(
        HashingModel(16).embed_documents([GOLDEN])[0],
        [
            0.036400001496076584,
            0.10270000249147415,
            0.22339999675750732,
            -0.050200000405311584,
            -0.35600000619888306,
            -0.13819999992847443,
            -0.07720000296831131,
            0.015200000256299973,
            -0.0575999990105629,
            -0.5307000279426575,
            0.49059998989105225,
            -0.0575999990105629,
            0.3248000144958496,
            -0.00800000037997961,
            -0.26339998841285706,
            0.2824000120162964,
        ],
        atol=1e-4,
    )


def test_the_seed_of_python_s_own_hashes_does_not_matter() -> None:
    program = (
        "from dowse.embedding.hash_model import HashingModel; "
        f"print(HashingModel(16).embed_documents([{GOLDEN!r}])[0].round(4).tolist())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
