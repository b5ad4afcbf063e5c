"""Models behind an HTTP endpoint: every form of asking, and everything that an endpoint can do wrong."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from dowse.embedding.model import EmbeddingModel, ModelError, ModelUnavailable
from dowse.embedding.providers import open_model
from dowse.embedding.remote.address import Address
from dowse.embedding.remote.failures import retry_after
from dowse.embedding.remote.http import IN_FLIGHT
from dowse.embedding.remote.model import BATCH_TEXTS
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import ModelSettings
from embedding.endpoint import DIGEST, Behaviour, Endpoint, hashed, minilm, minilm_folder, running, status, times
from embedding.scripted import TIMEOUT

Open = Callable[[str], EmbeddingModel]
FORMS = ["openai", "ollama", "huggingface"]
TEXTS = [f"def function_{i}(): return {'x' * (i % 37)}" for i in range(300)]


@pytest.fixture
def opened(no_pauses: None) -> Iterator[Open]:
    models: list[EmbeddingModel] = []

    def open_it(spec: str) -> EmbeddingModel:
        models.append(open_model(spec, ModelSettings()))
        return models[-1]

    yield open_it
    for model in models:
        model.close()


def unit(texts: list[str]) -> np.ndarray:
    rows = np.array(hashed(texts), np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("form", FORMS)
def test_vectors_are_of_unit_length_and_in_the_order_of_the_texts(endpoint: Endpoint, opened: Open, form: str) -> None:
    model = opened(getattr(endpoint, form))
    assert model.info.dimensions == 24
    assert model.device == f"127.0.0.1:{endpoint.port}"
    assert np.allclose(model.embed_documents(TEXTS), unit(TEXTS), atol=1e-6)
    assert np.allclose(model.embed_query(TEXTS[7]), unit([TEXTS[7]])[0], atol=1e-6)


def test_the_vectors_of_a_real_model_are_those_that_it_gives_here() -> None:
    here = open_model(f"sentence-transformers:{minilm_folder()}", ModelSettings(device="cpu"))
    with running(minilm()) as endpoint:
        for form in FORMS:
            model = open_model(getattr(endpoint, form), ModelSettings())
            vectors = model.embed_documents(TEXTS[:40])
            assert vectors.shape == (40, 384)
            assert np.allclose(vectors, here.embed_documents(TEXTS[:40]), atol=1e-5)
            assert np.allclose(model.embed_query("parse a header"), here.embed_query("parse a header"), atol=1e-5)
            model.close()


def test_many_texts_are_sent_in_several_requests_a_few_at_a_time(endpoint: Endpoint, opened: Open) -> None:
    model = opened(endpoint.openai)
    assert model.info.dimensions == 24
    asked = len(endpoint.requests)
    endpoint.released.clear()
    done: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: done.append(model.embed_documents(TEXTS)))
    thread.start()
    endpoint.wait_for(lambda: len(endpoint.requests) == asked + IN_FLIGHT)
    endpoint.released.set()
    thread.join(TIMEOUT)
    assert np.allclose(done[0], unit(TEXTS), atol=1e-6)
    assert max(len(request["input"]) for _, request in endpoint.requests) == BATCH_TEXTS


def test_a_text_without_content_is_not_sent_and_has_a_vector_of_zeros(endpoint: Endpoint, opened: Open) -> None:
    vectors = opened(endpoint.openai).embed_documents(["", "a", " \n"])
    assert np.linalg.norm(vectors, axis=1).round(5).tolist() == [0, 1, 0]
    assert endpoint.texts[1:] == ["a"]


def test_half_of_a_surrogate_pair_can_be_embedded(endpoint: Endpoint, opened: Open) -> None:
    assert np.isfinite(opened(endpoint.openai).embed_documents(["lone \ud800 surrogate"])).all()


def test_fewer_dimensions_are_asked_for_and_make_another_model(endpoint: Endpoint, opened: Open) -> None:
    short = opened(endpoint.openai.replace("@", "#16@"))
    assert short.info.dimensions == 16
    assert endpoint.requests[-1][1]["dimensions"] == 16
    assert short.info.fingerprint != opened(endpoint.openai).info.fingerprint


def test_an_endpoint_that_knows_no_shorter_vectors_is_told_so(endpoint: Endpoint, opened: Open) -> None:
    endpoint.behave = lambda endpoint, path, request, answer: (
        (200, {}, json.dumps({"data": [{"index": 0, "embedding": [1.0] * 24}]}).encode())
    )
    with pytest.raises(ModelError, match="gives 24 dimensions where 16 were asked for"):
        _ = opened(endpoint.openai.replace("@", "#16@")).info


def test_the_same_model_at_another_address_is_the_same_model(endpoint: Endpoint, opened: Open) -> None:
    with running() as other:
        for form in FORMS:
            here, there = opened(getattr(endpoint, form)), opened(getattr(other, form))
            assert here.info.fingerprint == there.info.fingerprint
        before = opened(other.ollama).info
        other.models["all-minilm:latest"] = "0" * 64
        assert opened(other.ollama).info.fingerprint != before.fingerprint  # another version of that name
    assert before.revision == DIGEST


def test_a_model_that_wants_prompts_gets_them(endpoint: Endpoint, opened: Open) -> None:
    model = opened(f"openai:embeddinggemma:300m@{endpoint.url}/v1")
    model.embed_documents(["a"])
    model.embed_query("b")
    model.embed_query("c", "code_search")
    assert endpoint.texts[1:] == [
        "title: none | text: a",
        "task: search result | query: b",
        "task: code retrieval | query: c",
    ]
    assert model.info.fingerprint != opened(f"openai:other@{endpoint.url}/v1").info.fingerprint


def test_a_model_that_ollama_has_not_pulled_is_answered_with_the_command(endpoint: Endpoint, opened: Open) -> None:
    with pytest.raises(ModelUnavailable, match="run 'ollama pull nomic-embed-text'"):
        _ = opened(f"ollama:nomic-embed-text@{endpoint.url}").info
    endpoint.models["org/nomic:v1"] = DIGEST
    assert opened(f"ollama:org/nomic:v1@{endpoint.url}").info.dimensions == 24


def test_an_ollama_that_does_not_run_is_answered_with_the_command(endpoint: Endpoint, opened: Open) -> None:
    endpoint.die()
    with pytest.raises(ModelUnavailable, match=r"cannot be reached.*'ollama serve'"):
        _ = opened(endpoint.ollama).info


def test_an_old_ollama_is_asked_for_one_text_at_a_time(endpoint: Endpoint, opened: Open) -> None:
    endpoint.has_batches = False
    assert np.allclose(opened(endpoint.ollama).embed_documents(TEXTS[:5]), unit(TEXTS[:5]), atol=1e-6)


@pytest.mark.parametrize(
    "bad",
    [
        status(500),
        status(503),
        status(429, {"Retry-After": "0"}),
        status(429),
        lambda endpoint, path, request, answer: None,
        lambda endpoint, path, request, answer: (200, {}, answer[2][:-20]),
        lambda endpoint, path, request, answer: (200, {"Content-Length": "9999"}, answer[2]),
        lambda endpoint, path, request, answer: (200, {}, b"<html>Sign in</html>"),
        lambda endpoint, path, request, answer: (200, {}, b'{"data": [], "embeddings": []}'),
        lambda endpoint, path, request, answer: (200, {}, answer[2].replace(b"0.", b"1e999", 1)),
        lambda endpoint, path, request, answer: (200, {}, b"[" * 100_000),
        lambda endpoint, path, request, answer: (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    ],
    ids=["500", "503", "429 at once", "429", "dropped", "cut", "broken off", "not JSON", "none", "NaN", "deep", "gzip"],
)
@pytest.mark.parametrize("form", FORMS)
def test_a_passing_failure_is_overcome(endpoint: Endpoint, opened: Open, form: str, bad: Behaviour) -> None:
    model = opened(getattr(endpoint, form))
    assert model.info.dimensions == 24
    endpoint.behave = times(2, bad)
    assert np.allclose(model.embed_documents(TEXTS[:10]), unit(TEXTS[:10]), atol=1e-6)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (status(500), "answers 500 Internal Server Error"),
        (status(401), "wants a key"),
        (status(404), r"has no model 'all-minilm', or .* is not where it is asked for"),
        (status(400), r"refuses the request \(400 Bad Request\)"),
        (status(418), "refuses the request"),
        (status(599), r"refuses the request \(599\)"),
        (status(302, {"Location": "https://elsewhere.example/steal"}), "redirects to another address"),
        (status(429, {"Retry-After": "3600"}), "asks for 3600 seconds of rest"),
        (status(429, {}, b'{"error": {"code": "insufficient_quota"}}'), "no quota left"),
        (status(200, {}, b"{}"), "sent something that is not an answer"),
    ],
    ids=["500", "401", "404", "400", "418", "599", "redirect", "long rest", "no quota", "not an answer"],
)
def test_a_failure_that_stays_says_what_to_do(endpoint: Endpoint, opened: Open, bad: Behaviour, message: str) -> None:
    model = opened(endpoint.openai)
    assert model.info.dimensions == 24
    endpoint.behave = bad
    with pytest.raises(ModelUnavailable, match=message) as failure:
        model.embed_documents(["the secret text"])
    assert "secret" not in str(failure.value)
    endpoint.behave = None
    assert model.embed_documents(["a"]).shape == (1, 24)


def test_a_redirect_is_not_followed(endpoint: Endpoint, opened: Open) -> None:
    with running() as other:
        endpoint.behave = status(307, {"Location": f"{other.url}/v1/embeddings"})
        with pytest.raises(ModelError, match="redirects"):
            _ = opened(endpoint.openai).info
        assert other.requests == []


def test_vectors_of_another_length_are_refused(endpoint: Endpoint, opened: Open) -> None:
    model = opened(endpoint.openai)
    assert model.info.dimensions == 24
    endpoint.embed = lambda texts: [[1.0] * 7 for _ in texts]
    with pytest.raises(ModelError, match="gave vectors of 7 dimensions where 24 were due"):
        model.embed_documents(["a"])


@pytest.mark.parametrize("body", [b'{"error": "batch size 9 > maximum allowed batch size 4"}', b""])
def test_an_endpoint_that_takes_fewer_texts_gets_fewer(endpoint: Endpoint, opened: Open, body: bytes) -> None:
    code = 422 if body else 413
    model = opened(endpoint.openai)
    endpoint.behave = lambda endpoint, path, request, answer: (code, {}, body) if len(request["input"]) > 4 else answer
    assert np.allclose(model.embed_documents(TEXTS[:40]), unit(TEXTS[:40]), atol=1e-6)
    endpoint.requests.clear()
    model.embed_documents(TEXTS[:40])
    assert max(len(request["input"]) for _, request in endpoint.requests) == 4


def test_an_endpoint_that_reads_less_gets_shorter_texts(endpoint: Endpoint, opened: Open) -> None:
    model = opened(endpoint.openai)
    refusal = b'{"error": {"message": "maximum context length is 2048 tokens"}}'
    endpoint.behave = lambda endpoint, path, request, answer: (
        (400, {}, refusal) if max(map(len, request["input"])) > 5000 else answer
    )
    texts = [*TEXTS[:10], "y" * 16_000]
    assert np.allclose(model.embed_documents(texts), unit([*TEXTS[:10], "y" * 4_000]), atol=1e-6)
    endpoint.requests.clear()
    model.embed_documents(texts)
    assert len(endpoint.requests) == 1


def test_a_model_that_gives_a_vector_for_each_token_is_refused(endpoint: Endpoint, opened: Open) -> None:
    endpoint.behave = status(200, {}, json.dumps([[[1.0, 2.0], [3.0, 4.0]]]).encode())
    with pytest.raises(ModelError, match="a vector for each token"):
        _ = opened(endpoint.huggingface).info


@pytest.mark.parametrize("value", ["", "soon", "-3", "١", "Wed, 99 Nov 2026"])
def test_a_retry_after_that_says_nothing_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None


def test_a_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after({"retry-after": " 7 "}) == 7
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of each pause of a second or more, none of which is made."""
    asked: list[float] = []
    sleep = asyncio.sleep

    async def noting(seconds: float) -> None:
        asked.extend([seconds] if seconds >= 1 else [])
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noting)
    return asked


