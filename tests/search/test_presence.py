"""What a search does to show the truth."""

from collections import Counter

import pytest

from dowse.chunking.preparing import ChunkerPool
from dowse.engine import Engine
from dowse.search.query import SearchRequest
from dowse.settings import ModelSettings, Settings

HASH = Settings(models=ModelSettings(code="hash", prose="hash"))
NOTEBOOK = '{"cells": [%s], "metadata": {}}'
CELL = '{"cell_type": "code", "source": "def weigh_%s_%d(parcels):\\n    return parcels\\n"}'


def test_notebooks_whose_hits_take_turns_are_each_chunked_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only chunking tells where a cell stands; between two searches nothing has changed."""
    root = tmp_path / "root"
    root.mkdir()
    for name in ("sea", "air", "road"):
        (root / f"{name}.ipynb").write_text(NOTEBOOK % ",\n".join(CELL % (name, number) for number in range(4)))
    chunked: Counter[str] = Counter()
    chunk = ChunkerPool.chunk

    def counting(pool, path, text, language=None):
        chunked[path] += 1
        return chunk(pool, path, text, language)

    monkeypatch.setattr(ChunkerPool, "chunk", counting)
    engine = Engine(HASH, cache_dir=tmp_path / "cache")
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(60)
        for _ in range(2):
            assert len(engine.search(SearchRequest("weigh parcels")).hits) == 12
        assert chunked == {"sea.ipynb": 1, "air.ipynb": 1, "road.ipynb": 1}
    finally:
        engine.stop()
