"""The embedding worker: queries first, failures told, nothing waited for in vain."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, wait

import numpy as np
import pytest

from dowse.embedding import providers
from dowse.embedding.jobs import LARGEST_BATCH
from dowse.embedding.model import EmbeddingModel, ModelError
from dowse.embedding.providers import Provider
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import ModelSettings
from embedding.scripted import TIMEOUT, Held, ScriptedModel

Serve = Callable[..., None]
TEXTS = [f"def function_{i}(): return {'x' * (i % 37)}" for i in range(300)]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Let the spec ``scripted`` (or another) open what a function returns."""

    def serve(open_it: Callable[[], EmbeddingModel], name: str = "scripted") -> None:
        served = {**providers.PROVIDERS, name: Provider(name, lambda rest, settings: open_it())}
        monkeypatch.setattr(providers, "PROVIDERS", served)

    return serve


def test_documents_and_queries_become_unit_vectors_in_the_order_given(worker: EmbeddingWorker) -> None:
    vectors = worker.embed_documents("hash", TEXTS).result(TIMEOUT)
    assert vectors.shape == (300, 256)
    assert vectors.dtype == np.float32
    for i in (0, 17, 299):
        assert np.allclose(vectors[i], worker.embed_interactive("hash", [TEXTS[i]]).result(TIMEOUT)[0], atol=1e-6)
    assert np.linalg.norm(worker.embed_query("hash", "a function").result(TIMEOUT)) == pytest.approx(1)


def test_no_texts_give_no_vectors_of_the_right_width(worker: EmbeddingWorker) -> None:
    assert worker.embed_documents("hash:64", []).result(TIMEOUT).shape == (0, 64)


def test_a_model_is_opened_when_it_is_first_asked_for(worker: EmbeddingWorker) -> None:
    assert worker.states() == {}
    assert worker.info("hash").result(TIMEOUT).dimensions == 256
    state = worker.states()["hash"]
    assert (state.health, state.device, state.dimensions) == ("ready", "cpu", 256)


def test_a_query_waits_for_one_small_batch_of_a_long_indexing_run(worker: EmbeddingWorker, serve: Serve) -> None:
    held = Held()
    serve(lambda: ScriptedModel(held))
    indexing = worker.embed_documents("scripted", ["text"] * 1000)
    assert held.reached.wait(TIMEOUT)
    buffer = worker.embed_interactive("scripted", ["buffer"])
    query = worker.embed_query("scripted", "query")
    held.let_go.set()
    indexing.result(TIMEOUT)
    assert query.done()
    assert buffer.done()
    assert held.batches[1:3] == [["query"], ["buffer"]]
    assert max(map(len, held.batches)) <= LARGEST_BATCH


def test_a_slow_model_gets_small_batches_and_a_fast_one_large_ones(worker: EmbeddingWorker, serve: Serve) -> None:
    sizes: list[int] = []
    clock = threading.Event()  # never set: waiting on it is the model's work

    def work(texts: Sequence[str]) -> None:
        sizes.append(len(texts))
        clock.wait(0.03 * len(texts))

    serve(lambda: ScriptedModel(work))
    worker.embed_documents("scripted", ["x" * 600] * 12).result(TIMEOUT)
    assert max(sizes) <= 2
    sizes.clear()
    serve(lambda: ScriptedModel(lambda texts: sizes.append(len(texts))), "fast")
    worker.embed_documents("fast", ["x" * 600] * 2000).result(TIMEOUT)
    assert max(sizes) == LARGEST_BATCH


def test_a_query_does_not_wait_while_another_model_is_loaded(worker: EmbeddingWorker, serve: Serve) -> None:
    loading, loaded = threading.Event(), threading.Event()

    def load() -> EmbeddingModel:
        loading.set()
        assert loaded.wait(TIMEOUT)
        return ScriptedModel()

    serve(load)
    info = worker.info("scripted")
    assert loading.wait(TIMEOUT)
    assert worker.states()["scripted"].health == "loading"
    assert worker.embed_query("hash", "a function").result(TIMEOUT).shape == (256,)
    assert not info.done()
    loaded.set()
    assert info.result(TIMEOUT).name == "scripted"


def test_the_same_query_is_embedded_once(worker: EmbeddingWorker, serve: Serve) -> None:
    seen: list[str] = []
    serve(lambda: ScriptedModel(seen.extend))
    first = worker.embed_query("scripted", "retry").result(TIMEOUT)
    again = worker.embed_query("scripted", "retry")
    assert again.done()
    assert again.result() is first
    worker.embed_query("scripted", "retry", "documentation").result(TIMEOUT)
    assert seen == ["retry", "retry"]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 7


@pytest.mark.parametrize("when", ["queued", "between batches"])
def test_indexing_can_be_cancelled(worker: EmbeddingWorker, serve: Serve, when: str) -> None:
    held = Held()
    serve(lambda: ScriptedModel(held))
    running = worker.embed_documents("scripted", ["first"] * 1000)
    queued = worker.embed_documents("scripted", ["second"])
    assert held.reached.wait(TIMEOUT)
    cancelled, other = (queued, running) if when == "queued" else (running, queued)
    assert cancelled.cancel()
    held.let_go.set()
    other.result(TIMEOUT)
    wait([cancelled], TIMEOUT)
    assert cancelled.cancelled()
    texts = [text for batch in held.batches for text in batch]
    assert ("second" not in texts) if when == "queued" else (texts.count("first") < 1000)


class RustPanic(BaseException):
    """Tokenizers' panics are no ``Exception`` either."""


