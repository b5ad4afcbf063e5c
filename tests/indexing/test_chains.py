"""Which model answers while another one's index is made, and what becomes of both when endpoints come and go."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from dowse.chunking.chunk import SpaceName
from dowse.embedding.remote import http
from dowse.embedding.remote import model as remote_model
from dowse.engine import Engine
from dowse.indexing.models import model_lists
from dowse.indexing.tuning import IndexingTuning
from dowse.search.query import Filter, SearchRequest
from dowse.settings import ModelSettings, Settings
from dowse.status import IndexState, Message, ModelStatus
from embedding.endpoint import Endpoint, running
from indexing.conftest import module
from waiting import until

BY_MEANING = SearchRequest("step value", mode="semantic")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try failed requests again without long pauses, and let a held request wait."""
    for name in ("_OPENING", "_QUERY", "_DOCUMENTS"):
        monkeypatch.setattr(remote_model, name, http.RetryBudget(seconds=600, attempts=2))
    monkeypatch.setattr(http, "_ANSWER_SECONDS", 600)
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.0)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running() as endpoint:
        yield endpoint


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Forty files of eight functions each, the first being the oldest."""
    root = tmp_path / "project"
    root.mkdir()
    for number in range(40):
        file = root / f"module_{number:02}.py"
        file.write_text(module(number))
        os.utime(file, (1_000_000 + number, 1_000_000 + number))
    return root


@pytest.fixture
def engine_of(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def make(*code: str, messages: list[Message] | None = None, **tuning: float) -> Engine:
        """An engine with these models for code; those of prose are left as they are."""
        tell = messages.append if messages is not None else (lambda message: None)
        settings = Settings(models=ModelSettings(code=code))
        soon = IndexingTuning(first_model_retry=0.05, **tuning)  # type: ignore[arg-type]
        engines.append(Engine(settings, cache_dir=tmp_path / "cache", on_message=tell, tuning=soon))
        return engines[-1]

    yield make
    for engine in engines:
        engine.stop()


def models(engine: Engine) -> list[tuple[str, str, str]]:
    """Name, role and health of the models of code, in the order of the status."""
    return [(model.name, model.role, model.health) for model in states(engine)]


def states(engine: Engine) -> list[ModelStatus]:
    return [model for model in engine.status().models if model.space == "code"]


def serving(engine: Engine) -> list[str]:
    return [model.name for model in states(engine) if model.role == "serving"]


def documents(endpoint: Endpoint) -> list[str]:
    return [text for text in endpoint.texts if "step_" in text or "elephants" in text]


@pytest.mark.parametrize(
    ("named", "chain"),
    [
        ("builtin:code", ("builtin:code",)),
        ("hash:64", ("hash:64",)),
        ("openai:m", ("openai:m", "builtin:code")),
        (("openai:m", "ollama:n", "openai:m"), ("openai:m", "ollama:n", "builtin:code")),
        (("openai:m", "hash:64"), ("openai:m", "hash:64")),
    ],
)
def test_one_that_is_there_at_once_is_among_the_models_of_a_space(named, chain):
    assert model_lists(ModelSettings(code=named))[SpaceName.CODE] == chain


def test_the_built_in_model_answers_while_the_chosen_one_s_index_is_made(root, endpoint, engine_of):
    endpoint.behave = lambda endpoint, path, request, answer: (
        answer if request["input"] == ["dowse"] or endpoint.released.wait() else None
    )
    messages: list[Message] = []
    engine = engine_of(endpoint.openai, messages=messages)
    endpoint.released.clear()  # before any text is sent: a model that is done would be asked for the question's vector
    engine.start([root], watch=False)
    endpoint.wait_for(lambda: any("dowse" in str(request) for _, request in endpoint.requests))
    until(lambda: engine.search(BY_MEANING).hits != ())
    until(lambda: serving(engine) != [])
    assert engine.search(BY_MEANING).hits
    endpoint.released.set()
    assert engine.wait_until_ready(110)
    assert models(engine) == [(endpoint.openai, "serving", "ready"), ("builtin:code", "waiting", "ready")]
    assert engine.search(BY_MEANING).hits
    assert engine.status().state is IndexState.READY
    assert len(documents(endpoint)) == len(set(documents(endpoint))) == 40 * 8
    assert [message.severity for message in messages] == ["info"]


def test_what_is_edited_while_an_index_is_made_is_found_by_its_meaning_at_once(root, endpoint, engine_of):
    engine = engine_of(endpoint.openai)
    engine.start([root], watch=False)
    endpoint.wait_for(lambda: endpoint.texts != [])
    endpoint.released.clear()
    until(lambda: ("builtin:code", "serving", "ready") in models(engine))
    saved = root / "fresh.py"
    saved.write_text("def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(saved)])
    wanted = SearchRequest("levitate elephants", mode="semantic", limit=1)
    until(lambda: [hit.name for hit in engine.search(wanted).hits] == ["levitate_elephants"])
    assert serving(engine) == ["builtin:code"]
    endpoint.released.set()
    assert engine.wait_until_ready(110)
    assert serving(engine) == [endpoint.openai]


def test_what_was_edited_last_is_embedded_first_and_open_documents_before_it(root, endpoint, engine_of):
    before = engine_of("builtin:code")
    before.start([root], watch=False)
    assert before.wait_until_ready(110)
    before.stop()
    engine = engine_of(endpoint.openai, files_for_vectors=4)
    engine.open_document(str(root / "module_03.py"), "python", module(3))
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    numbers = [int(text.partition("step_")[2].partition("_")[0]) for text in documents(endpoint)]
    assert set(numbers[:32]) == {3, 39, 38, 37}
    assert set(numbers[32:64]) == {36, 35, 34, 33}


def test_a_dead_endpoint_is_replaced_until_it_comes_back(root, endpoint, engine_of):
    endpoint.die()
    messages: list[Message] = []
    engine = engine_of(endpoint.openai, messages=messages)
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    answer = engine.search(BY_MEANING)
    assert answer.hits
    assert answer.index.state is IndexState.DEGRADED
    assert models(engine) == [("builtin:code", "serving", "ready"), (endpoint.openai, "waiting", "failed")]
    assert "cannot be reached" in (states(engine)[1].reason or "")
    endpoint.start()
    until(lambda: serving(engine) == [endpoint.openai])
    assert engine.wait_until_ready(110)
    assert engine.search(BY_MEANING).index.state is IndexState.READY
    assert [message.severity for message in messages] == ["error", "info", "info"]


def test_an_endpoint_that_dies_while_it_answers_is_replaced_and_taken_back_without_embedding_anew(
    root, endpoint, engine_of
):
    engine = engine_of(endpoint.openai)
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    endpoint.die()
    assert engine.search(SearchRequest("step value")).hits  # by words
    until(lambda: serving(engine) == ["builtin:code"])
    assert engine.search(BY_MEANING).index.state is IndexState.DEGRADED
    before = len(documents(endpoint))
    endpoint.start()
    until(lambda: serving(engine) == [endpoint.openai])
    assert engine.wait_until_ready(110)
    assert engine.search(BY_MEANING).hits
    assert len(documents(endpoint)) == before


def test_of_a_list_the_first_that_can_be_used_serves_and_the_rest_are_not_opened(root, endpoint, engine_of):
    with running() as unused:
        engine = engine_of("openai:m@http://127.0.0.1:9/v1", endpoint.openai, unused.openai, "hash:64")
        engine.start([root], watch=False)
        until(lambda: serving(engine) == [endpoint.openai])
        assert engine.wait_until_ready(110)
        assert [(role, health) for _, role, health in models(engine)] == [
            ("serving", "ready"),
            ("waiting", "failed"),
            ("waiting", "unused"),
            ("waiting", "ready"),
        ]
        assert engine.status().state is IndexState.DEGRADED
        assert unused.requests == []


def test_where_nothing_is_there_at_once_the_best_one_begins(root, endpoint, engine_of):
    engine = engine_of(endpoint.openai, "hash:7")  # which has too few dimensions to be a model
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    assert models(engine) == [(endpoint.openai, "serving", "ready"), ("hash:7", "waiting", "failed")]
    assert engine.search(BY_MEANING).hits


@pytest.mark.parametrize("probed", [True, False], ids=["documents are refused", "everything is refused"])
def test_an_endpoint_that_fails_half_way_keeps_what_it_has_done(root, endpoint, engine_of, probed):
    engine = engine_of(endpoint.openai)
    endpoint.behave = lambda endpoint, path, request, answer: (
        (401, {}, b"{}") if len(documents(endpoint)) > 100 and (request["input"] != ["dowse"] or not probed) else answer
    )
    engine.start([root], watch=False)
    until(lambda: (endpoint.openai, "waiting", "failed") in models(engine))
    assert serving(engine) == ["builtin:code"]
    endpoint.behave = None
    until(lambda: serving(engine) == [endpoint.openai])
    again = len(documents(endpoint)) - len(set(documents(endpoint)))
    assert again <= IndexingTuning().embed_batch  # what was under way when it failed


@pytest.mark.parametrize("when", ["running", "restarted"])
def test_an_endpoint_that_the_settings_name_no_more_gets_nothing(root, endpoint, engine_of, when):
    engine = engine_of(endpoint.openai)
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    assert serving(engine) == [endpoint.openai]
    if when == "restarted":
        engine.stop()
        engine = engine_of("builtin:code")
        engine.start([root], watch=False)
    else:
        engine.change_settings(Settings())
    until(lambda: any(name == "builtin:code" and role != "waiting" for name, role, _ in models(engine)))
    asked = len(endpoint.requests)
    for _ in range(20):
        engine.search(SearchRequest("step value"))
    assert engine.wait_until_ready(110)
    engine.search(BY_MEANING)
    assert serving(engine) == ["builtin:code"]
    assert len(endpoint.requests) == asked


KILLED = """
    import sys, threading
    from pathlib import Path
    from dowse.engine import Engine
    from dowse.settings import ModelSettings, Settings
    engine = Engine(Settings(models=ModelSettings(code=(sys.argv[3],))), cache_dir=Path(sys.argv[1]))
    engine.start([Path(sys.argv[2])], watch=False)
    threading.Event().wait()
