"""A query's way is a straight line: each stage takes values, and none calls back into an earlier one."""

import ast
import sys
from pathlib import Path

import pytest

from dowse.search import text_search
from dowse.search.query import SearchRequest
from search.workspaces import view_of

PACKAGE = Path(text_search.__file__).parent
STAGES = [
    "question",
    "code_sample",
    "question_plan",
    "retrieval",
    "features",
    "ranking",
    "likeness",
    "verification",
    "hits",
]
"""In the order in which a query goes through them; those of code compared with code stand beside those of questions."""

FUNCTIONS = [
    "understand",
    "plan_retrieval",
    "retrieve",
    "merge_proposals",
    "read_statistics",
    "extract_features",
    "rank",
]
"""What a search calls in this order, once each; what follows is drawn from one another as far as hits are wanted."""


def imported(stage: str) -> set[str]:
    """The stages that a stage's module imports for more than types."""
    tree = ast.parse((PACKAGE / f"{stage}.py").read_text("utf-8"))
    names = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module is not None}
    return {name.removeprefix("dowse.search.") for name in names} & set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_knows_only_stages_before_it(stage: str) -> None:
    assert imported(stage) <= set(STAGES[: STAGES.index(stage)])


def test_a_search_enters_each_stage_once(open_workspace) -> None:
    view = view_of(open_workspace({"gate.py": "def open_gate(parcel):\n    return parcel.weight\n"}))
    called: list[str] = []

    def note(frame, event, argument) -> None:
        code = frame.f_code
        if event == "call" and code.co_name in FUNCTIONS and Path(code.co_filename).parent == PACKAGE:
            called.append(code.co_name)

    sys.setprofile(note)
    try:
        (hit,) = text_search.search(view, SearchRequest("open_gate"))
    finally:
        sys.setprofile(None)
    assert hit.name == "open_gate"
    assert list(dict.fromkeys(called)) == FUNCTIONS
    assert called.count("rank") >= called.count("retrieve") == 1  # a generator is entered again for each candidate
    assert len(called) - called.count("rank") == len(FUNCTIONS) - 1
