"""One file in very many folders: it answers, and leaves room for others."""

from pathlib import Path

import pytest

from dowse.search.query import SearchRequest, SimilarRequest
from dowse.search.tuning import RetrievalTuning
from dowse.workspace.text import Span
from search.lookalikes import COPIED

OTHER = '''
def settle_platform(platform, seconds):
    """Rest longer until the platform gives the same reading again."""
    while platform.reading() != platform.reading():
        platform.rest(seconds)
'''
FOLDERS = 80


@pytest.fixture(scope="module")
def engine(open_shared_workspace):
    files = {f"bundle{number}/vendor/scales/steady.py": COPIED.lstrip() for number in range(FOLDERS)}
    return open_shared_workspace(files | {"steady.py": COPIED.lstrip(), "platform.py": OTHER.lstrip()})


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_copies_leave_room_for_other_answers(engine, mode):
    hits = engine.search(SearchRequest("weigh again, resting longer after a different reading", mode=mode)).hits
    assert {"weigh_until_steady", "settle_platform"} <= {hit.name for hit in hits[:3]}


def test_of_copies_the_one_that_lies_least_deep_goes_first(engine):
    assert engine.search(SearchRequest("weigh_until_steady")).hits[0].path == "steady.py"


def test_a_question_gets_a_few_of_the_copies_from_each_retriever(engine):
    hits = engine.search(SearchRequest("resting longer after each reading that differs", limit=100)).hits
    assert 1 <= [hit.name for hit in hits].count("weigh_until_steady") <= 2 * RetrievalTuning().copies


def test_who_asks_for_similar_code_gets_the_copies(engine):
    document = str(Path(engine.search(SearchRequest("weigh_until_steady")).hits[0].document))
    found = engine.similar(SimilarRequest(document, Span(0, 4, 0, 4), limit=50)).hits
    assert [hit.name for hit in found].count("weigh_until_steady") == 50
