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
