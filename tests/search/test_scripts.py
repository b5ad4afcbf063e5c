"""Questions in other scripts than Latin, in a real engine with the built-in models, which read Latin letters alone."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from dowse.embedding.registry import known_models, reads
from dowse.engine import Engine
from dowse.evaluation.runner import ranks
from dowse.evaluation.spec import load
from dowse.search.query import Hit, SearchRequest, Signal
from dowse.settings import ModelSettings, Settings

GOLDEN = Path(__file__).parents[1] / "golden"
NOT_FOUND = {"миниатюра картинки", "סִיסְמָה גיבוב", "税"}
"""Inflected words alone, which neither BM25 nor the built-in models bring together; and one letter, which all six
pieces that speak of taxes hold."""

Start = Callable[..., Engine]


@pytest.fixture(scope="module")
def start(open_shared_workspace: Start, tmp_path_factory: pytest.TempPathFactory) -> Start:
    def started(settings: Settings | None = None, cache: Path | None = None) -> Engine:
        cache = cache or tmp_path_factory.mktemp("cache")
        return open_shared_workspace(root=GOLDEN / "scripts", settings=settings, cache=cache)

    return started


@pytest.fixture(scope="module")
def engine(start: Start) -> Engine:
    return start()


def hits(engine: Engine, query: str, **more: object) -> tuple[Hit, ...]:
    return engine.search(SearchRequest(query, **more)).hits  # type: ignore[arg-type]


def test_questions_in_ten_languages_and_mixtures_find_their_answers(engine: Engine, tmp_path: Path) -> None:
    (repository,) = load(GOLDEN / "scripts.json", work=tmp_path).repositories
    found = {
        query.query: [rank or 99 for rank in ranks(hits(engine, query.query), query)] for query in repository.queries
    }
    assert {query for query, of in found.items() if min(of) > 3} == NOT_FOUND
    assert sum(min(of) == 1 for of in found.values()) >= 0.9 * len(found)


def test_letters_that_no_model_reads_find_no_nonsense(engine: Engine) -> None:
    assert hits(engine, "量子力学") == ()
    assert hits(engine, "量子力学", mode="semantic") == ()
    assert {reason.signal for hit in hits(engine, "督促メール") for reason in hit.reasons}.isdisjoint({Signal.SEMANTIC})


def test_a_mixed_question_is_answered_by_the_words_of_both_scripts(engine: Engine) -> None:
    best = hits(engine, "リトライ backoff 再試行")[:2]
    assert {hit.path for hit in best} == {"ja/net.py", "en/net.py"}
    assert Signal.SEMANTIC in {reason.signal for hit in best for reason in hit.reasons}


def test_a_model_that_reads_the_script_is_asked(start: Start) -> None:
    engine = start(Settings(models=ModelSettings(prose="hash")))
    best = hits(engine, "税率は毎年変わる")[0]
    assert (best.path, Signal.SEMANTIC in {reason.signal for reason in best.reasons}) == ("ja/notes.md", True)
    code = [hit for hit in hits(engine, "消費税を加える") if hit.path == "ja/shop.py"]
    assert Signal.SEMANTIC not in {reason.signal for reason in code[0].reasons}


def test_the_registry_says_which_models_read_other_scripts() -> None:
    assert not reads("builtin:code", "税率")
    assert reads("builtin:code", "retry")
    assert reads("bge-m3", "税率")
    assert reads("sentence-transformers:BAAI/bge-m3@main", "税率")
    assert reads("sentence-transformers:somebody/elses", "税率")
    assert not any(model.multilingual for model in known_models() if model.provider == "builtin")


def test_decomposed_and_full_width_questions_are_the_same_questions(engine: Engine) -> None:
    for query in ("périmées du cache", "パスワード", "비밀번호"):
        places = [(hit.path, hit.name) for hit in hits(engine, query)]
        assert places
        assert [(hit.path, hit.name) for hit in hits(engine, unicodedata.normalize("NFD", query))] == places


def test_an_index_whose_words_were_cut_otherwise_is_made_again_and_embeds_nothing(start: Start, tmp_path: Path) -> None:
    first = start(cache=tmp_path)
    embedded = first.status().folders[0].chunks_embedded
    first.stop()
    stamps = list(tmp_path.rglob("words-*.json"))
    assert len(stamps) == 2
    for stamp in stamps:
        stamp.write_text(json.dumps(json.loads(stamp.read_text("utf-8")) | {"format": "1.1"}), "utf-8")
    again = start(cache=tmp_path)
    assert hits(again, "税")[0].path in {"ja/shop.py", "zh/shop.py", "ja/more.py", "zh/more.py"}
    assert again.status().folders[0].chunks_embedded == embedded
    assert {json.loads(stamp.read_text("utf-8"))["format"] for stamp in stamps}.isdisjoint({"1.1"})
