"""A file that takes its parser long holds nothing up but itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dowse.chunking.worker_process import WorkerProcess
from dowse.engine import Engine, EngineStatus
from dowse.search.query import Cancelled, SearchRequest
from dowse.settings import Settings
from dowse.status import IndexState
from indexing.conftest import HASH, EngineOf
from indexing.modules import FILES, modules_in
from waiting import until


class SlowParser:
    """Takes until it is let go for the files that are named, in workers that read many."""

    def __init__(self) -> None:
        self.slow: set[str] = set()
        self.met = threading.Event()
        self.let_go = threading.Event()


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> SlowParser:
    parser = SlowParser()
    prepare = WorkerProcess.prepare

    def preparing(worker, root, path, *arguments, **more):
        if worker.background and path in parser.slow:
            parser.met.set()
            parser.let_go.wait(60)
        return prepare(worker, root, path, *arguments, **more)

    chunk = WorkerProcess.chunk

    def chunking(worker, path, *arguments, **more):
        if path in parser.slow:
            parser.met.set()
            parser.let_go.wait(60)
        return chunk(worker, path, *arguments, **more)

    monkeypatch.setattr(WorkerProcess, "prepare", preparing)
    monkeypatch.setattr(WorkerProcess, "chunk", chunking)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # one worker
    return parser


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return modules_in(tmp_path / "root")


@pytest.fixture
def opened(root: Path, parser: SlowParser, engine_of: EngineOf) -> Iterator[Callable[..., Engine]]:
    def open_(statuses: list[EngineStatus] | None = None, **tuning: float) -> Engine:
        engine = engine_of(Settings(models=HASH), statuses=statuses, **tuning)
        engine.start([root], watch=False)
        return engine

    yield open_
    parser.let_go.set()


def indexed(status: EngineStatus) -> int:
    return sum(folder.files_indexed for folder in status.folders)


def test_how_much_there_is_to_do_is_told_before_the_first_file_is_done(root, opened, parser) -> None:
    parser.slow = {path.name for path in root.iterdir()}
    told: list[EngineStatus] = []
    opened(told)
    until(lambda: any(sum(f.files_total for f in status.folders) == FILES for status in told), "no total was told")
    assert {(status.state, indexed(status)) for status in told} == {(IndexState.INDEXING, 0)}


def test_what_was_read_before_it_and_what_is_saved_meanwhile_is_found(root, opened, parser) -> None:
    parser.slow = {f"module_{FILES - 1:02}.py"}
    engine = opened()
    assert parser.met.wait(60)
    until(lambda: indexed(engine.status()) == FILES - 1, "what was read is not in the index")
    (root / "saved.py").write_text("def levitate_elephants():\n    return broomstick\n")
    engine.files_changed([str(root / "saved.py")])
    until(lambda: engine.search(SearchRequest("levitate elephants")).hits != (), "what was saved is not found")
    assert not parser.let_go.is_set()
    parser.let_go.set()
    assert engine.wait_until_ready(60)
    assert indexed(engine.status()) == FILES + 1


def test_an_open_document_that_is_slow_holds_up_no_search(root, opened, parser) -> None:
    engine = opened(wait_for_edit=0.2, slow_document=0.05)
    assert engine.wait_until_ready(60)
    parser.slow = {"slow.py"}
    engine.open_document(str(root / "slow.py"), "python", "def juggle_lighthouses():\n    return lantern\n")
    assert engine.search(SearchRequest("step value")).hits  # from what the index has
    assert parser.met.is_set()
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        engine.search(SearchRequest("step value"), cancel)
    parser.let_go.set()
    until(lambda: engine.search(SearchRequest("juggle lighthouses")).hits != (), "what was slow is never found")
