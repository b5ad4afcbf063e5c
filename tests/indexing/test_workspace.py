"""What the engine's threads keep true while files, models and processes come and go."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from textwrap import dedent

import pytest

from dowse.embedding.static import StaticModel
from dowse.engine import Edit, Engine, Span
from dowse.index import database
from dowse.index.writer import IndexWriter
from dowse.search.query import SearchRequest
from dowse.settings import ModelSettings, Settings
from dowse.status import IndexState, Message
from indexing.conftest import module
from waiting import until


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that a built-in model is given."""
    texts: list[str] = []
    original = StaticModel.embed_documents

    def recording(self, documents):
        texts.extend(documents)
        return original(self, documents)

    monkeypatch.setattr(StaticModel, "embed_documents", recording)
    return texts


def first(engine: Engine, query: str) -> str | None:
    hits = engine.search(SearchRequest(query, limit=3)).hits
    return hits[0].name if hits else None


def test_what_is_read_is_found_while_the_rest_is_still_indexed(tree, engine_of):
    engine = engine_of()
    engine.start([tree], watch=False)
    until(lambda: engine.search(SearchRequest("step value")).hits != ())
    answer = engine.search(SearchRequest("step value"))
    assert answer.hits
    assert answer.index.state is IndexState.INDEXING
    assert engine.wait_until_ready(60)
    assert engine.search(SearchRequest("step value")).index.files_indexed == 600


def test_unsaved_text_is_found_while_the_rest_is_still_indexed(tree, engine_of):
    engine = engine_of()
    engine.start([tree], watch=False)
    engine.open_document(str(tree / "fresh.py"), "python", "def levitate_elephants():\n    return broomstick\n")
    assert first(engine, "levitate elephants") == "levitate_elephants"
    assert engine.status().state is IndexState.INDEXING


