"""What ``import dowse`` offers to scripts."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import dowse
from dowse.embedding import api


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A user without settings of their own, and a process that has opened nothing."""
    monkeypatch.setattr("dowse.settings.user_file", lambda: tmp_path / "config.toml")
    api._process.cache_clear()
    yield
    worker, _ = api._process()
    worker.stop(10)
    api._process.cache_clear()


def test_documents_and_queries_become_unit_vectors() -> None:
    vectors = dowse.embed_documents(["open a file", "close a socket", ""], model="hash")
    query = dowse.embed_query("open files", model="hash")
    assert (vectors.shape, vectors.dtype, query.shape, query.dtype) == ((3, 256), np.float32, (256,), np.float32)
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1, atol=1e-5)
    assert int((vectors @ query).argmax()) == 0
    assert dowse.embed_documents([], model="hash").shape == (0, 256)
    assert dowse.embed_query("open", "prose", "documentation", "hash:64").shape == (64,)


def test_the_user_s_own_settings_choose_the_model_of_a_space(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[models]\ncode = "hash:64"\nprose = "hash:32"\n')
    assert dowse.embed_query("x").shape == (64,)
    assert dowse.embed_query("x", "prose").shape == (32,)
    assert dowse.model_info("prose").dimensions == 32


def test_a_mistake_in_the_settings_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[models]\ncode = 3\n")
    with pytest.raises(ValueError, match=r"config\.toml: models\.code"):
        dowse.embed_query("x")
    (tmp_path / "config.toml").unlink()
    dowse.embed_query("x")  # and nothing remembers it


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(TypeError, match="sequence of texts"):
        dowse.embed_documents("one text")
    with pytest.raises(ValueError, match="space is one of code, prose"):
        dowse.embed_query("x", "poetry")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="query_type is one of general"):
        dowse.embed_query("x", query_type="haiku")  # type: ignore[arg-type]
    with pytest.raises(dowse.ModelError, match="there is no model"):
        dowse.embed_query("x", model="nonsense")
    with pytest.raises(AttributeError, match="has no attribute"):
        dowse.nonsense  # type: ignore[attr-defined]  # noqa: B018


def test_many_threads_use_one_model() -> None:
    texts = [f"text {i}" for i in range(40)]
    expected = dowse.embed_documents(texts, model="hash")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: dowse.embed_documents([text], model="hash")[0], texts))
    assert np.allclose(found, expected, atol=1e-6)
    worker, _ = api._process()
    assert list(worker.states()) == ["hash"]


def test_importing_is_light_and_a_script_ends_by_itself() -> None:
    code = (
        "import sys, dowse\n"
        "assert 'numpy' not in sys.modules\n"
        "assert {'embed_query', 'EmbeddingStore'} <= set(dir(dowse))\n"
        "print(dowse.embed_query('x', model='hash:64').shape)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ)
    )
    assert (ran.returncode, ran.stdout) == (0, "(64,)\n"), ran.stderr
