"""Waiting for the index: never without end, and never without a word for another process."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from dowse.chunking.chunker_pool import prepare
from dowse.cli.progress import Patience, wait_for_index
from dowse.engine import Engine
from dowse.index.writer import IndexWriter
from dowse.search.query import SearchRequest
from dowse.settings import FileSettings, Settings
from dowse.status import IndexState


def test_an_index_that_another_process_never_finishes_is_told_and_answers_with_what_it_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "one.py").write_text("def levitate_elephants():\n    return broomstick\n")
    with closing(IndexWriter.open(root, tmp_path / "cache")) as writer:
        writer.mark_incomplete()
        writer.apply([prepare(root, "one.py", FileSettings())])
        engine = Engine(Settings(), cache_dir=tmp_path / "cache")
        try:
            engine.start([root], watch=False)
            wait_for_index(engine, patience=Patience(word=0.1, other_process=0.5))
            answer = engine.search(SearchRequest("levitate elephants"))
        finally:
            engine.stop()
    said = capsys.readouterr().err
    assert f"another process is indexing {root}" in said
    assert "no progress" in said
    assert [hit.name for hit in answer.hits] == ["levitate_elephants"]
    assert answer.index.state is IndexState.INDEXING