def test_an_endpoint_that_asks_for_rest_gets_it(endpoint: Endpoint, opened: Open, pauses: list[float]) -> None:
    model = opened(endpoint.openai)
    assert model.info.dimensions == 24
    endpoint.behave = times(1, status(429, {"Retry-After": "7"}))
    assert model.embed_documents(["a"]).shape == (1, 24)
    assert pauses[0] == 7


def test_an_endpoint_elsewhere_gets_no_more_requests_a_minute_than_it_is_to_get(
    endpoint: Endpoint, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Address, "is_loopback", False)
    model = open_model(endpoint.openai, ModelSettings(requests_per_minute=2))
    assert model.embed_documents(TEXTS[: 2 * BATCH_TEXTS]).shape == (64, 24)
    assert [round(pause, -1) for pause in pauses] == [30, 60]  # after the request that asks for the dimensions
    model.close()


@pytest.mark.parametrize("when", ["opening", "embedding", "waiting"])
def test_a_stop_breaks_off_what_is_under_way(endpoint: Endpoint, worker: EmbeddingWorker, when: str) -> None:
    if when != "opening":
        worker.info(endpoint.openai).result(TIMEOUT)
        worker.embed_documents(endpoint.openai, ["a"]).result(TIMEOUT)
    asked = len(endpoint.requests)
    if when == "waiting":
        endpoint.behave = status(429, {"Retry-After": "100"})
    else:
        endpoint.released.clear()
    pending = worker.embed_documents(endpoint.openai, TEXTS)
    endpoint.wait_for(lambda: len(endpoint.requests) > asked)
    assert worker.stop(TIMEOUT)  # the threads end although the endpoint never answers
    assert pending.cancelled()


