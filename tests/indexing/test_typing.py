"""Indexing makes room for somebody who types."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dowse.chunking import chunker_pool
from dowse.chunking.worker_process import WorkerProcess
from dowse.embedding.hash_model import HashingModel
from dowse.engine import Edit, Engine
from dowse.indexing.tuning import IndexingTuning
from dowse.search.query import SearchRequest
from dowse.settings import ModelSettings, Settings
from indexing.conftest import module

HASH = Settings(models=ModelSettings(code="hash", prose="hash"))


class Pieces:
    """What is in work in the background: files in workers and batches in a model."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def counted(self, work, counts=lambda *arguments: True):
        def counting(*arguments, **more):
            if not counts(*arguments):
                return work(*arguments, **more)
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            try:
                return work(*arguments, **more)
            finally:
                with self._lock:
                    self._now -= 1

        return counting


def test_one_file_or_batch_is_in_work_at_a_time_and_what_is_typed_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunker_pool.os, "cpu_count", lambda: 5)
    pieces = Pieces()
    is_background = lambda worker, *arguments: worker.background  # noqa: E731
    monkeypatch.setattr(WorkerProcess, "prepare", pieces.counted(WorkerProcess.prepare, is_background))
    batches: list[int] = []

    def saved(model, texts) -> bool:
        batches.append(len(texts))
        return "typed" not in "".join(texts)

    monkeypatch.setattr(HashingModel, "embed_documents", pieces.counted(HashingModel.embed_documents, saved))
    root = tmp_path / "root"
    root.mkdir()
    for number in range(60):
        (root / f"module_{number}.py").write_text(module(number))
    engine = Engine(HASH, cache_dir=tmp_path / "cache", tuning=IndexingTuning(quiet_after_typing=3600.0))
    try:
        document = str(root / "open.py")
        engine.open_document(document, "python", "")
        engine.change_document(document, [Edit(None, "def typed_juggling():\n    return lantern\n")])
        engine.start([root], watch=False)
        assert [hit.name for hit in engine.search(SearchRequest("typed juggling", limit=1)).hits] == ["typed_juggling"]
        assert engine.wait_until_ready(100)
        status = engine.status().folders[0]
        assert (status.files_indexed, status.chunks_embedded) == (60, status.chunks_total)
        assert pieces.most == 1
        assert max(batches) <= IndexingTuning().embed_batch_while_typing
    finally:
        engine.stop()
