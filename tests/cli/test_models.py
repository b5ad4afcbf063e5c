"""``dowse models``."""

import io
import json
import tomllib

import pytest

from dowse.embedding.registry import known_models


@pytest.fixture
def config(tmp_path, monkeypatch, dowse):
    """The user's own settings file; ``dowse`` comes first, whose environment has another."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "config" / "dowse" / "config.toml"


def test_the_list_shows_every_known_model_with_what_to_know_before_choosing(dowse, config):
    done = dowse("models", "list")
    lines = {line.split()[0]: line for line in done.out.splitlines()}
    assert set(lines) == {"NAME", *(model.name for model in known_models())}
    assert "forbids commercial use" in lines["sfr-code-400m"]
    assert "code of its own" in lines["codesage-small-v2"]
    assert "sent to OpenAI" in lines["openai-3-small"]
    prose = json.loads(dowse("models", "list", "--space", "prose", "--json").out)["models"]
    assert {"bge-small", "minilm"} <= {model["name"] for model in prose}
    assert [model["name"] for model in prose if model["here"]] == ["builtin:prose"]
    here = json.loads(dowse("models", "list", "--here", "--json").out)["models"]
    assert [model["name"] for model in here] == ["builtin:code", "builtin:prose"]


def test_info_shows_what_is_known_without_opening_it(dowse, config):
    done = dowse("models", "info", "qwen3-0.6b")
    assert done.code == 0
    assert "1024" in done.out
    assert "Apache-2.0" in done.out
    value = json.loads(dowse("models", "info", "sentence-transformers:BAAI/bge-small-en-v1.5", "--json").out)
    assert (value["name"], value["usedFor"], value["here"]) == ("bge-small", [], False)
    assert dowse("models", "info", "nonsense").code == 2


def test_a_model_that_works_says_how_well(dowse, config):
    value = json.loads(dowse("models", "test", "hash", "--json").out)
    assert (value["dimensions"], value["device"], value["problems"]) == (256, "cpu", [])
    assert value["textsPerSecond"] > 0
    assert "functions found by a description" in dowse("models", "test", "hash:64").out


@pytest.mark.parametrize("name", ["nonsense", "hash:1", "sentence-transformers:/nowhere", "bge-small"])
def test_a_model_that_does_not_work_says_why(dowse, config, name):
    done = dowse("models", "test", name)
    assert done.code == 2
    assert done.err.startswith("dowse: ")
    assert done.err.count("\n") == 1


def test_a_chosen_model_stands_in_the_user_s_own_file(dowse, config):
    config.parent.mkdir(parents=True)
    config.write_text('# mine\n[files]\nexclude = ["x"]  # keep\n')
    assert dowse("models", "use", "hash:64").code == 0
    assert dowse("models", "use", "bge-small").code == 0  # made for prose
    text = config.read_text()
    assert "# mine" in text
    assert "# keep" in text
    assert tomllib.loads(text)["models"] == {"code": "hash:64", "prose": "bge-small"}
    assert json.loads(dowse("models", "info", "bge-small", "--json").out)["usedFor"] == ["prose"]
    dowse("models", "use", "hash:32", "--space", "code", "--space", "prose")
    assert tomllib.loads(config.read_text())["models"] == {"code": "hash:32", "prose": "hash:32"}
    dowse("models", "use", "builtin")
    assert tomllib.loads(config.read_text())["models"] == {"code": "builtin", "prose": "builtin"}


def test_a_setting_written_with_a_dot_is_changed_where_it_stands(dowse, config):
    config.parent.mkdir(parents=True)
    config.write_text('"models.code" = "hash:16"\n')
    dowse("models", "use", "hash:64", "--space", "code")
    assert tomllib.loads(config.read_text()) == {"models.code": "hash:64"}


@pytest.mark.parametrize("name", ["nonsense", "sentence-transformers:", "evil:model"])
def test_what_is_no_model_is_not_chosen(dowse, config, name):
    assert dowse("models", "use", name).code == 2
    assert not config.exists()


def test_a_file_that_cannot_be_read_is_left_as_it_is(dowse, config):
    config.parent.mkdir(parents=True)
    config.write_text("[models\n")
    done = dowse("models", "use", "hash:64")
    assert done.code == 2
    assert "cannot be read" in done.err
    assert config.read_text() == "[models\n"


def test_code_of_a_model_s_own_takes_consent(dowse, config, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    refused = dowse("models", "use", "codesage-small-v2")
    assert refused.code == 130
    assert not config.exists()
    assert dowse("models", "use", "codesage-small-v2", "--trust-remote-code").code == 0
    models = tomllib.loads(config.read_text())["models"]
    assert models == {"trustRemoteCode": ["codesage/codesage-small-v2"], "code": "codesage-small-v2"}


def test_a_workspace_plays_no_part_in_choosing(dowse, config, tmp_path, monkeypatch):
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / ".dowse.toml").write_text('models.trustRemoteCode = ["codesage/codesage-small"]\n')
    monkeypatch.chdir(tmp_path / "evil")
    done = dowse("models", "test", "codesage-small", "--set", "models.backend=torch")
    assert done.code == 2


def test_models_are_compared_side_by_side(dowse, config, workspace):
    query = "retry with exponential backoff"
    done = dowse("models", "compare", "hash", "hash:64", "--tree", str(workspace), "-q", query, "-n", "2")
    assert done.code == 0
    assert "hash: 256 dimensions, cpu" in done.out
    assert "hash:64: 64 dimensions, cpu" in done.out
    assert done.out.count("retry") > 2
    value = json.loads(
        dowse("models", "compare", "hash", "--tree", str(workspace), "-q", query, "--chunks", "3", "--json").out
    )
    assert value["chunks"] == 3
    assert value["models"][0]["answers"][0][0]["score"] > 0


def test_a_tree_without_text_has_nothing_to_compare(dowse, config, tmp_path):
    (tmp_path / "empty").mkdir()
    assert dowse("models", "compare", "hash", "--tree", str(tmp_path / "empty"), "-q", "x").code == 1


def test_only_models_of_the_hub_are_downloaded(dowse, config):
    done = dowse("models", "download", "openai-3-small", "--yes")
    assert done.code == 2
    assert "others are not downloaded" in done.err
