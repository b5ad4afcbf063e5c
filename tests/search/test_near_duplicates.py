"""Functions that do nearly the same, found in a real workspace."""

import random
import threading
from pathlib import Path

import pytest

from dowse.search.query import Boilerplate, Cancelled, DuplicatesRequest, Filter
from dowse_dev.evaluation.changed_copies import changed
from search.lookalikes import INVOICE, OTHER

ALGORITHMS = Path(__file__).parents[1] / "dev" / "evaluation" / "algorithms"

DULL = """
class Box{number}:
    def __init__(self, name, size, colour, weight, owner, place, price):
        self.name = name
        self.size = size
        self.colour = colour
        self.weight = weight
        self.owner = owner
        self.place = place
        self.price = price
"""


@pytest.fixture
def opened(open_workspace):
    """Return what opens Python files, which are given by their names."""
    return lambda *others, **files: open_workspace({f"{name}.py": text for name, text in files.items()}, *others)


def names(answer):
    return [sorted(copy.name for copy in cluster.copies) for cluster in answer.clusters.clusters]


def copy_of(change, seed=3):
    return changed(INVOICE, change, random.Random(seed))


@pytest.mark.parametrize("change", ["renamed", "reordered", "renamed and reordered", "retyped"])
def test_changed_copies_are_found_and_other_code_is_not(opened, change):
    engine = opened(a=INVOICE, b=copy_of(change), c=OTHER)
    [cluster] = engine.duplicates(DuplicatesRequest(min_similarity=0.6)).clusters.clusters
    assert {copy.path for copy in cluster.copies} == {"a.py", "b.py"}
    assert cluster.saved_lines >= 5
    assert cluster.copies[0].score == 1.0


def test_what_would_save_more_comes_first_and_tests_last(opened):
    short = (
        "def check(a, b):\n    c = a.one\n    if c > b:\n        c = b\n"
        "    for d in a:\n        c += 2 * d\n    return c\n"
    )
    engine = opened(a=INVOICE, b=INVOICE, c=short, d=short, test_a=OTHER, test_b=OTHER)
    assert names(engine.duplicates(DuplicatesRequest())) == [["overdue_total"] * 2, ["check"] * 2, ["read_table"] * 2]


def test_the_same_in_other_languages_is_one_cluster(opened):
    engine = opened(ALGORITHMS)
    clusters = names(engine.duplicates(DuplicatesRequest()))
    assert ["Luhn", "check_luhn", "isValidCardNumber", "luhn_valid"] in clusters
    assert ["Merge", "mergeTwo", "merge_sorted", "merged"] in clusters


def test_boilerplate_is_counted_and_left_out(opened):
    engine = opened(a=DULL.replace("{number}", "1"), b=DULL.replace("{number}", "2"))
    found = engine.duplicates(DuplicatesRequest()).clusters
    assert (found.clusters, found.left_out) == ((), {Boilerplate.ACCESSOR: 2})


def test_short_functions_and_other_files_can_be_left_out(opened):
    engine = opened(a=INVOICE, b=INVOICE, c=OTHER, d=OTHER)
    assert len(names(engine.duplicates(DuplicatesRequest()))) == 2
    assert names(engine.duplicates(DuplicatesRequest(min_lines=11))) == [["overdue_total"] * 2]
    only = DuplicatesRequest(filter=Filter(exclude=("a.py",)))
    assert names(engine.duplicates(only)) == [["read_table"] * 2]
    assert len(names(engine.duplicates(DuplicatesRequest(limit=1)))) == 1
    assert engine.duplicates(DuplicatesRequest(limit=1)).clusters.found == 2


def test_a_function_in_several_pieces_is_compared_as_a_whole(opened):
    body = "".join(f"    if key == {n}:\n        total += weigh(rows[{n}], scale)\n" for n in range(120))
    long = f"def weigh_all(rows, scale, key):\n    total = 0\n{body}    return total\n"
    engine = opened(a=long, b=long.replace("weigh_all", "sum_up"))
    [cluster] = engine.duplicates(DuplicatesRequest()).clusters.clusters
    assert [(copy.span.start_line, copy.span.end_line) for copy in cluster.copies] == [(0, 242)] * 2


def test_unsaved_text_counts_as_it_stands(opened):
    engine = opened(a=INVOICE, b=OTHER)
    assert names(engine.duplicates(DuplicatesRequest())) == []
    engine.open_document(str(engine.status().folders[0].folder) + "/b.py", "python", copy_of("renamed"))
    [cluster] = engine.duplicates(DuplicatesRequest()).clusters.clusters
    assert {copy.path for copy in cluster.copies} == {"a.py", "b.py"}


def test_an_empty_workspace_has_none(opened):
    found = opened().duplicates(DuplicatesRequest()).clusters
    assert (found.clusters, found.compared) == ((), 0)


def test_it_can_be_stopped_and_tells_how_far_it_is(opened):
    engine = opened(a=INVOICE, b=INVOICE)
    cancel, shares = threading.Event(), []
    engine.duplicates(DuplicatesRequest(), cancel, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    cancel.set()
    with pytest.raises(Cancelled):
        engine.duplicates(DuplicatesRequest(), cancel)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"min_lines": 0}, {"min_similarity": 0.4}])
def test_a_request_that_no_answer_fits_is_refused(opened, wrong):
    with pytest.raises(ValueError, match="must be"):
        opened().duplicates(DuplicatesRequest(**wrong))


def test_a_document_is_told_of_the_copies_of_its_functions(opened):
    engine = opened(a=INVOICE, b=OTHER)
    engine.open_document("untitled:1", "python", "x = 1\n" + copy_of("renamed"))
    [copy] = engine.near_copies("untitled:1")
    assert (copy.other.path, copy.other.name) == ("a.py", "overdue_total")
    assert copy.selection.start_line == 2
    assert engine.near_copies(str(engine.status().folders[0].folder) + "/b.py") == []


def test_what_says_little_by_how_it_is_built_is_compared_by_its_lines(opened):
    calls = ["open_gate(left)", "shut_gate(right)", "ring_bell()", "send_mail(owner)", "write_log(day)", "wave(all)"]

    def text(name, lines):
        return f"def {name}(left, right, owner, day):\n" + "".join(f"    {line}\n" for line in lines)

    other = ["pour(tea)", "stir(cup)", "drink()", "wash(cup)", "dry(cup)", "rest(hour)"]
    engine = opened(a=text("one", calls), b=text("two", [*calls[3:], *calls[:3]]), c=text("three", other))
    assert names(engine.duplicates(DuplicatesRequest(min_similarity=0.7))) == [["one", "two"]]
