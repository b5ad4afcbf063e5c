"""Preparing files: here for a few, in worker processes for many; workers that fail, idle, and are orphaned."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from itertools import cycle

import pytest

from dowse.chunking import chunker_pool, worker_process
from dowse.chunking.chunker import chunk_text
from dowse.chunking.chunker_pool import ChunkerPool, MissingFile, PreparedFile, prepare
from dowse.settings import FileSettings
from dowse.throttle import BackgroundThrottle
from dowse.workspace.source import SkipReason

WAIT = 20.0


@pytest.fixture
def tree(tmp_path):
    for i in range(30):
        (tmp_path / f"m{i}.py").write_text(f"def f{i}(x):\n    y = x + {i}\n    return y\n")
    (tmp_path / "data.bin").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    return tmp_path


def paths(tree):
    return sorted(path.name for path in tree.iterdir())


def run(pool, tree, names, stop=None):
    found = pool.prepare_all(tree, names, stop or threading.Event(), FileSettings())
    return {each.path: each for each in found if each is not None}


def test_a_file_is_read_and_chunked(tree):
    found = prepare(tree, "m1.py", FileSettings())
    assert isinstance(found, PreparedFile)
    assert found.language == "python"
    assert [chunk.name for chunk in found.chunks] == ["f1"]


def test_what_is_no_source_is_left_out_with_the_reason(tree):
    assert prepare(tree, "data.bin", FileSettings()).reason is SkipReason.BINARY
    assert prepare(tree, "table.csv", FileSettings()).reason is SkipReason.UNKNOWN_LANGUAGE
    assert prepare(tree, "gone.py", FileSettings()) == MissingFile("gone.py")


def test_workers_give_what_preparing_here_gives(tree):
    with closing(ChunkerPool(2)) as pool:
        names = [*paths(tree), "gone.py"]
        found = run(pool, tree, names)
    assert found == {name: prepare(tree, name, FileSettings()) for name in names}


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names are Unicode")
def test_a_name_that_is_no_utf_8_reaches_the_worker(tree):
    name = os.fsdecode(b"caf\xe9.py")
    (tree / name).write_text("print(1)\n")
    with closing(ChunkerPool(1)) as pool:
        found = run(pool, tree, [name, *paths(tree)])
    assert isinstance(found[name], PreparedFile)
    assert [chunk.name for chunk in found[name].chunks] == ["caf\udce9"]


def test_a_few_small_files_and_open_texts_share_one_process_that_keeps_its_priority(tree, monkeypatch):
    started = []

    class Recorded(worker_process.WorkerProcess):
        def __init__(self, *, background):
            super().__init__(background=background)
            started.append(background)

    monkeypatch.setattr(chunker_pool, "WorkerProcess", Recorded)
    with closing(ChunkerPool(1)) as pool:
        assert set(run(pool, tree, ["m1.py", "m2.py"])) == {"m1.py", "m2.py"}
        assert [chunk.name for chunk in pool.chunk("a.py", "def f():\n    return 1\n")] == ["f"]
        assert started == [False]


@pytest.mark.parametrize("text", ["x = '\ud800'\n", "def \udce9():\n    return '\ud83d'\n", "# nothing\n"])
def test_a_text_with_halves_of_characters_comes_back_as_it_went(tree, text):
    with closing(ChunkerPool(1)) as pool:
        for path in ("a.py", "caf\udce9.py", "untitled:\ud800"):
            assert list(pool.chunk(path, text, "python")) == chunk_text(path, text, "python")


def test_a_language_that_nobody_can_spell_is_an_unknown_one(tree):
    text = "def f():\n    return 1\n"
    with closing(ChunkerPool(1)) as pool:
        assert list(pool.chunk("a.py", text, "\ud800")) == chunk_text("a.py", text, "?")


def test_stopping_ends_the_stream(tree):
    stop = threading.Event()
    with closing(ChunkerPool(1)) as pool:
        stream = pool.prepare_all(tree, cycle(paths(tree)), stop, FileSettings())
        next(stream)
        stop.set()
        list(stream)
        assert set(run(pool, tree, paths(tree))) == set(paths(tree))  # the pool goes on


def test_closing_the_pool_ends_the_stream(tree):
    pool = ChunkerPool(1)
    stream = pool.prepare_all(tree, cycle(paths(tree)), threading.Event(), FileSettings())
    next(stream)
    pool.close()
    list(stream)


def test_closing_the_pool_says_nothing_of_the_file_that_was_being_read(tree, monkeypatch):
    """What is said of a file is kept: a server that ends must not leave out what was saved just before."""
    asked, prepare_there = threading.Event(), worker_process.WorkerProcess.prepare

    def noted(worker, *arguments, **more):
        asked.set()
        return prepare_there(worker, *arguments, **more)

    monkeypatch.setattr(worker_process.WorkerProcess, "prepare", noted)
    monkeypatch.setattr(worker_process, "_COMMAND", (sys.executable, "-P", "-c", CRASHING_WORKER))
    pool, found = ChunkerPool(1), {}
    reading = threading.Thread(target=lambda: found.update(run(pool, tree, ["m8.py"])))
    reading.start()
    assert asked.wait(WAIT)
    pool.close()
    reading.join(WAIT)
    assert not reading.is_alive()
    assert found == {}


def test_an_error_in_the_list_of_paths_reaches_the_caller(tree):
    def broken():
        yield from paths(tree)
        raise LookupError("no more")

    with closing(ChunkerPool(1)) as pool, pytest.raises(LookupError):
        run(pool, tree, broken())


CRASHING_WORKER = """
import os
from dowse.chunking import prepared_file, worker
prepare = prepared_file.prepare
chunk_text = worker.chunk_text
def survive(path):
    if path in ("m7.py", "m9.py"):
        os.abort()
    if path == "m8.py":
        import time
        time.sleep(3600)
    if path == "m10.py":
        while True:
            pass