@pytest.mark.parametrize("crash", [RuntimeError("kernel failed"), KeyError("secret text"), RustPanic("secret text")])
def test_a_crash_in_a_model_fails_that_request_and_no_other(
    worker: EmbeddingWorker, serve: Serve, crash: BaseException
) -> None:
    def work(texts: Sequence[str]) -> None:
        if "bad" in texts:
            raise crash

    serve(lambda: ScriptedModel(work))
    with pytest.raises(ModelError, match=f"scripted failed: {type(crash).__name__}") as failure:
        worker.embed_documents("scripted", ["bad"]).result(TIMEOUT)
    assert "secret text" not in str(failure.value)
    assert worker.embed_documents("scripted", ["good"]).result(TIMEOUT).tolist() == [[4, 1]]
    assert worker.states()["scripted"].health == "ready"


@pytest.mark.parametrize(
    "vectors",
    [np.zeros((1, 3), np.float32), np.zeros((1, 2)), np.full((1, 2), np.nan, np.float32)],
    ids=["wrong width", "wrong type", "no numbers"],
)
def test_vectors_that_no_index_could_use_are_a_failure(
    worker: EmbeddingWorker, serve: Serve, monkeypatch: pytest.MonkeyPatch, vectors: object
) -> None:
    monkeypatch.setattr(ScriptedModel, "embed_documents", lambda self, texts: vectors)
    serve(ScriptedModel)
    with pytest.raises(ModelError, match="scripted gave"):
        worker.embed_documents("scripted", ["x"]).result(TIMEOUT)


def test_a_model_that_cannot_be_opened_is_tried_again_only_on_request(worker: EmbeddingWorker, serve: Serve) -> None:
    attempts: list[int] = []

    def fail() -> EmbeddingModel:
        attempts.append(1)
        raise ModelError("no such folder")

    serve(fail)
    futures: list[Future[object]] = [
        worker.info("scripted"),
        worker.embed_query("scripted", "x"),
        worker.embed_documents("scripted", ["x"]),
    ]
    assert {str(future.exception(TIMEOUT)) for future in futures} == {"no such folder"}
    assert str(worker.embed_query("scripted", "y").exception(TIMEOUT)) == "no such folder"
    assert len(attempts) == 1
    assert worker.states()["scripted"].message == "no such folder"
    serve(ScriptedModel)
    worker.forget_failure("scripted")
    assert worker.states()["scripted"].health == "loading"
    assert worker.embed_query("scripted", "y").result(TIMEOUT).tolist() == [1, 2]


def test_stopping_cancels_what_is_pending_and_does_not_wait_for_a_load(serve: Serve) -> None:
    worker = EmbeddingWorker(ModelSettings())
    loading, loaded, end = threading.Event(), threading.Event(), threading.Event()

    def hang() -> EmbeddingModel:
        loading.set()
        end.wait(TIMEOUT)
        loaded.set()
        return ScriptedModel()

    serve(hang)
    pending: list[Future[object]] = [worker.embed_query("scripted", "x"), worker.embed_documents("scripted", TEXTS)]
    assert loading.wait(TIMEOUT)
    assert not worker.stop(0.1)
    assert not loaded.is_set()
    done, _ = wait(pending, TIMEOUT)
    assert len(done) == 2
    for future in pending:
        with pytest.raises(CancelledError):
            future.result()
    assert worker.embed_query("hash", "late").cancelled()
    end.set()
    assert worker.stop(TIMEOUT)


def test_stopping_closes_the_models(serve: Serve) -> None:
    worker = EmbeddingWorker(ModelSettings())
    model = ScriptedModel()
    serve(lambda: model)
    worker.info("scripted").result(TIMEOUT)
    worker.stop(TIMEOUT)
    assert model.closed.is_set()


def test_an_unused_model_is_closed_and_opened_again_with_the_same_vectors(serve: Serve) -> None:
    worker = EmbeddingWorker(ModelSettings(), idle_seconds=0.01)
    opened: list[ScriptedModel] = []

    def open_it() -> EmbeddingModel:
        opened.append(ScriptedModel())
        return opened[-1]

    serve(open_it)
    first = worker.embed_documents("scripted", TEXTS).result(TIMEOUT)
    assert opened[0].closed.wait(TIMEOUT)
    assert worker.states()["scripted"].health == "ready"
    assert np.array_equal(worker.embed_documents("scripted", TEXTS).result(TIMEOUT), first)
    assert len(opened) >= 2
    worker.stop(TIMEOUT)


def test_a_model_replaced_on_disk_never_mixes_its_vectors_with_the_old_ones(serve: Serve) -> None:
    worker = EmbeddingWorker(ModelSettings(), idle_seconds=0.01)
    old = ScriptedModel()
    serve(lambda: old)
    worker.info("scripted").result(TIMEOUT)
    assert old.closed.wait(TIMEOUT)
    serve(lambda: ScriptedModel(revision="2"))
    with pytest.raises(ModelError, match="replaced on disk"):
        worker.embed_query("scripted", "x").result(TIMEOUT)
    worker.forget_failure("scripted")
    assert worker.info("scripted").result(TIMEOUT).revision == "2"
    worker.stop(TIMEOUT)


def test_many_threads_may_ask_and_cancel_at_once(worker: EmbeddingWorker) -> None:
    failures: list[BaseException] = []

    def ask(number: int) -> None:
        try:
            for i in range(20):
                documents = worker.embed_documents("hash", TEXTS[:50])
                if i % 3 == 0:
                    documents.cancel()
                else:
                    assert documents.result(TIMEOUT).shape == (50, 256)
                assert worker.embed_query("hash", f"query {number} {i % 4}").result(TIMEOUT).shape == (256,)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert failures == []
    assert worker.states()["hash"].health == "ready"
