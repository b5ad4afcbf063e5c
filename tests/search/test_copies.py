"""One file in very many folders: it answers, and leaves room for others."""

from pathlib import Path

import pytest

from dowse.engine import Engine
from dowse.search.query import SearchRequest, SimilarRequest
from dowse.search.weights import COPIES
from dowse.settings import Settings
from dowse.workspace.text import Span

COPIED = '''
def fetch_with_backoff(url, attempts=5):
    """Fetch a page, waiting longer after each failure."""
    for attempt in range(attempts):
        try:
            return download(url)
        except OSError:
            pause(2**attempt)
    raise TimeoutError("the depot did not answer")
'''
OTHER = '''
def wait_for_depot(depot, seconds):
    """Ask the depot again after each failure until it answers."""
    while not depot.answers():
        pause(seconds)
'''
FOLDERS = 80


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    root: Path = tmp_path_factory.mktemp("workspace")
    for number in range(FOLDERS):
        folder = root / f"bundle{number}" / "vendor" / "net"
        folder.mkdir(parents=True)
        (folder / "retry.py").write_text(COPIED.lstrip(), "utf-8")
    for name, text in (("retry.py", COPIED), ("depot.py", OTHER)):
        (root / name).write_text(text.lstrip(), "utf-8")
    engine = Engine(Settings(), cache_dir=tmp_path_factory.mktemp("cache"))
    engine.start([root], watch=False)
    assert engine.wait_until_ready(60)
    yield engine
    engine.stop()


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_copies_leave_room_for_other_answers(engine, mode):
    hits = engine.search(SearchRequest("try again after a failure, waiting longer", mode=mode)).hits
    assert {"fetch_with_backoff", "wait_for_depot"} <= {hit.name for hit in hits[:3]}


def test_of_copies_the_one_that_lies_least_deep_goes_first(engine):
    assert engine.search(SearchRequest("fetch_with_backoff")).hits[0].path == "retry.py"


def test_a_question_gets_a_few_of_the_copies_from_each_retriever(engine):
    hits = engine.search(SearchRequest("waiting longer after each failure to fetch a page", limit=100)).hits
    assert 1 <= [hit.name for hit in hits].count("fetch_with_backoff") <= 2 * COPIES


def test_who_asks_for_similar_code_gets_the_copies(engine):
    document = str(Path(engine.search(SearchRequest("fetch_with_backoff")).hits[0].document))
    found = engine.similar(SimilarRequest(document, Span(0, 4, 0, 4), limit=50)).hits
    assert [hit.name for hit in found].count("fetch_with_backoff") == 50
