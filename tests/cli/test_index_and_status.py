"""``dowse index`` and ``dowse status``."""

import json
from types import SimpleNamespace

from cli.conftest import write_workspace
from dowse.engine import Engine
from dowse.settings import Settings


def test_index_says_what_it_did(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    (root / "logo.png").write_bytes(b"\x89PNG\0\0")
    done = dowse("index", str(root))
    assert done.code == 0
    assert f"{root}: 5 files, " in done.out
    assert "left out: 1 binary" in done.out
    assert "took " in done.out
    assert done.err == ""


def test_status_tells_what_the_index_holds(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    dowse("index", str(root))
    done = dowse("status", str(root), "--json")
    status = json.loads(done.out)
    assert done.code == 0
    assert status["folder"] == str(root)
    assert status["filesIndexed"] == 5
    assert status["chunks"] == status["chunksEmbedded"] > 4
    assert status["models"]["code"]["dimensions"] > 0
    assert status["diskBytes"] > 0
    assert status["inUse"] is False


def test_status_never_indexes_and_leaves_no_trace(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    cache = tmp_path / "cache"
    done = dowse("status", str(root), "--cache-dir", str(cache))
    assert (done.code, done.out) == (1, f"{root} is not indexed\n")
    assert not cache.exists()


def test_status_in_words_names_folder_files_chunks_models_and_place(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    dowse("index", str(root))
    rows = dict(line.split(maxsplit=1) for line in dowse("status", str(root)).out.splitlines())
    assert {"folder", "files", "chunks", "code", "prose", "index"} <= set(rows)


def test_status_shows_the_index_as_it_was_left(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    dowse("index", str(root))
    (root / "more.py").write_text("def more():\n    return 1\n")
    assert json.loads(dowse("status", str(root), "--json").out)["filesIndexed"] == 5
    dowse("index", str(root))
    assert json.loads(dowse("status", str(root), "--json").out)["filesIndexed"] == 6


def test_rebuild_ends_with_the_same_index(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    dowse("index", str(root))
    before = json.loads(dowse("status", str(root), "--json").out)
    assert dowse("index", "--rebuild", str(root)).code == 0
    after = json.loads(dowse("status", str(root), "--json").out)
    assert {name: after[name] for name in ("filesIndexed", "chunks", "chunksEmbedded")} == {
        name: before[name] for name in ("filesIndexed", "chunks", "chunksEmbedded")
    }


def test_an_index_that_another_process_writes_is_left_to_it(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    cache = tmp_path / "cache"
    engine = Engine(Settings(), cache_dir=cache)
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(60)
        done = dowse("index", str(root), "--cache-dir", str(cache))
        assert done.code == 0
        assert done.err == "dowse: note: another process keeps this index up to date\n"
        refused = dowse("index", "--rebuild", str(root), "--cache-dir", str(cache))
        assert (refused.code, refused.out) == (2, "")
        assert "Another process writes this index" in refused.err
        assert json.loads(dowse("status", str(root), "--cache-dir", str(cache), "--json").out)["inUse"] is True
        assert dowse("search", "retry", str(root), "--cache-dir", str(cache)).code == 0
    finally:
        engine.stop()


def test_settings_that_another_process_does_not_have_are_said_to_choose_nothing(dowse, tmp_path):
    root = write_workspace(tmp_path / "tree")
    cache = ("--cache-dir", str(tmp_path / "cache"))
    engine = Engine(Settings(), cache_dir=tmp_path / "cache")
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(60)
        for command in (("search", "retry", str(root)), ("index", str(root))):
            done = dowse(*command, *cache, "--set", "files.exclude=['net/']")
            assert "its settings decide which files are in it" in done.err
            assert "settings" not in dowse(*command, *cache, "--set", "files.allowHome=true").err
    finally:
        engine.stop()
    assert "net/retry.py" not in dowse("search", "retry", str(root), *cache, "--set", "files.exclude=['net/']").out


def test_status_says_that_an_editor_s_server_rests_on_battery(dowse, tmp_path, monkeypatch):
    """It asks the system as that server does; nobody else keeps this index, so there is nothing to rest."""
    monkeypatch.setattr("psutil.sensors_battery", lambda: SimpleNamespace(power_plugged=False), raising=False)
    root = write_workspace(tmp_path / "tree")
    options = (str(root), "--cache-dir", str(tmp_path / "cache"), "--set", "indexing.pauseOnBattery=true")
    engine = Engine(Settings(), cache_dir=tmp_path / "cache")
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(60)
        assert json.loads(dowse("status", *options, "--json").out)["resting"] == "battery"
        assert "while the machine runs on its battery" in dowse("status", *options).out
        assert "battery" not in dowse("status", *options[:-2]).out
    finally:
        engine.stop()
    assert "battery" not in dowse("status", *options).out


def test_indexing_by_hand_is_not_put_off_on_battery(dowse, tmp_path, monkeypatch):
    monkeypatch.setattr("psutil.sensors_battery", lambda: SimpleNamespace(power_plugged=False), raising=False)
    root = write_workspace(tmp_path / "tree")
    assert "5 files" in dowse("index", str(root), "--set", "indexing.pauseOnBattery=true").out


def test_an_empty_folder_is_indexed_and_holds_nothing(dowse, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "0 files, 0 chunks" in dowse("index", str(tmp_path / "empty")).out
    assert dowse("search", "anything", str(tmp_path / "empty")).code == 1
