import json

import pytest

from dowse.evaluation.spec import Target, load


def met(target, path="src/net/retry.py", name="Client.send"):
    return target.met_by(path, name, 9, 19)


@pytest.mark.parametrize("path", ["src/net/retry.py", "retry.py", "lib/src/net/retry.py"])
def test_a_path_is_met_from_whichever_folder_it_was_written(path):
    assert met(Target(path))


@pytest.mark.parametrize("path", ["y.py", "net/other.py", "src/net"])
def test_another_path_is_not_met(path):
    assert not met(Target(path))


@pytest.mark.parametrize(("lines", "met_by"), [((1, 9), False), ((1, 10), True), ((20, 30), True), ((21, 30), False)])
def test_lines_must_overlap(lines, met_by):
    assert met(Target("retry.py", *lines)) is met_by


def test_a_symbol_may_be_named_with_or_without_what_it_belongs_to():
    assert met(Target("retry.py", symbol="send"))
    assert met(Target("retry.py", symbol="Client.send"))
    assert not met(Target("retry.py", symbol="sender"))
    assert met(Target("retry.py", symbol="send"), name="send")


def test_a_spec_names_folders_from_where_it_stands(tmp_path):
    (tmp_path / "code").mkdir()
    described = {"name": "one", "path": "code", "queries": [{"query": "q", "relevant": ["a.py", {"path": "b.py"}]}]}
    (tmp_path / "spec.json").write_text(json.dumps({"name": "s", "repositories": [described]}))

    (repository,) = load(tmp_path / "spec.json", work=tmp_path).repositories

    assert repository.folder == (tmp_path / "code").resolve()
    assert repository.queries[0].relevant == (Target("a.py"), Target("b.py"))


def test_the_layout_of_the_published_benchmark_is_read_as_it_is(tmp_path):
    bench, trees = tmp_path / "bench", tmp_path / "trees"
    (bench / "queries").mkdir(parents=True)
    (trees / "one" / "src").mkdir(parents=True)
    pinned = [{"name": name, "language": "c", "benchmark_root": "src", "url": "u"} for name in ("one", "absent")]
    (bench / "repos.json").write_text(json.dumps(pinned))
    asked = [{"query": "q", "relevant": ["a.c"], "secondary": ["b.c"], "category": "symbol"}]
    (bench / "queries" / "one.json").write_text(json.dumps(asked))

    (repository,) = load(bench, trees=trees, work=tmp_path).repositories

    assert (repository.name, repository.folder) == ("one", (trees / "one" / "src").resolve())
    assert repository.queries[0].kind == "symbol"
    assert [target.path for target in repository.queries[0].relevant] == ["a.c", "b.c"]


def test_each_function_of_cosqa_becomes_a_file(tmp_path):
    (tmp_path / "code_idx_map.json").write_text(json.dumps({"def a(): pass": 0, "def b(): pass": 1}))
    (tmp_path / "queries-dev.json").write_text(json.dumps([{"doc": "second function", "retrieval_idx": 1}]))

    (repository,) = load(tmp_path, work=tmp_path / "work").repositories

    (query,) = repository.queries
    assert (repository.folder / query.relevant[0].path).read_text() == "def b(): pass"


@pytest.mark.parametrize("content", ["{", "{}", '{"name": "s", "repositories": [{"name": 1}]}'])
def test_what_is_no_spec_is_refused_by_name(tmp_path, content):
    (tmp_path / "spec.json").write_text(content)
    with pytest.raises(ValueError, match=r"spec\.json"):
        load(tmp_path / "spec.json", work=tmp_path)


def test_a_query_without_an_answer_and_a_missing_folder_are_refused(tmp_path):
    described = {"name": "one", "path": ".", "queries": [{"query": "lost", "relevant": []}]}
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"name": "s", "repositories": [described]}))
    with pytest.raises(ValueError, match="lost"):
        load(spec, work=tmp_path)
    spec.write_text(json.dumps({"name": "s", "repositories": [{**described, "path": "gone", "queries": []}]}))
    with pytest.raises(ValueError, match="one"):
        load(spec, work=tmp_path)


def test_any_other_folder_is_source_that_is_asked_for_its_own_definitions(tmp_path):
    (repository,) = load(tmp_path, work=tmp_path).repositories
    assert repository.is_bare
    assert repository.folder == tmp_path.resolve()


BENCH = {
    "repositories.toml": """
[[repository]]
name = "waybill"
languages = ["python", "go"]
split = "train"

[[repository]]
name = "ledger"
languages = ["go"]
split = "test"
""",
    "queries/waybill.toml": """
author = "author-1"
checked_by = []

[[query]]
id = "waybill-001"
kind = "symptom"
text = "a parcel is counted twice"
labels = [
    { grade = 3, path = "scan.py", lines = [4, 9], symbol = "scan" },
    { grade = 1, path = "README.md" },
]

[[query]]
id = "waybill-002"
kind = "unanswerable"
text = "how are fares refunded"
labels = []
""",
    "queries/ledger.toml": """
[[query]]
kind = "phrase"
text = "book an entry"
labels = [{ grade = 3, path = "book.go" }]
""",
}


@pytest.fixture
def bench(tmp_path):
    for name, text in BENCH.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name in ("waybill", "ledger"):
        (tmp_path / "trees" / name).mkdir(parents=True)
    return tmp_path


def test_dowses_own_benchmark_is_read_with_its_grades(bench):
    (repository,) = load(bench, split="train", work=bench).repositories

    assert (repository.name, repository.language) == ("waybill", "python")
    answerable, unanswerable = repository.queries
    assert (answerable.query, answerable.kind, answerable.grades) == ("a parcel is counted twice", "symptom", (3, 1))
    assert unanswerable.relevant == ()
    scan, readme = answerable.relevant
    assert [scan.met_by("scan.py", "scan", *lines) for lines in ((0, 2), (8, 20))] == [False, True]
    assert readme.met_by("README.md", "Waybill", 0, 3)
    assert not readme.met_by("docs/README.md", "Waybill", 0, 3)  # labels begin at the tree's root


def test_of_the_benchmark_what_has_a_tree_is_asked_and_other_parts_are_left_alone(bench):
    assert [each.name for each in load(bench, work=bench).repositories] == ["waybill", "ledger"]
    assert [each.name for each in load(bench, split="test", work=bench).repositories] == ["ledger"]
    with pytest.raises(ValueError, match="fetch"):
        load(bench, split="development", work=bench)