def fragile(root, path, settings, *, parse):
    if parse or path == "m9.py":
        survive(path)
    return prepare(root, path, settings, parse=parse)
def fragile_text(path, text, language):
    survive(path)
    return chunk_text(path, text, language)
worker.prepare, worker.chunk_text, worker.PROCESSOR_SECONDS = fragile, fragile_text, 1.0
worker.main()
"""


def test_a_file_that_kills_or_stalls_its_worker_is_cut_at_lines_and_costs_no_other(tree, monkeypatch):
    """What fails without a parser too is left out."""
    monkeypatch.setattr(worker_process, "_COMMAND", (sys.executable, "-P", "-c", CRASHING_WORKER))
    monkeypatch.setattr(chunker_pool, "FILE_SECONDS", 6.0)
    with closing(ChunkerPool(2)) as pool:
        found = run(pool, tree, paths(tree))
    assert found.pop("m9.py").reason is SkipReason.PARSER_FAILED
    assert found == {
        name: prepare(tree, name, FileSettings(), parse=name not in ("m7.py", "m8.py", "m10.py"))
        for name in paths(tree)
        if name != "m9.py"
    }


@pytest.mark.skipif(sys.platform == "win32", reason="the system counts a process's time, on Windows nobody does")
def test_a_file_whose_parser_computes_without_end_is_cut_at_lines(tree, monkeypatch):
    monkeypatch.setattr(worker_process, "_COMMAND", (sys.executable, "-P", "-c", CRASHING_WORKER))
    monkeypatch.setattr(chunker_pool, "FILE_SECONDS", 3600.0)
    with closing(ChunkerPool(1)) as pool:
        found = run(pool, tree, ["m10.py", "m1.py", "m2.py", "m3.py", "m4.py"])
    assert found["m10.py"] == prepare(tree, "m10.py", FileSettings(), parse=False)
    assert found["m4.py"] == prepare(tree, "m4.py", FileSettings())


def unparsed(path, text):
    return chunk_text(path, text, "python", parse=False)


def test_an_open_text_that_kills_or_stalls_its_worker_is_cut_without_it(tree, monkeypatch):
    monkeypatch.setattr(worker_process, "_COMMAND", (sys.executable, "-P", "-c", CRASHING_WORKER))
    monkeypatch.setattr(chunker_pool, "URGENT_SECONDS", 3.0)
    text = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"
    with closing(ChunkerPool(2)) as pool:
        for path in ("m7.py", "m8.py"):
            assert list(pool.chunk(path, text, "python")) == unparsed(path, text) != []
            with monkeypatch.context() as unasked:
                unasked.setattr(pool, "_take", None)  # the document's next state is not tried at once
                assert list(pool.chunk(path, text + "\n", "python")) == unparsed(path, text + "\n")
        assert [chunk.name for chunk in pool.chunk("m1.py", text, "python")] == ["f", "g"]


def test_a_question_that_cannot_be_asked_leaves_no_process_behind(tree):
    with closing(ChunkerPool(1)) as pool:
        for _ in range(3):
            with pytest.raises(AttributeError):
                pool.chunk("a.py", None, "python")  # type: ignore[arg-type]
            assert pool._all == set()
        assert pool.chunk("a.py", "def f():\n    return 1\n", "python")[0].name == "f"


def test_where_no_process_can_be_started_files_are_prepared_here(tree, monkeypatch):
    monkeypatch.setattr(worker_process, "_COMMAND", ("/no/such/program",))
    with closing(ChunkerPool(2)) as pool:
        assert set(run(pool, tree, paths(tree))) == set(paths(tree))


def test_an_idle_worker_ends(tree, monkeypatch):
    monkeypatch.setattr(chunker_pool, "IDLE_SECONDS", 0.0)
    started = []
    start = worker_process.WorkerProcess.__init__

    def record(self, *, background):
        start(self, background=background)
        started.append(self._process)

    monkeypatch.setattr(worker_process.WorkerProcess, "__init__", record)
    with closing(ChunkerPool(1)) as pool:
        run(pool, tree, paths(tree))
        assert started[0].wait(WAIT) is not None


def test_workers_that_something_else_has_ended_cost_no_file(tree, monkeypatch):
    started, start = [], worker_process.WorkerProcess.__init__

    def record(self, *, background):
        start(self, background=background)
        started.append(self._process)

    monkeypatch.setattr(worker_process.WorkerProcess, "__init__", record)
    with closing(ChunkerPool(4)) as pool:
        run(pool, tree, paths(tree) * 10)
        assert len(started) > 1
        for process in started:
            process.kill()
            process.wait(WAIT)
        found = run(pool, tree, paths(tree))
    assert found == {name: prepare(tree, name, FileSettings()) for name in paths(tree)}


PARENT = """
import os, sys, threading
from pathlib import Path
from dowse.chunking import worker_process
from dowse.chunking.chunker_pool import ChunkerPool
from dowse.settings import FileSettings
from dowse.throttle import BackgroundThrottle