def test_a_query_does_not_wait_for_the_documents_that_an_endpoint_is_at(
    endpoint: Endpoint, worker: EmbeddingWorker
) -> None:
    worker.embed_query(endpoint.openai, "warm").result(TIMEOUT)
    let_go = threading.Event()

    def hold_documents(endpoint: Endpoint, path: str, request: dict, answer: tuple) -> tuple:
        assert request["input"] == ["quick"] or let_go.wait(TIMEOUT)
        return answer

    worker.embed_documents(endpoint.openai, ["opened"]).result(TIMEOUT)
    asked = len(endpoint.requests)
    endpoint.behave = hold_documents
    documents = worker.embed_documents(endpoint.openai, TEXTS)
    endpoint.wait_for(lambda: len(endpoint.requests) > asked)
    assert worker.embed_query(endpoint.openai, "quick").result(TIMEOUT).shape == (24,)
    assert not documents.done()
    let_go.set()
    assert documents.result(TIMEOUT).shape == (300, 24)


def test_an_endpoint_that_is_gone_fails_all_requests_and_is_used_again_on_request(
    endpoint: Endpoint, no_pauses: None
) -> None:
    seen: list[str] = []
    worker = EmbeddingWorker(ModelSettings(), on_unavailable=lambda spec, error: seen.append(spec))
    assert worker.info(endpoint.openai).result(TIMEOUT).dimensions == 24
    endpoint.die()
    failures = [worker.embed_query(endpoint.openai, text).exception(TIMEOUT) for text in ("a", "b")]
    assert all(isinstance(failure, ModelUnavailable) for failure in failures)
    assert seen == [endpoint.openai] * 2
    assert worker.states()[endpoint.openai].health == "failed"
    endpoint.start()
    worker.forget_failure(endpoint.openai)
    assert worker.embed_query(endpoint.openai, "b").result(TIMEOUT).shape == (24,)
    assert worker.stop(TIMEOUT)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("openai:", "names no model"),
        ("openai:a b", "names no model"),
        ("openai:m#0", "cannot have 0 dimensions"),
        ("openai:m@http://", "no URL"),
        ("openai:m@https://host:99999", "no URL"),
        ("openai:m@https://user:sk-123@host/v1", "holds no user, key"),
        ("openai:m@https://host/v1?key=sk-123", "holds no user, key"),
        ("huggingface:m#16@http://127.0.0.1:1", "without '#'"),
    ],
)
def test_a_name_that_is_none_is_refused_before_anything_is_sent(spec: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as failure:
        open_model(spec, ModelSettings())
    assert "sk-123" not in str(failure.value)


def test_a_proxy_is_not_asked_for_what_is_on_this_machine(
    endpoint: Endpoint, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert opened(endpoint.openai).info.dimensions == 24