def test_a_saved_file_does_not_wait_for_the_rest_of_the_tree(tree, engine_of):
    engine = engine_of()
    engine.start([tree], watch=False)
    until(lambda: engine.status().folders != () and engine.status().folders[0].files_indexed > 0)
    saved = tree / "part3" / "aaa_saved.py"
    saved.write_text("def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(saved)])
    until(lambda: first(engine, "levitate elephants") == "levitate_elephants")
    assert engine.wait_until_ready(60)


def test_a_pause_stops_indexing_and_loses_nothing(tree, engine_of):
    engine = engine_of()
    engine.start([tree], watch=False)
    until(lambda: engine.status().folders != () and engine.status().folders[0].files_indexed > 0)
    engine.pause()
    until(lambda: engine.status().paused)
    (tree / "saved.py").write_text("def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(tree / "saved.py")])
    engine.open_document(str(tree / "typed.py"), "python", "def juggle_lighthouses():\n    return lantern\n")
    assert first(engine, "juggle lighthouses") == "juggle_lighthouses"
    assert not engine.wait_until_ready(0.5)
    assert first(engine, "levitate elephants") != "levitate_elephants"
    (tree / "part0" / "module_0.py").unlink()
    engine.resume()
    assert engine.wait_until_ready(60)
    assert first(engine, "levitate elephants") == "levitate_elephants"
    status = engine.status()
    assert (status.paused, status.folders[0].files_indexed) == (None, 600)
    assert status.folders[0].chunks_embedded == status.folders[0].chunks_total


def test_a_model_that_comes_during_a_pause_is_put_to_work_when_it_ends(tmp_path, engine_of):
    root = tmp_path / "project"
    root.mkdir()
    (root / "one.py").write_text(module(1))
    engine = engine_of(Settings(models=ModelSettings(code="hash", prose="hash")))
    engine.start([root], watch=False)
    assert engine.wait_until_ready(30)
    engine.pause()
    until(lambda: engine.status().paused)
    engine.change_settings(Settings())
    until(lambda: "building" in [model.role for model in engine.status().models])
    engine.resume()
    assert engine.wait_until_ready(30)
    assert {model.role for model in engine.status().models if model.name != "hash"} == {"serving"}


def test_pauses_while_files_are_read_for_a_new_model_leave_no_text_without_a_vector(tree, engine_of):
    engine = engine_of(Settings(models=ModelSettings(code="hash", prose="hash")))
    engine.start([tree], watch=False)
    assert engine.wait_until_ready(60)
    engine.change_settings(Settings())
    until(lambda: "building" in [model.role for model in engine.status().models])
    rng = random.Random(5)
    for _ in range(15):
        engine.pause()
        engine.search(SearchRequest("step value", limit=rng.randrange(1, 50)))
        engine.resume()
        engine.search(SearchRequest("step value", limit=rng.randrange(1, 50)))
    assert engine.wait_until_ready(60)
    status = engine.status()
    assert status.folders[0].chunks_embedded == status.folders[0].chunks_total


def test_rebuilding_ends_a_pause(tmp_path, engine_of):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "one.py").write_text(module(1))
    engine = engine_of()
    engine.start([tmp_path / "tree"], watch=False)
    engine.pause()
    engine.rebuild()
    assert engine.wait_until_ready(30)
    assert not engine.status().paused
    assert first(engine, "step value") is not None


def test_files_that_are_left_out_are_named_and_hidden_folders_are_searched(tmp_path, engine_of):
    root = tmp_path / "project"
    (root / ".notes").mkdir(parents=True)
    (root / ".notes" / "why.md").write_text("# Why elephants levitate\n\nThey like it.\n")
    (root / "logo.png").write_bytes(b"\x89PNG\0\0")
    engine = engine_of()
    engine.start([root], watch=False)
    assert engine.wait_until_ready(30)
    assert engine.skipped_files(10) == [(str(root / "logo.png"), "binary")]
    assert first(engine, "elephants levitate") == "Why elephants levitate"


def test_a_second_clone_embeds_nothing_that_the_first_has(tmp_path, engine_of, embedded):
    first_clone, second_clone = tmp_path / "first", tmp_path / "second"
    first_clone.mkdir()
    for number in range(9):
        (first_clone / f"module_{number}.py").write_text(module(number))
    engine = engine_of()
    engine.start([first_clone], watch=False)
    assert engine.wait_until_ready(30)
    before = len(embedded)
    shutil.copytree(first_clone, second_clone)
    (second_clone / "more.py").write_text("def levitate_elephants():\n    return broomstick\n")
    engine.change_folders([second_clone], [])
    assert engine.wait_until_ready(30)
    assert ["levitate" in text for text in embedded[before:]] == [True]
    status = engine.status().folders[1]
    assert status.chunks_embedded == status.chunks_total > 9


def test_nothing_is_embedded_twice(tmp_path, engine_of, embedded):
    root = tmp_path / "project"
    root.mkdir()
    (root / "one.py").write_text(module(1))
    (root / "two.py").write_text(module(2))
    engine = engine_of()
    engine.start([root], watch=False)
    assert engine.wait_until_ready(30)
    before = len(embedded)
    assert before == len(set(embedded))

    (root / "one.py").write_text("def another():\n    return None\n\n\n" + module(1))  # lines move
    (root / "two.py").rename(root / "renamed.py")  # a file is renamed
    engine.files_changed([str(root / name) for name in ("one.py", "two.py", "renamed.py")])
    assert engine.wait_until_ready(30)
    new = embedded[before:]
    assert not [text for text in new if "step_" in text]

    (root / "one.py").write_text("x = 1\n")  # another branch, and back
    engine.files_changed([str(root / "one.py")])
    assert engine.wait_until_ready(30)
    (root / "one.py").write_text(module(1))
    engine.files_changed([str(root / "one.py")])
    assert engine.wait_until_ready(30)
    assert not [text for text in embedded[before:] if "step_" in text]

    engine.rebuild()
    assert engine.wait_until_ready(30)
    engine.stop()
    again = engine_of()  # the editor is opened again
    again.start([root], watch=False)
    assert again.wait_until_ready(30)
    assert not [text for text in embedded[before:] if "step_" in text]


def test_what_was_embedded_unsaved_is_not_embedded_again_when_it_is_saved(tmp_path, engine_of, embedded):
    root = tmp_path / "project"
    root.mkdir()
    file = root / "one.py"
    file.write_text("x = 1\n")
    engine = engine_of()
    engine.start([root], watch=False)
    assert engine.wait_until_ready(30)
    text = "def levitate_elephants():\n    return broomstick\n"
    engine.open_document(str(file), "python", file.read_text())
    engine.change_document(str(file), [Edit(None, text)])
    assert first(engine, "levitate elephants") == "levitate_elephants"
    file.write_text(text)
    engine.files_changed([str(file)])
    assert engine.wait_until_ready(30)
    engine.close_document(str(file))
    assert first(engine, "levitate elephants") == "levitate_elephants"
    assert len([each for each in embedded if "levitate" in each]) == 1


def test_a_new_model_is_built_beside_the_old_one_which_answers_meanwhile(tree, engine_of):
    messages: list[Message] = []
    engine = engine_of(messages=messages)
    engine.start([tree], watch=False)
    assert engine.wait_until_ready(60)
    engine.change_settings(Settings(models=ModelSettings(code="hash:64", prose="hash:64")))
    until(lambda: any("hash" in message.text for message in messages))
    assert engine.search(SearchRequest("step value", mode="semantic")).hits
    assert engine.wait_until_ready(60)
    assert {model.dimensions for model in engine.status().models} == {64}
    status = engine.status().folders[0]
    assert status.chunks_embedded == status.chunks_total
    assert engine.search(SearchRequest("step value", mode="semantic")).hits
    assert [message.severity for message in messages] == ["info"]


def test_damage_to_the_cache_is_mended_and_told(tree, tmp_path, engine_of):
    engine = engine_of()
    engine.start([tree], watch=False)
    assert engine.wait_until_ready(60)
    expected = [hit.path for hit in engine.search(SearchRequest("step_7_3 value")).hits]
    engine.stop()
    rng = random.Random(7)
    for file in sorted((tmp_path / "cache").rglob("*")):
        if file.is_file() and file.stat().st_size > 200:
            content = bytearray(file.read_bytes())
            for _ in range(20):
                content[rng.randrange(len(content))] ^= 0xFF
            file.write_bytes(content)
    messages: list[Message] = []
    again = engine_of(messages=messages)
    again.start([tree], watch=False)
    assert again.wait_until_ready(60)
    assert [hit.path for hit in again.search(SearchRequest("step_7_3 value")).hits][:1] == expected[:1]
    assert again.status().folders[0].files_indexed == 600
    assert len(messages) <= 1


@pytest.mark.parametrize("what", ["the cache", "the folder's directory", "the database"])
def test_an_index_that_is_deleted_while_it_is_in_use_is_made_again(tmp_path, engine_of, what):
    root, cache = tmp_path / "project", tmp_path / "cache"
    root.mkdir()
    for number in range(3):
        (root / f"step{number}.py").write_text(module(number))
    messages: list[Message] = []
    engine = engine_of(messages=messages, follow_seconds=0.05)
    engine.start([root], watch=False)
    assert engine.wait_until_ready(60)
    (directory,) = cache.iterdir()
    if what == "the database":
        (directory / database.FILE_NAME).unlink()
    else:
        # The engine may notice half-way and delete or make a file itself.
        shutil.rmtree(cache if what == "the cache" else directory, ignore_errors=True)
    (root / "saved.py").write_text("def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(root / "saved.py")])
    until(lambda: any("was deleted" in message.text for message in messages))
    assert engine.wait_until_ready(60)
    assert first(engine, "levitate elephants") == "levitate_elephants"
    engine.stop(20)
    again = IndexWriter.open(root, cache)
    assert set(again.snapshot.files()) == {"saved.py", "step0.py", "step1.py", "step2.py"}
    assert again.snapshot.paths_without_vectors(5) == []
    again.close()


def test_damage_that_only_a_search_meets_is_told_and_set_right(tmp_path, engine_of):
    root, cache = tmp_path / "project", tmp_path / "cache"
    root.mkdir()
    (root / "step.py").write_text("def levitate_elephants():\n    return broomstick\n")
    messages: list[Message] = []
    engine = engine_of(messages=messages, follow_seconds=0.05)
    engine.start([root], watch=False)
    assert engine.wait_until_ready(60)
    (directory,) = cache.iterdir()
    with closing(sqlite3.connect(directory / database.FILE_NAME)) as connection:
        connection.execute("UPDATE chunks SET kind = 'no such kind'")
        connection.commit()
    assert engine.search(SearchRequest("levitate elephants")).hits == ()
    until(lambda: any("was damaged" in message.text for message in messages))
    assert engine.wait_until_ready(60)
    assert first(engine, "levitate elephants") == "levitate_elephants"


def test_a_file_in_a_new_folder_leaves_the_index_complete_for_another_process(tmp_path, engine_of):
    root = tmp_path / "project"
    root.mkdir()
    (root / "one.py").write_text(module(1))
    writer = engine_of()
    writer.start([root], watch=False)
    assert writer.wait_until_ready(30)
    (root / "new").mkdir()
    (root / "new" / "fresh.py").write_text("def levitate_elephants():\n    return broomstick\n")
    writer.files_changed([str(root / "new")])
    assert writer.wait_until_ready(30)
    reader = engine_of()
    reader.start([root], watch=False)
    assert reader.wait_until_ready(30)
    assert not reader.status().folders[0].writable
    assert first(reader, "levitate elephants") == "levitate_elephants"


KILLED = """
    import sys, threading
    from pathlib import Path
    from dowse.engine import Engine
    from dowse.settings import Settings
    engine = Engine(Settings(), cache_dir=Path(sys.argv[1]))
    engine.start([Path(sys.argv[2])], watch=False)
    print("started", flush=True)
    engine.wait_until_ready()
    print("ready", flush=True)
    threading.Event().wait()
"""


def test_kills_lose_nothing_that_was_committed(tree, tmp_path, engine_of, embedded):
    rng = random.Random(11)
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", dedent(KILLED), str(tmp_path / "cache"), str(tree)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=rng.uniform(0.2, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
    engine = engine_of()
    engine.start([tree], watch=False)
    assert engine.wait_until_ready(60)
    status = engine.status().folders[0]
    assert (status.files_indexed, status.chunks_embedded) == (600, status.chunks_total)
    assert first(engine, "step_599_7") == "step_599_7"
    assert len(embedded) == len(set(embedded))


def test_edits_typed_while_searching_never_give_a_range_outside_the_text(tmp_path, engine_of):
    root = tmp_path / "project"
    root.mkdir()
    file = root / "one.py"
    file.write_text(module(1))
    engine = engine_of()
    engine.start([root], watch=False)
    assert engine.wait_until_ready(30)
    document = str(file)
    engine.open_document(document, "python", file.read_text())
    stop = threading.Event()

    def type_and_undo() -> None:
        while not stop.is_set():
            engine.change_document(document, [Edit(Span(0, 0, 0, 0), "# new line\n" * 50)])
            engine.change_document(document, [Edit(Span(0, 0, 50, 0), "")])

    typist = threading.Thread(target=type_and_undo)
    typist.start()
    try:
        for _ in range(60):
            for hit in engine.search(SearchRequest("step value", limit=10)).hits:
                assert hit.text
                assert hit.span.start_line <= hit.selection.start_line <= hit.span.end_line
    finally:
        stop.set()
        typist.join()


def test_a_folder_that_is_opened_while_the_engine_stops_is_let_go(tmp_path, engine_of, monkeypatch):
    root, cache, open_index = tmp_path / "root", tmp_path / "cache", IndexWriter.open
    root.mkdir()
    opening, go_on, opened = threading.Event(), threading.Event(), threading.Event()

    def open_slowly(root, cache, tuning):
        opening.set()
        go_on.wait(30)
        index = open_index(root, cache, tuning)
        opened.set()
        return index

    monkeypatch.setattr(IndexWriter, "open", open_slowly)
    engine = engine_of()
    engine.start([root], watch=False)
    assert opening.wait(30)
    engine.stop(timeout=0.1)
    go_on.set()
    assert opened.wait(30)

    def can_be_written() -> bool:
        index = open_index(root, cache)
        try:
            return index.writable
        finally:
            index.close()

    until(can_be_written)
