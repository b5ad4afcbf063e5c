"""What docs/contributing says about retrievers and the ranking, done as it says."""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dowse.search import retrievers
from dowse.search.query import SearchRequest, Signal
from dowse.search.ranking_model import learned_model, read_model, weights_text
from dowse.search.text_search import search
from search.workspaces import view_of

ROOT = Path(__file__).parents[2]
RETRIEVER = (ROOT / "docs" / "contributing" / "add-a-retriever.md").read_text("utf-8")
IDEA = (ROOT / "docs" / "contributing" / "try-a-ranking-idea.md").read_text("utf-8")

FILES = {
    "net.py": "def open_gate(parcel):\n    return parcel.weight\n",
    "depot.py": "def settle(parcels):\n    return [open_gate(parcel) for parcel in parcels]\n",
    "shop.py": "def total(basket):\n    return sum(item.price for item in basket)\n",
}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def view(open_workspace):
    return view_of(open_workspace(FILES))


@pytest.fixture
def with_example(tmp_path):
    """Return the model with the example of the page: its file in a folder of retrievers, its weight in the file."""
    folder = tmp_path / "retrievers"
    folder.mkdir()
    (folder / "usage.py").write_text(blocks(RETRIEVER, "python")[0], "utf-8")
    (weight,) = blocks(RETRIEVER, "toml")
    yield read_model(
        retrievers.discover([*retrievers.__path__, str(folder)]),
        weights_text().replace("[hybrid.features]\n", f"[hybrid.features]\n{weight}"),
    )
    del sys.modules["dowse.search.retrievers.usage"]


def test_a_retriever_is_one_file_and_a_weight(view, with_example):
    usage = Signal("usage")

    def placed_by_usage(model, **request):
        hits = search(replace(view, ranking=model), SearchRequest("open_gate", **request))
        return [hit.name for hit in hits if usage in {reason.signal for reason in hit.reasons}]

    assert placed_by_usage(learned_model()) == []
    assert "settle" in placed_by_usage(with_example)
    assert "total" not in placed_by_usage(with_example)
    assert placed_by_usage(with_example, without=frozenset({usage})) == []
    assert placed_by_usage(with_example, mode="lexical") == []  # the page gives it a weight in hybrid searches alone


def test_a_new_retriever_leaves_the_answers_to_other_questions_alone(view, with_example):
    request = SearchRequest("sum of the prices")
    now = [(hit.name, pytest.approx(hit.score)) for hit in search(replace(view, ranking=with_example), request)]
    assert now == [(hit.name, hit.score) for hit in search(view, request)]


def test_a_weight_of_no_feature_is_refused_by_name():
    text = weights_text().replace("[hybrid.features]\n", "[hybrid.features]\nusgae = 0.8\n")
    with pytest.raises(ValueError, match="usgae"):
        read_model(retrievers.RETRIEVERS, text)


def test_other_constants_are_passed_with_the_view(view):
    page: dict[str, object] = {}
    (example,) = blocks(IDEA, "python")
    exec(example, page)
    changed = page["with_more_candidates"](view)
    assert (view.tuning.retrieval.min_candidates, changed.tuning.retrieval.min_candidates) == (80, 160)
    assert search(changed, SearchRequest("open_gate"))[0].name == "open_gate"


def test_the_commands_of_the_page_measure_and_compare(tmp_path):
    for folder in ("tests", "fixtures"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    said = []
    for line in "".join(blocks(IDEA, "sh")).splitlines():
        command = [sys.executable, "-m", *shlex.split(line), "--cache-dir", str(tmp_path / "cache")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        said.append(ran.stdout)
    assert ["ndcg@10" in each for each in said] == [True, True]


@pytest.mark.parametrize("path", re.findall(r"`(server/[\w/.]+)`", RETRIEVER + IDEA))
def test_the_files_that_the_pages_name_exist(path):
    assert (ROOT / path).is_file() or path.endswith("usage.py")
