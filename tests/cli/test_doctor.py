"""``dowse doctor``."""

import json

import pytest

from dowse.cli import checks
from dowse.settings import ModelSettings, Problem, Settings
from dowse.system.base import WatchLimits


def findings(out):
    return {check["name"]: check for check in json.loads(out)["checks"]}


def test_a_sound_installation_has_no_problem(dowse):
    done = dowse("doctor", "--json")
    found = findings(done.out)
    assert done.code == 0
    assert {check["level"] for check in found.values()} <= {"ok", "warning"}
    assert {
        "dowse",
        "dependencies",
        "hnswlib",
        "torch",
        "settings",
        "cache",
        "index",
        "watching",
        "git",
        "locale",
    } <= set(found)
    assert all(check.get("remedy") for check in found.values() if check["level"] != "ok")


def test_in_words_each_finding_is_a_line_that_begins_with_its_level(dowse):
    lines = dowse("doctor").out.splitlines()
    assert any(line.startswith("ok ") for line in lines)
    assert all(line.startswith(("ok ", "warning ", "problem ", " ")) for line in lines)


def test_a_model_that_cannot_be_opened_is_a_problem_and_exit_code_2(dowse):
    done = dowse("doctor", "--set", "models.prose=no-such-model", "--json")
    found = findings(done.out)
    assert done.code == 2
    assert found["code model"]["level"] == "ok"
    assert found["prose model"]["level"] == "problem"
    assert "no-such-model" in found["prose model"]["text"]


def test_a_cache_folder_that_cannot_be_written_is_a_problem(dowse, tmp_path):
    (tmp_path / "file").touch()
    done = dowse("doctor", "--cache-dir", str(tmp_path / "file" / "cache"), "--json")
    assert done.code == 2
    assert findings(done.out)["cache"]["level"] == "problem"


def test_missing_hnswlib_is_a_warning_that_names_the_remedy(monkeypatch):
    monkeypatch.setattr(checks.util, "find_spec", lambda name: None)
    found = {check.name: check for check in checks.check_installation()}
    assert found["hnswlib"].level == "warning"
    assert found["hnswlib"].remedy.endswith("'hnswlib<0.9,>=0.8'")


@pytest.mark.parametrize(("code", "level"), [("hash", "ok"), ("sentence-transformers:all-MiniLM-L6-v2", "problem")])
def test_missing_torch_is_a_problem_only_where_a_model_needs_it(monkeypatch, code, level):
    monkeypatch.setattr(checks.util, "find_spec", lambda name: None)
    assert checks.check_torch(ModelSettings(code=code)).level == level


def test_too_low_a_watch_limit_is_a_warning_with_the_command_that_raises_it(tmp_path):
    root = tmp_path / "tree"
    for number in range(5):
        (root / str(number)).mkdir(parents=True)
        (root / str(number) / "a.py").touch()
    assert checks.check_watching(root, Settings(), None).level == "ok"
    assert checks.check_watching(root, Settings(), WatchLimits(6, 128)).level == "ok"
    check = checks.check_watching(root, Settings(), WatchLimits(5, 128))
    assert check.level == "warning"
    assert "fs.inotify.max_user_watches=524288" in check.remedy


def test_refused_settings_are_warnings(tmp_path):
    found = list(checks.check_settings([Problem(".dowse.toml", "files.maxSize", "too small")], tmp_path / "none"))
    assert [(check.level, check.text) for check in found] == [("warning", ".dowse.toml: files.maxSize: too small")]


def test_missing_git_is_a_warning(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checks.check_git().level == "warning"
