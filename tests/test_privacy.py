"""What docs/privacy.md and docs/security.md promise, checked on the whole engine."""

import logging
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from attacks import guard
from dowse.embedding.model import ModelError
from dowse.embedding.model_files import find_model_files
from dowse.engine import Engine
from dowse.search.query import SearchRequest
from dowse.settings import PROJECT_FILE, ModelSettings, Settings, layered, read_project_file
from embedding.endpoint import running, status

FIXTURES = Path(__file__).parent.parent / "fixtures"

SECRET = "the quokka tariff is computed from seventeen marmalade crates"
SOURCE = f'''
def tariff(crates):
    """Work out what is owed: {SECRET}."""
    total = 0
    for crate in crates:
        total += crate.weight * 17
    return total
'''
QUESTION = "how many xylophone parcels are owed to the quokka"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "tariff.py").write_text(SOURCE, "utf-8")
    (folder / "broken.py").write_bytes(b"if x:\n  y = (\n  '''" + SECRET.encode() + b"\xff\xfe")
    (folder / "notes.md").write_text(f"# Tariffs\n\n{SECRET}\n", "utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def use(workspace: Path, cache: Path) -> None:
    """Index, search an edited document, and stop."""
    engine = Engine(Settings(), cache_dir=cache)
    engine.start([workspace], watch=False)
    try:
        assert engine.wait_until_ready(30)
        engine.open_document(str(workspace / "tariff.py"), "python", SOURCE + "\n# " + SECRET)
        assert engine.search(SearchRequest(query=QUESTION)).hits
    finally:
        engine.stop()


def test_indexing_and_searching_open_no_connection(tmp_path: Path) -> None:
    """Python announces every connection and name lookup; the process here dies of the first."""
    script = f"""
        import os, sys
        from pathlib import Path

        def refuse(event, details):
            if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
                print(event, details, file=sys.stderr, flush=True)
                os._exit(7)

        sys.addaudithook(refuse)
        from dowse.engine import Engine
        from dowse.search.query import SearchRequest
        from dowse.settings import Settings

        engine = Engine(Settings(), cache_dir=Path({str(tmp_path)!r}))
        engine.start([Path({str(FIXTURES)!r})])
        assert engine.wait_until_ready(60)
        assert engine.search(SearchRequest(query="circuit breaker")).hits
        engine.stop()
        """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=90, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_no_process_of_the_tests_reaches_another_machine(tmp_path: Path) -> None:
    """Not even one that wants to: what ``attacks.guard`` does for the whole run."""
    noted = tmp_path / "noted"
    script = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    environment = {**os.environ, guard.NOTED: str(noted)}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False)
    assert "reach no other machine" in ran.stderr
    assert "192.0.2.1" in noted.read_text("utf-8")


def test_neither_source_text_nor_questions_are_logged(
    workspace: Path, cache: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        use(workspace, cache)
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    printed = "".join(capfd.readouterr())
    for word in ("quokka", "marmalade", "xylophone"):
        assert word not in logged
        assert word not in printed


def test_the_cache_holds_no_copy_of_the_source(workspace: Path, cache: Path) -> None:
    use(workspace, cache)
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    assert [path.name for path in files if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_user_can_read_the_cache(workspace: Path, cache: Path) -> None:
    before = os.umask(0)
    try:
        use(workspace, cache)
    finally:
        os.umask(before)
    open_to_others = {
        path.relative_to(cache).as_posix(): oct(stat.S_IMODE(path.stat().st_mode))
        for path in cache.rglob("*")
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        and not any(not parent.stat().st_mode & 0o077 for parent in path.parents if cache in (parent, *parent.parents))
    }
    assert open_to_others == {}


@pytest.mark.parametrize(
    "line",
    [
        'models.code = "sentence-transformers:somebody/else"',
        'models.prose = "sentence-transformers:/etc"',
        "models.allowDownload = true",
        'models.device = "cuda"',
        'models.trustRemoteCode = ["somebody/else"]',
        'models.backend = "onnx"',
        'models.precision = "int8"',
        'models.code = "openai:m@https://elsewhere.example/v1"',
        'models.prose = ["hash", "ollama:m@http://elsewhere.example"]',
        "models.requestsPerMinute = 100000",
    ],
)
def test_a_workspace_cannot_choose_models_or_downloads(workspace: Path, line: str) -> None:
    (workspace / PROJECT_FILE).write_text(line + "\n", "utf-8")
    settings, problems = read_project_file(workspace, Settings())
    assert settings == Settings()
    assert [problem.name for problem in problems] == [line.partition(" ")[0]]


def test_the_code_that_a_model_brings_runs_for_no_workspace(workspace: Path, tmp_path: Path) -> None:
    """Even where a workspace holds both the model and the wish: only the user's own settings consent."""
    model = workspace / "model"
    model.mkdir()
    (model / "config.json").write_text("{}", "utf-8")
    (model / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    (model / "modules.json").write_text('[{"path": "", "type": "evil.Module"}]', "utf-8")
    (workspace / PROJECT_FILE).write_text(f"models.trustRemoteCode = ['{model}']\n", "utf-8")
    settings, _ = read_project_file(workspace, Settings())
    with pytest.raises(ModelError, match="needs code of its own"):
        find_model_files(str(model), settings.models)
    consent, _ = layered(Settings(), {"models.trustRemoteCode": [str(model)]}, "user", trusted=True)
    assert find_model_files(str(model), consent.models).own_code


def test_an_endpoint_gets_texts_and_no_key_of_another_and_nothing_of_it_is_logged(
    workspace: Path,
    cache: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secrets = {"OPENAI_API_KEY": "sk-seventeen", "HF_TOKEN": "hf_eighteen"}
    told: list[str] = []
    with running() as endpoint, caplog.at_level(logging.DEBUG):
        secrets[f"DOWSE_KEY_127_0_0_1_{endpoint.port}"] = "sk-nineteen"
        for variable, secret in secrets.items():
            monkeypatch.setenv(variable, secret)
        settings = Settings(models=ModelSettings(code=endpoint.openai))
        engine = Engine(settings, cache_dir=cache, on_message=lambda message: told.append(message.text))
        engine.start([workspace], watch=False)
        try:
            assert engine.wait_until_ready(30)
            assert engine.search(SearchRequest(query=QUESTION)).hits
            endpoint.behave = status(401, {"X-Key": "sk-nineteen"}, b'{"error": {"message": "sk-nineteen"}}')
            assert engine.search(SearchRequest(query=f"{QUESTION} again")).hits
            told.append(repr((engine.status(), settings)))
        finally:
            engine.stop()
        assert {headers["Authorization"] for headers in endpoint.headers} == {"Bearer sk-nineteen"}
    logged = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    shown = logged + "".join(capfd.readouterr()) + "".join(told)
    for word in ("quokka", "marmalade", "xylophone", *secrets.values()):
        assert word not in shown


def test_a_link_out_of_the_workspace_is_not_followed(workspace: Path, cache: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.py").write_text("def wombat_ledger():\n    return 'wombat ledger'\n", "utf-8")
    (workspace / "link").symlink_to(outside, target_is_directory=True)
    engine = Engine(Settings(), cache_dir=cache)
    engine.start([workspace], watch=False)
    try:
        assert engine.wait_until_ready(30)
        hits = engine.search(SearchRequest(query="wombat ledger", limit=50)).hits
    finally:
        engine.stop()
    assert not any("wombat" in hit.text for hit in hits)
