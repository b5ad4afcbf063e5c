"""``dowse search``."""

import contextlib
import json
import re
import shutil
import sqlite3
import subprocess

import pytest

from cli.conftest import without_escapes, write_workspace

FETCH = "Fetch a page, retrying with exponential backoff when the server fails."
QUERY = "where are failed requests retried with backoff"


def test_finds_code_by_what_it_does(dowse):
    done = dowse("search", QUERY)
    assert done.code == 0
    assert re.search(r"^net/retry\.py:7: Client\.fetch_with_backoff \(method\)$", done.out, re.MULTILINE)
    assert re.search(r"^web/retry\.ts:1: retryRequest \(function\)$", done.out, re.MULTILINE)
    assert done.err == ""


def test_nothing_found_is_exit_code_1_and_silence(dowse):
    done = dowse("search", QUERY, "--include", "*.zig")
    assert (done.code, done.out, done.err) == (1, "", "")


def test_who_looks_at_a_terminal_is_told_that_nothing_was_found(terminal):
    done = terminal("search", QUERY, "--include", "*.zig").finish()
    assert done.code == 1
    assert done.out.endswith("dowse: nothing found\r\n")


def test_a_folder_without_text_says_why_nothing_is_found(dowse, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0")
    done = dowse("search", QUERY, str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "no file is indexed here" in done.err


def test_tests_are_left_out_or_alone(dowse, tmp_path):
    for path in ("src/retry.py", "tests/test_retry.py"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text("def retry(call):\n    return call()\n")

    def found(*options):
        return [
            hit["path"]
            for hit in json.loads(dowse("search", "retry", str(tmp_path), "--json", *options).out)["results"]
        ]

    assert set(found()) == {"src/retry.py", "tests/test_retry.py"}
    assert found("--tests", "out") == ["src/retry.py"]
    assert found("--tests", "only") == ["tests/test_retry.py"]


def test_what_has_changed_is_searched_alone(dowse, tmp_path):
    def git(*arguments):
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    for name in ("kept", "changed", "removed", "moved"):
        (tmp_path / f"{name}.py").write_text(f"def retry_{name}(call):\n    return call()\n")
    git("init")
    git("add", ".")
    git("commit", "-m", "Begin")

    def found(*options):
        done = dowse("search", "retry", str(tmp_path), "--changed", "--json", *options)
        return done.code, sorted(hit["path"] for hit in json.loads(done.out)["results"]) if done.out else done.err

    code, said = found()
    assert (code, said) == (1, "dowse: no file that is searched here has changed\n")
    (tmp_path / "changed.py").write_text("def retry_changed(call):\n    return call() or call()\n")
    (tmp_path / "sp ace [x].py").write_text("def retry_new(call):\n    return call()\n")
    git("rm", "removed.py")
    git("mv", "moved.py", "here.py")
    assert found() == (0, ["changed.py", "here.py", "sp ace [x].py"])
    assert found("--include", "c*.py") == (0, ["changed.py"])
    assert found("--exclude", "c*.py") == (0, ["here.py", "sp ace [x].py"])


def test_what_has_changed_is_known_to_git_alone(dowse, tmp_path):
    (tmp_path / "a.py").write_text("def retry(call):\n    return call()\n")
    done = dowse("search", "retry", str(tmp_path), "--changed")
    assert done.code == 2
    assert "--changed asks git" in done.err


def test_why_a_hit_is_there_is_said_when_asked(dowse):
    done = dowse("search", QUERY, "net", "--explain", "-n", "1")
    assert re.search(r"^  why: .*its text says “retrying”, “backoff”, “fails”", done.out, re.MULTILINE)


@pytest.mark.parametrize(("reply", "code"), [("y", 0), ("n", 2)])
def test_before_a_home_folder_is_indexed_the_terminal_asks_as_the_server_does(terminal, tmp_path, reply, code):
    home = tmp_path / "home"
    home.mkdir()
    (home / "retry.py").write_text("def retry(call):\n    return call()\n")
    started = terminal("search", "retry", cwd=home, HOME=str(home), XDG_CACHE_HOME=str(tmp_path / "cache"))
    started.read_until("Index everything in it? [y/N]")
    started.type(f"{reply}\n")
    done = started.finish()
    assert done.code == code
    assert ("retry.py:1" in without_escapes(done.out)) is (code == 0)
    assert ("Name a project in it" in done.out) is (code == 2)


def test_where_nobody_can_answer_a_home_folder_is_not_indexed(process, tmp_path):
    done = process("search", "retry", cwd=tmp_path, HOME=str(tmp_path))
    assert done.code == 2
    assert "files.allowHome=true" in done.err


def test_limit_is_the_most_that_is_printed(dowse):
    results = json.loads(dowse("search", QUERY, "--limit", "1", "--json").out)["results"]
    assert len(results) == 1


def test_json_holds_the_hits_of_the_protocol_with_relative_paths(dowse, workspace):
    answer = json.loads(dowse("search", QUERY, "--json", "--space", "code").out)
    assert set(answer) == {"results", "index", "tookMs"}
    assert answer["index"]["state"] == "ready"
    assert answer["index"]["filesIndexed"] == answer["index"]["filesTotal"] == 5
    assert answer["tookMs"] > 0
    hit = next(result for result in answer["results"] if result["name"] == "fetch_with_backoff")
    assert set(hit) == {
        "path", "location", "selectionRange", "name", "containerName", "kind", "kindName", "languageId", "space",
        "score", "preview", "reasons", "answer", "nameMarks",
    }  # fmt: skip
    assert hit["path"] == "net/retry.py"
    assert hit["location"]["uri"] == (workspace / "net/retry.py").as_uri()
    assert hit["location"]["range"]["start"] == {"line": 6, "character": 0}
    assert hit["selectionRange"] == {"start": {"line": 6, "character": 8}, "end": {"line": 6, "character": 26}}
    assert (hit["containerName"], hit["kind"], hit["kindName"]) == ("Client", 6, "Method")
    assert (hit["languageId"], hit["space"]) == ("python", "code")
    assert 0 < hit["score"] <= 1
    assert hit["preview"].startswith("    def fetch_with_backoff(self, url")
    answer = hit["answer"]
    assert answer["text"] == FETCH
    assert answer["range"]["start"] == {"line": 7, "character": 11}
    assert [answer["text"][mark["start"] : mark["end"]] for mark in answer["marks"]] == ["retrying", "backoff", "fails"]
    assert hit["nameMarks"] == [{"start": 11, "end": 18}]
    assert sum(reason["share"] for reason in hit["reasons"]) == pytest.approx(1, abs=0.001)


def test_scores_fall_from_hit_to_hit(dowse):
    scores = [hit["score"] for hit in json.loads(dowse("search", QUERY, "--json").out)["results"]]
    assert scores == sorted(scores, reverse=True)
    cut = json.loads(dowse("search", QUERY, "--json", "--min-score", str(scores[1])).out)["results"]
    assert cut
    assert all(hit["score"] >= scores[1] for hit in cut)


def test_a_folder_restricts_to_itself_and_shares_the_workspace_index(dowse, environment):
    answer = json.loads(dowse("search", QUERY, "web", "--json").out)
    assert {hit["path"].partition("/")[0] for hit in answer["results"]} == {"web"}
    assert answer["index"]["filesTotal"] == 5


def test_a_file_restricts_to_itself(dowse):
    answer = json.loads(dowse("search", QUERY, "net/retry.py", "--json").out)
    assert {hit["path"] for hit in answer["results"]} == {"net/retry.py"}


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        (("--include", "*.ts"), {"web/retry.ts"}),
        (("--include", "net/", "--include", "*.ts"), {"net/retry.py", "web/retry.ts"}),
        (("--exclude", "*.py", "--exclude", "*.md", "--exclude", "*.js"), {"web/retry.ts"}),
        (("--language", "Python"), {"net/retry.py"}),
        (("--space", "prose"), {"docs/guide.md"}),
        (("--kind", "method"), {"net/retry.py"}),
    ],
)
def test_filters_restrict_what_is_found(dowse, options, paths):
    answer = json.loads(dowse("search", QUERY, "--json", *options).out)
    assert {hit["path"] for hit in answer["results"]} == paths


def test_globs_are_relative_to_the_folder_that_is_searched(dowse):
    answer = json.loads(dowse("search", QUERY, "web", "--include", "/retry.*", "--json").out)
    assert {hit["path"] for hit in answer["results"]} == {"web/retry.ts"}


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_every_mode_answers(dowse, mode):
    assert dowse("search", "exponential backoff", "--mode", mode).code == 0


def test_quickfix_is_one_line_a_hit_that_editors_can_parse(dowse):
    done = dowse("search", QUERY, "--format", "quickfix", "--space", "code")
    matches = [re.fullmatch(r"([^:]+):(\d+):(\d+): (.+)", line) for line in done.out.splitlines()]
    assert all(matches)
    assert ("net/retry.py", "7", "9", "Client.fetch_with_backoff — " + FETCH) in [match.groups() for match in matches]


def test_what_was_edited_since_is_found_as_it_is_now(dowse, tmp_path):
    root = write_workspace(tmp_path / "edited")
    assert dowse("search", QUERY, str(root), "--limit", "1").code == 0
    (root / "net/retry.py").write_text("\n\ndef unloadVan(parcels):\n    return parcels.clear()\n", "utf-8")
    shutil.rmtree(root / "docs")
    answer = json.loads(dowse("search", "unload the van", str(root), "--json").out)
    first = answer["results"][0]
    assert (first["path"], first["selectionRange"]["start"]["line"]) == ("net/retry.py", 2)
    assert not any(hit["path"].startswith("docs/") for hit in answer["results"])


def test_an_answer_without_waiting_says_how_complete_it_is(dowse, tmp_path):
    root = write_workspace(tmp_path / "fresh")
    done = dowse("search", QUERY, str(root), "--json", "--no-wait")
    answer = json.loads(done.out)
    assert done.code == (0 if answer["results"] else 1)
    assert answer["index"]["state"] in {"empty", "indexing", "ready", "degraded"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", QUERY, "no/such/folder"], "does not exist"),
        (["search", QUERY, "--limit", "0"], "1<=x<=200"),
        (["search", QUERY, "--limit", "201"], "1<=x<=200"),
        (["search", QUERY, "--limit", "many"], "not a valid integer"),
        (["search", QUERY, "--min-score", "1.5"], "0<=x<=1"),
        (["search", QUERY, "--format", "xml"], "'xml'"),
        (["search", QUERY, "--mode", "psychic"], "'psychic'"),
        (["search", QUERY, "--language", "pyhton"], "Did you mean python"),
        (["search", QUERY, "--kind", "gadget"], "'gadget'"),
        (["search", QUERY, "net/retry.py", "--include", "*.py"], "PATH is a file"),
        (["search", " \n"], "empty"),
        (["search"], "QUERY"),
        (["search", QUERY, ".", "more"], "unexpected extra argument"),
        (["search", "--frobnicate", QUERY], "--frobnicate"),
        (["search", QUERY, "--set", "files.maxSize"], "NAME=VALUE"),
        (["search", QUERY, "--set", "files.maxSize=3"], "files.maxSize"),
        (["search", QUERY, "--set", "files.maxsize=3000"], "no such setting"),
        (["serach", QUERY], "serach"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(dowse, arguments, said):
    done = dowse(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1
    assert done.err.startswith("dowse: ")
    assert said in done.err


def test_a_huge_query_and_one_of_odd_characters_are_answered(dowse):
    assert dowse("search", "retry with backoff " * 5_000).code in (0, 1)
    assert dowse("search", '"((* \\ [] {} ~ ^ : AND OR NOT \udcff \x1b[31m 日本').code in (0, 1)


def test_a_cache_folder_that_cannot_be_one_is_an_error(dowse, tmp_path):
    (tmp_path / "file").touch()
    done = dowse("search", QUERY, "--cache-dir", str(tmp_path / "file"))
    assert done.code == 2
    assert "file" in done.err


def test_an_index_that_cannot_be_opened_is_an_error_and_not_an_empty_answer(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    cache = tmp_path / "cache"
    dowse("index", str(root), "--cache-dir", str(cache))
    (catalogue,) = cache.glob("*/catalogue.db")
    with contextlib.closing(sqlite3.connect(catalogue)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for arguments in (("search", QUERY, str(root)), ("index", str(root)), ("status", str(root))):
        done = dowse(*arguments, "--cache-dir", str(cache))
        assert done.code == 2
        assert "newer Dowse" in done.err
        assert done.err.count("\n") == 1


def test_a_model_that_cannot_be_had_leaves_the_search_by_words(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    done = dowse("search", "exponential backoff", str(root), "--set", "models.code=nope", "--space", "code")
    assert done.code == 0
    assert "nope" in done.err


def test_the_cache_folder_can_be_moved_before_or_after_the_command(dowse, workspace, tmp_path):
    for number, arguments in enumerate(
        (("--cache-dir", "{}", "search", QUERY), ("search", QUERY, "--cache-dir", "{}"))
    ):
        cache = tmp_path / str(number)
        assert dowse(*(argument.format(cache) for argument in arguments)).code == 0
        assert any(cache.iterdir())
    assert not (workspace / "{}").exists()


def test_settings_of_the_project_are_honoured_and_their_mistakes_told(dowse, tmp_path):
    root = write_workspace(tmp_path / "configured")
    (root / ".dowse.toml").write_text('[files]\nexclude = ["web/"]\nmaxSize = 3\n[models]\ncode = "evil"\n', "utf-8")
    done = dowse("search", QUERY, str(root), "--json")
    assert not any(hit["path"].startswith("web/") for hit in json.loads(done.out)["results"])
    assert done.err.count("files.maxSize") == 1
    assert done.err.count("models.code") == 1


def test_the_users_own_file_and_the_command_line_can_choose_a_model(dowse, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "config" / "dowse").mkdir(parents=True)
    (tmp_path / "config" / "dowse" / "config.toml").write_text('[models]\ncode = "hash:64"\n', "utf-8")
    root = write_workspace(tmp_path / "small")

    def model(*options):
        dowse("index", str(root), *options, "--cache-dir", str(tmp_path / "-".join(["cache", *options])))
        status = dowse("status", str(root), "--json", "--cache-dir", str(tmp_path / "-".join(["cache", *options])))
        return json.loads(status.out)["models"]["code"]["dimensions"]

    assert model() == 64
    assert model("--set", "models.code=hash:128") == 128


def test_without_waiting_what_the_index_holds_is_found(dowse):
    waited = dowse("search", QUERY)
    assert waited.code == 0
    at_once = dowse("search", QUERY, "--no-wait")
    assert (at_once.code, at_once.out) == (0, waited.out)
