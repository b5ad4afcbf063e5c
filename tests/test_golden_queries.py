"""Questions about ``fixtures/`` whose answers we know, asked of the whole engine with its default settings.

``golden/query_ranks.json`` holds where each expected answer stood when somebody last looked. A change that loses one,
or that moves them down on the whole, fails here; ``--update-golden`` accepts it, and the review then sees which.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dowse.engine import Engine
from dowse.evaluation.runner import ranks
from dowse.evaluation.spec import Query, load
from dowse.search.query import Filter, SearchRequest
from dowse.settings import Settings

HERE = Path(__file__).parent
FIXTURES = HERE.parent / "fixtures"
RANKS = HERE / "golden" / "query_ranks.json"
DEPTH = 10

Ranks = dict[str, dict[str, int | None]]
"""Rank from 1 of each expected answer among the first ten, None where it is not among them, by query."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(Settings(), cache_dir=tmp_path_factory.mktemp("cache"))
    engine.start([FIXTURES], watch=False)
    try:
        assert engine.wait_until_ready(60)
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="module")
def measured(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Ranks:
    (fixtures,) = load(HERE / "golden" / "queries.json", work=tmp_path_factory.mktemp("work")).repositories
    return {
        query.query: {
            f"{target.path}#{target.symbol}" if target.symbol else target.path: rank
            for target, rank in zip(query.relevant, ranks_of(engine, query), strict=True)
        }
        for query in fixtures.queries
    }


def ranks_of(engine: Engine, query: Query) -> tuple[int | None, ...]:
    return ranks(engine.search(SearchRequest(query=query.query, space=query.space, limit=DEPTH)).hits, query)


def recall(ranks: Ranks) -> float:
    """Share of the expected answers among the first ten, averaged over queries."""
    return sum(sum(rank is not None for rank in found.values()) / len(found) for found in ranks.values()) / len(ranks)


def mean_reciprocal_rank(ranks: Ranks) -> float:
    """Of the first expected answer of each query."""
    return sum(max(1 / rank if rank else 0.0 for rank in found.values()) for found in ranks.values()) / len(ranks)


def test_known_answers_are_found_where_they_were_found_before(measured: Ranks, update_golden: bool) -> None:
    if update_golden:
        RANKS.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", "utf-8")
    expected: Ranks = json.loads(RANKS.read_text("utf-8"))

    assert measured.keys() == expected.keys()
    lost = [
        f"{query}: {target} was at {rank}"
        for query, found in expected.items()
        for target, rank in found.items()
        if rank is not None and measured[query].get(target) is None
    ]
    assert lost == []
    assert recall(measured) >= recall(expected)
    assert mean_reciprocal_rank(measured) >= mean_reciprocal_rank(expected) - 1e-9


def test_what_must_not_be_found_is_not_found(engine: Engine) -> None:
    """Ignored, generated, minified and binary files answer no question, however well its words fit."""
    for query in (
        "tinyjson skip a JSON value",
        "bus listeners emit",
        "openapi-typegen ParcelPage",
        "live map of all vans",
    ):
        paths = {hit.path for hit in engine.search(SearchRequest(query=query, limit=50)).hits}
        left_out = ("third_party/", "bus.min.js", "schema.generated.ts", "notes/archive/", "logo.png")
        assert [path for path in paths if any(mark in path for mark in left_out)] == []


def test_words_in_a_latin_1_file_and_in_a_notebook_are_found(engine: Engine) -> None:
    assert engine.search(SearchRequest(query="remise dégressive")).hits[0].path == "waybill/legacy/tarifs.php"
    assert engine.search(SearchRequest(query="interquartile outliers", space="code")).hits[0].name == "without_outliers"


def test_lines_are_counted_alike_in_a_file_with_crlf(engine: Engine) -> None:
    only = Filter(include=("restore.ps1",))
    best = engine.search(SearchRequest(query="checksum of the archive is damaged", filter=only)).hits[0]
    lines = (FIXTURES / best.path).read_bytes().split(b"\r\n")
    assert best.text.splitlines()[0].encode() == lines[best.span.start_line]
