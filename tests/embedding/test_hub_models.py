"""Models of the hub: downloaded only when allowed, once, without what is not needed, and complete."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dowse.embedding.downloads import download, plan_download
from dowse.embedding.model import ModelError
from dowse.embedding.model_files import find_graph_files, find_model_files
from dowse.settings import ModelSettings
from embedding.hub import COMMIT, Hub, running_hub
from embedding.weights import write_model_folder

pytest.importorskip("huggingface_hub", reason="the extra transformers is not installed")


def redirect(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    from huggingface_hub import constants

    template = constants.HUGGINGFACE_CO_URL_TEMPLATE.replace(constants.ENDPOINT, address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "ENDPOINT", address)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    folder = write_model_folder(tmp_path / "published")
    (folder / "pytorch_model.bin").write_bytes(b"a pickle beside the safetensors")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.json").write_text("{}")
    (folder / "onnx" / "model.onnx").write_bytes(b"a graph" * 1000)
    (folder / "modeling_own.py").write_text("raise SystemExit('this must not run')")
    with running_hub(folder) as hub:
        redirect(monkeypatch, hub.address)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
        yield hub


def test_a_model_is_not_downloaded_unasked(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"org/tiny is not on this machine .* set models\.allowDownload to true"):
        find_model_files("org/tiny", ModelSettings())
    assert hub.requests == []
    assert not (tmp_path / "cache").exists()


def test_a_model_is_downloaded_once_and_without_what_is_not_needed(hub: Hub) -> None:
    files = find_model_files("org/tiny", ModelSettings(allow_download=True))
    assert (files.name, files.revision) == ("org/tiny", COMMIT)
    fetched = {path.relative_to(files.folder).as_posix() for path in files.folder.rglob("*") if path.is_file()}
    assert fetched == {"config.json", "modules.json", "1_Pooling/config.json", "model.safetensors"}
    hub.requests.clear()
    assert find_model_files("org/tiny", ModelSettings(allow_download=True)) == files
    assert find_model_files("org/tiny", ModelSettings()) == files
    assert find_model_files(f"org/tiny@{COMMIT}", ModelSettings()) == files
    assert hub.requests == []


def test_an_interrupted_download_is_completed(hub: Hub) -> None:
    hub.withheld = {"model.safetensors"}
    with pytest.raises(ModelError, match="org/tiny cannot be downloaded"):
        find_model_files("org/tiny", ModelSettings(allow_download=True))
    with pytest.raises(ModelError, match=r"no weights|incomplete|not on this machine"):
        find_model_files("org/tiny", ModelSettings())
    hub.withheld = set()
    assert find_model_files("org/tiny", ModelSettings(allow_download=True)).revision == COMMIT


def test_a_hub_that_does_not_answer_is_an_error_that_names_the_model(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    redirect(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(ModelError, match="org/tiny cannot be downloaded"):
        find_model_files("org/tiny", ModelSettings(allow_download=True))


def fetched(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


CONFIGURATION = {"config.json", "modules.json", "1_Pooling/config.json"}


def test_where_graphs_are_run_a_model_s_graph_is_downloaded_instead_of_its_weights(hub: Hub) -> None:
    allowed = ModelSettings(allow_download=True)
    assert find_graph_files("org/tiny", ModelSettings()) is None
    assert hub.requests == []
    files = find_graph_files("org/tiny", allowed)
    assert files is not None
    assert fetched(files.folder) == {*CONFIGURATION, "onnx/model.json", "onnx/model.onnx"}
    hub.requests.clear()
    assert find_graph_files("org/tiny", allowed) == files
    assert hub.requests == []


def test_a_model_s_own_code_is_downloaded_only_with_consent_to_it(hub: Hub) -> None:
    classes = {"AutoModel": "modeling_own.OwnModel", "AutoConfig": "org/tiny--modeling_own.OwnConfig"}
    hub.files["config.json"] = json.dumps({"model_type": "own", "auto_map": classes}).encode()
    settings = ModelSettings(allow_download=True, trust_remote_code=("org/other", "tiny"))
    assert "modeling_own.py" not in fetched(find_model_files("org/tiny", settings).folder)
    with pytest.raises(ModelError, match=r"is not on this machine|is missing"):
        find_model_files("org/tiny", ModelSettings(trust_remote_code=("org/tiny",)))
    settings = ModelSettings(allow_download=True, trust_remote_code=("org/tiny",))
    files = find_model_files("org/tiny", settings)
    assert files.own_code
    assert "modeling_own.py" in fetched(files.folder)


@pytest.mark.parametrize(("backend", "files"), [("torch", {"model.safetensors"}), ("onnx", {"onnx/model.onnx"})])
def test_the_size_is_known_before_the_download(hub: Hub, backend: str, files: set[str], tmp_path: Path) -> None:
    settings = ModelSettings(backend=backend)  # type: ignore[arg-type]
    plan = plan_download("org/tiny", settings)
    assert plan.bytes == sum(len(hub.files[name]) for name in CONFIGURATION | files)
    assert not (tmp_path / "cache").exists()
    download("org/tiny", settings)
    assert find_model_files("org/tiny", settings) if backend == "torch" else find_graph_files("org/tiny", settings)


def test_the_size_of_a_model_that_cannot_be_reached_is_an_error(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    redirect(monkeypatch, "http://127.0.0.1:9")
    with pytest.raises(ModelError, match="org/tiny cannot be downloaded"):
        plan_download("org/tiny", ModelSettings())