start = worker_process.WorkerProcess.__init__
def record(self, *, background):
    start(self, background=background)
    os.write(1, f"{self.pid}\\n".encode())  # in one piece: several threads start workers
worker_process.WorkerProcess.__init__ = record

tree = Path(sys.argv[1])
names = [p.name for p in tree.iterdir()]
for found in ChunkerPool(2).prepare_all(tree, names, threading.Event(), FileSettings()):
    pass
print("done", flush=True)
threading.Event().wait()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="tells of another process's end on Linux only")
def test_workers_end_when_the_server_is_killed(tree):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tree)], stdout=subprocess.PIPE, text=True)
    workers = []
    for line in parent.stdout:
        if line.strip() == "done":
            break
        workers.append(os.pidfd_open(int(line)))
    assert workers
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(WAIT)
    parent.stdout.close()
    import select

    for worker in workers:
        assert select.select([worker], [], [], WAIT)[0], "a worker outlived its parent"
        os.close(worker)


def test_a_worker_writes_nothing_but_replies_and_survives_ctrl_c(tree):
    worker = worker_process.WorkerProcess(background=True)
    try:
        assert isinstance(worker.prepare(tree, "m1.py", FileSettings()), PreparedFile)
        os.kill(worker.pid, signal.SIGINT)
        assert isinstance(worker.prepare(tree, "m2.py", FileSettings()), PreparedFile)
    finally:
        worker.kill()


class TestManyFilesInWorkers:
    """How many of them are in work at the same time."""

    @pytest.fixture
    def most(self, monkeypatch):
        """The highest number so far; a file is held until as many as ``together`` are there, or can be no more."""

        class InWork:
            def __init__(self):
                self.now = self.most = 0
                self.together = 1
                self.changed = threading.Condition()

            def prepare(self, worker, *arguments, **more):
                with self.changed:
                    self.now += 1
                    self.most = max(self.most, self.now)
                    self.changed.notify_all()
                    self.changed.wait_for(lambda: self.most >= self.together, WAIT)
                try:
                    return prepare_in_process(worker, *arguments, **more)
                finally:
                    with self.changed:
                        self.now -= 1

        in_work = InWork()
        prepare_in_process = worker_process.WorkerProcess.prepare
        monkeypatch.setattr(
            worker_process.WorkerProcess,
            "prepare",
            lambda worker, *arguments, **more: in_work.prepare(worker, *arguments, **more),
        )
        return in_work

    def test_are_as_many_as_there_are_workers(self, tree, most):
        most.together = 3
        with closing(ChunkerPool(3)) as pool:
            run(pool, tree, paths(tree))
        assert most.most == 3

    def test_are_one_while_somebody_types(self, tree, most):
        typing = BackgroundThrottle(quiet_seconds=3600.0)
        typing.note_keystroke()
        with closing(ChunkerPool(3, typing)) as pool:
            assert set(run(pool, tree, paths(tree))) == set(paths(tree))
        assert most.most == 1
