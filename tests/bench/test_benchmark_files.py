"""The benchmark's files are of the form that bench/README.md describes, and labels name what is in the trees."""

import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"
sys.path.insert(0, str(BENCH))

from benchmark import (  # noqa: E402 - the folder is no package, so that it can be used without installing Dowse
    KINDS,
    SPLITS,
    Label,
    Query,
    Repository,
    faults_of_labels_in,
    faults_of_queries,
    faults_of_repositories,
    queries_as_toml,
    queries_file,
    read_queries,
    read_repositories,
)

REPOSITORIES = read_repositories(BENCH)
ASKED = [each for each in REPOSITORIES if queries_file(each.name, BENCH).exists()]
TREES = os.environ.get("DOWSE_BENCH_TREES")


def query(**changes) -> Query:
    values = {
        "id": "waybill-001",
        "kind": "question",
        "text": "who sorts parcels",
        "author": "author-1",
        "checked_by": (),
        "labels": (Label(3, "sorting.py", (1, 2), "sort"),),
    }
    return Query(**values | changes)


def repository(**changes) -> Repository:
    values = {
        "name": "waybill",
        "address": "https://example.org/waybill.git",
        "commit": "0" * 40,
        "licence": "MIT",
        "languages": ("python",),
        "files": 40,
        "split": "train",
        "form": "library",
    }
    return Repository(**values | changes)


def test_the_list_of_repositories_is_sound():
    assert faults_of_repositories(REPOSITORIES) == []


def test_there_are_enough_repositories_and_languages():
    assert len(REPOSITORIES) >= 100
    assert len({each.languages[0] for each in REPOSITORIES}) >= 20


def test_the_parts_are_about_as_large_as_they_should_be():
    shares = {split: sum(each.split == split for each in REPOSITORIES) / len(REPOSITORIES) for split in SPLITS}
    assert shares == pytest.approx({"train": 0.5, "development": 0.2, "test": 0.3}, abs=0.05)


def test_each_file_of_queries_is_about_a_listed_repository():
    assert {path.stem for path in (BENCH / "queries").glob("*.toml")} <= {each.name for each in REPOSITORIES}


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: each.name)
def test_the_queries_are_sound(asked):
    queries = read_queries(queries_file(asked.name, BENCH))
    assert queries
    assert faults_of_queries(queries, asked.name) == []


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: each.name)
def test_a_file_of_queries_is_as_it_would_be_written(asked):
    path = queries_file(asked.name, BENCH)
    assert queries_as_toml(read_queries(path)) == path.read_text("utf-8")


@pytest.mark.skipif(not TREES, reason="DOWSE_BENCH_TREES names no folder of checkouts")
@pytest.mark.parametrize("asked", ASKED, ids=lambda each: each.name)
def test_labels_name_what_is_in_the_tree(asked):
    tree = Path(TREES) / asked.name
    if not tree.is_dir():
        pytest.skip(f"{tree} is not there")
    assert faults_of_labels_in(tree, read_queries(queries_file(asked.name, BENCH))) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"commit": "main"}, "no whole commit"),
        ({"licence": "GPL-3.0-only"}, "licence"),
        ({"split": "validation"}, "no split"),
        ({"form": "framework"}, "none of"),
        ({"files": 19}, "too few"),
        ({"address": "github.com/waybill"}, "no address"),
        ({"name": "a/b"}, "name of a file"),
        ({"languages": ()}, "no language"),
    ],
)
def test_a_fault_in_the_list_is_found(changes, fault):
    assert any(fault in each for each in faults_of_repositories([repository(**changes)]))