"""


def test_a_switch_that_is_killed_half_way_goes_on_where_it_was(tmp_path, root, endpoint, engine_of):
    before = engine_of("builtin:code")
    before.start([root], watch=False)
    assert before.wait_until_ready(110)
    before.stop()
    for part in (100, 200):
        process = subprocess.Popen(
            [sys.executable, "-c", dedent(KILLED), str(tmp_path / "cache"), str(root), endpoint.openai]
        )
        endpoint.wait_for(lambda part=part: len(set(documents(endpoint))) >= part)
        process.kill()
        process.wait()
    engine = engine_of(endpoint.openai)
    engine.start([root], watch=False)
    until(lambda: engine.search(BY_MEANING).hits != ())  # of the model that served before
    assert engine.wait_until_ready(110)
    assert serving(engine) == [endpoint.openai]
    assert len(set(documents(endpoint))) == 40 * 8
    again = len(documents(endpoint)) - len(set(documents(endpoint)))
    assert again <= 2 * IndexingTuning().embed_batch  # what was under way at each kill


def test_open_texts_are_compared_by_the_model_that_took_over(root, endpoint, engine_of):
    engine = engine_of("builtin:code")
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    engine.open_document(str(root / "unsaved.py"), "python", module(99))
    in_it = SearchRequest("step value", mode="semantic", filter=Filter(include=("unsaved.py",)))
    until(lambda: engine.search(in_it).hits != ())
    engine.change_settings(Settings(models=ModelSettings(code=(endpoint.openai,))))
    until(lambda: serving(engine) == [endpoint.openai])
    assert engine.search(in_it).hits


def test_searches_are_answered_throughout_a_switch(root, endpoint, engine_of):
    engine = engine_of("builtin:code")
    engine.start([root], watch=False)
    assert engine.wait_until_ready(110)
    engine.change_settings(Settings(models=ModelSettings(code=(endpoint.openai,))))
    seen = set()
    while endpoint.openai not in seen:
        assert engine.search(BY_MEANING).hits
        seen |= set(serving(engine))
    assert engine.search(BY_MEANING).hits
    assert seen == {"builtin:code", endpoint.openai}
