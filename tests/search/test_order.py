"""The same files give the same answer, in whatever order they were indexed."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from dowse.engine import Engine
from dowse.search.query import DuplicatesRequest, SearchRequest, SimilarRequest
from dowse.workspace.text import Span
from search.lookalikes import COPIED, INVOICE, OTHER
from search.workspaces import changed, root_of, workspaces, write

FOLDERS = 80
QUESTIONS = ("weigh_until_steady", "weigh again, resting longer after a different reading", "weigh", "overdue invoices")

Order = Callable[[list[str]], list[str]]


def files() -> dict[str, str]:
    """More copies of one file than a retriever proposes, some functions in two files each, and other code."""
    found = {f"bundle{number:02}/vendor/scales/steady.py": COPIED for number in range(FOLDERS)}
    found |= {"steady.py": COPIED, "lib/steady.py": COPIED}
    found |= {f"shop/{name}.py": INVOICE + OTHER for name in ("orders", "invoices", "ledger")}
    return found


def answers(engine: Engine, root: Path) -> list[object]:
    """Everything that is asked of a workspace, with scores, without what depends on where it lies."""

    def shown(hits):
        return [(hit.path, hit.span, hit.name, round(hit.score, 5)) for hit in hits]

    found: list[object] = [
        shown(engine.search(SearchRequest(query, mode=mode, limit=70)).hits)
        for query in QUESTIONS
        for mode in ("hybrid", "semantic", "lexical")
    ]
    for path in ("steady.py", "shop/ledger.py"):
        found.append(shown(engine.similar(SimilarRequest(str(root / path), Span(2, 0, 2, 0), limit=50)).hits))
        found.append([(copy.name, copy.other.path) for copy in engine.near_copies(str(root / path))])
        neighbours = engine.similar_in_memory(str(root / path), 0, 20)
        assert neighbours is not None
        found.append(shown(neighbours.hits))
    clusters = engine.duplicates(DuplicatesRequest()).clusters
    return [*found, [shown(cluster.copies) for cluster in clusters.clusters], clusters.found, clusters.compared]


def indexed(base: Path, order: Order) -> list[object]:
    """Index a few files after others, and ask."""
    content = files()
    paths = order(sorted(content))
    with workspaces(base) as open_:
        engine = open_()
        root = root_of(engine)
        for start in range(0, len(paths), 15):
            changed(engine, *(write(root, path, content[path].lstrip()) for path in paths[start : start + 15]))
        return answers(engine, root)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    return indexed(tmp_path_factory.mktemp("sorted"), list)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_the_order_of_indexing_changes_no_answer(tmp_path: Path, expected: list[object], seed: int | None) -> None:
    def order(paths: list[str]) -> list[str]:
        return paths[::-1] if seed is None else random.Random(seed).sample(paths, len(paths))

    for now, before in zip(indexed(tmp_path, order), expected, strict=True):
        assert now == before


def test_of_copies_the_one_with_the_shortest_way_to_it_goes_first(expected: list[object]) -> None:
    named = expected[0]
    assert isinstance(named, list)
    assert [path for path, *_ in named[:2]] == ["steady.py", "lib/steady.py"]