def test_a_language_that_misses_in_a_part_is_found():
    listed = [repository(), repository(name="other", address="https://example.org/other.git", split="test")]
    assert faults_of_repositories(listed) == ["no repository of python is in the split development"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "parcel-001"}, "three digits"),
        ({"kind": "riddle"}, "no kind"),
        ({"text": " "}, "nothing is asked"),
        ({"author": ""}, "nobody"),
        ({"checked_by": ("author-1",)}, "cannot check"),
        ({"labels": ()}, "no label is the answer"),
        ({"labels": (Label(2, "a.py"),)}, "no label is the answer"),
        ({"labels": (Label(3, "a.py"), Label(4, "b.py"))}, "no grade"),
        ({"labels": (Label(3, "a.py"), Label(1, "a.py"))}, "labelled twice"),
        ({"labels": (Label(3, "../a.py"),)}, "root"),
        ({"labels": (Label(3, "a.py", (3, 2)),)}, "no lines"),
        ({"labels": (Label(3, "a.py", None, "sort"),)}, "has no lines"),
        ({"kind": "unanswerable"}, "has no labels"),
    ],
)
def test_a_fault_in_a_query_is_found(changes, fault):
    assert any(fault in each for each in faults_of_queries([query(**changes)], "waybill"))


def test_the_same_id_and_the_same_text_are_found():
    faults = faults_of_queries([query(), query()], "waybill")
    assert len(faults) == 2
    assert all("twice" in each for each in faults)


@pytest.mark.parametrize(
    ("label", "fault"),
    [
        (Label(3, "sorting.py", (1, 2), "Sorter.sort"), None),
        (Label(3, "sorting.py"), None),
        (Label(3, "missing.py"), "not in the tree"),
        (Label(3, "sorting.py", (1, 9)), "lines"),
        (Label(3, "sorting.py", (3, 3), "sort"), "does not say"),
    ],
)
def test_a_label_without_its_place_is_found(tmp_path, label, fault):
    (tmp_path / "sorting.py").write_text("def sort(parcels):\n    parcels.sort()\n", "utf-8")
    faults = faults_of_labels_in(tmp_path, [query(labels=(label,))])
    assert (not faults) if fault is None else (fault in faults[0])


def test_what_is_written_is_what_is_read(tmp_path):
    queries = (
        query(),
        query(id="waybill-002", text='it says "no",\n\n\\o/ and """ twice "', labels=(Label(3, "a b.py"),)),
        query(id="waybill-003", kind="unanswerable", labels=(), author="author-2", checked_by=("reader-1",)),
    )
    path = tmp_path / "waybill.toml"
    path.write_text(queries_as_toml(queries), "utf-8")
    assert read_queries(path) == queries


def test_a_file_with_an_unknown_key_is_refused(tmp_path):
    path = tmp_path / "waybill.toml"
    path.write_text('[[query]]\nid = "waybill-001"\nmood = "good"\n', "utf-8")
    with pytest.raises(ValueError, match="mood"):
        read_queries(path)


def test_the_readme_names_each_kind():
    described = (BENCH / "README.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in described] == []


def test_a_repository_is_brought_at_its_commit_and_not_twice(tmp_path):
    fetch = module_from_spec(spec_from_loader("fetch", SourceFileLoader("fetch", str(BENCH / "fetch"))))
    fetch.__loader__.exec_module(fetch)
    origin, tree = tmp_path / "origin", tmp_path / "trees" / "waybill"
    commits = []
    for text in ("one", "two"):
        origin.mkdir(exist_ok=True)
        (origin / "parcel.txt").write_text(text, "utf-8")
        for step in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", text],
        ):
            subprocess.run(["git", "-C", origin, *step], check=True)
        head = subprocess.run(["git", "-C", origin, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
        commits.append(head.stdout.strip())
    subprocess.run(["git", "-C", origin, "config", "uploadpack.allowAnySHA1InWant", "true"], check=True)

    assert fetch.bring(repository(address=origin.as_uri(), commit=commits[0]), tree)
    assert (tree / "parcel.txt").read_text("utf-8") == "one"
    assert fetch.bring(repository(address=(tmp_path / "gone").as_uri(), commit=commits[0]), tree)
    assert not fetch.bring(repository(address=(tmp_path / "gone").as_uri(), commit=commits[1]), tree)
