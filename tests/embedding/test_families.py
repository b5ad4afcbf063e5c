"""Models of every architecture family through the real loading code, with what the registry knows applied."""

import json
import shutil
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("sentence_transformers", reason="the extra transformers is not installed")

import torch

from dowse.embedding.model import ModelError
from dowse.embedding.registry import KnownModel, find
from dowse.embedding.transformer import SentenceTransformerModel, open_sentence_transformer
from dowse.settings import ModelSettings
from embedding.tiny_models import FAMILIES, TEXTS, WIDTH, roberta

torch.set_num_threads(1)

KNOWN = KnownModel(
    name="tiny",
    provider="sentence-transformers",
    id="org/tiny",
    spaces=("code",),
    dimensions=WIDTH,
    max_tokens=64,
    licence="MIT",
    pooling="mean",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: build(tmp_path_factory.mktemp("models") / name) for name, build in FAMILIES.items()}


def opened(folder: Path, known: KnownModel | None = None, **settings: object) -> SentenceTransformerModel:
    return open_sentence_transformer(str(folder), ModelSettings(device="cpu", **settings), known)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_has_the_same_vector_alone_and_among_longer_ones(folders: dict[str, Path], family: str) -> None:
    model = opened(folders[family])
    together = model.embed_documents(TEXTS)
    assert together.shape == (len(TEXTS), WIDTH)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.allclose(model.embed_documents([text])[0], vector, atol=1e-4)
    others = ~np.eye(len(TEXTS), dtype=bool)
    assert (together @ together.T)[others].max() < 0.99  # or the lines above could not fail
    model.close()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_longer_than_the_model_takes_is_cut(folders: dict[str, Path], family: str) -> None:
    model = opened(folders[family])
    text = TEXTS[0] * 100
    assert np.allclose(model.embed_documents([text]), model.embed_documents([text + " and more"]), atol=1e-5)
    model.close()


@pytest.mark.parametrize(("family", "pooling"), [("bert", "mean"), ("t5", "mean"), ("qwen3", "lasttoken")])
def test_pooling_is_the_model_s_own(folders: dict[str, Path], family: str, pooling: str) -> None:
    assert opened(folders[family]).info.pooling == pooling


def test_the_last_token_stands_for_the_text(folders: dict[str, Path]) -> None:
    from transformers import AutoModel, AutoTokenizer

    network = AutoModel.from_pretrained(folders["qwen3"]).eval()
    tokenizer = AutoTokenizer.from_pretrained(folders["qwen3"])
    with torch.no_grad():
        states = network(**tokenizer(TEXTS[1], return_tensors="pt")).last_hidden_state[0]
    expected = (states[-1] / states[-1].norm()).numpy()
    assert np.allclose(opened(folders["qwen3"]).embed_documents([TEXTS[1]])[0], expected, atol=1e-4)


def test_an_instruction_stands_before_the_query_alone(folders: dict[str, Path]) -> None:
    model = opened(folders["qwen3"])
    instructed = model.embed_documents(["Instruct: find what answers\nQuery:" + TEXTS[1]])[0]
    assert np.allclose(model.embed_query(TEXTS[1]), instructed, atol=1e-4)
    assert not np.allclose(model.embed_documents([TEXTS[1]])[0], instructed, atol=1e-2)


def test_each_kind_of_query_has_the_prompt_that_the_registry_names(folders: dict[str, Path]) -> None:
    known = find("qwen3-0.6b")
    assert known is not None
    model = opened(folders["qwen3"], known)
    general = known.query_prefix
    expected = {
        "general": general,
        "code_search": known.query_prefixes["code_search"],
        "error_analysis": known.query_prefixes["error_analysis"],
        "documentation": known.query_prefixes["documentation"],
    }
    assert len(set(expected.values())) == 4
    for query_type, prefix in expected.items():
        vector = model.embed_documents([prefix + TEXTS[1]])[0]
        assert np.allclose(model.embed_query(TEXTS[1], query_type), vector, atol=1e-4)  # type: ignore[arg-type]


@pytest.mark.parametrize("pooling", ["cls", "lasttoken"])
def test_a_plain_checkpoint_is_pooled_as_the_registry_says(folders: dict[str, Path], pooling: str) -> None:
    from transformers import AutoModel, AutoTokenizer

    network = AutoModel.from_pretrained(folders["bert"]).eval()
    tokenizer = AutoTokenizer.from_pretrained(folders["bert"])
    with torch.no_grad():
        states = network(**tokenizer(TEXTS[0], return_tensors="pt")).last_hidden_state[0]
    state = states[0 if pooling == "cls" else -1]
    known = msgspec.structs.replace(KNOWN, pooling=pooling)
    model = opened(folders["bert"], known)
    assert model.info.pooling == pooling
    assert np.allclose(model.embed_documents([TEXTS[0]])[0], (state / state.norm()).numpy(), atol=1e-4)


def test_a_model_that_says_how_it_pools_is_believed(folders: dict[str, Path]) -> None:
    assert opened(folders["qwen3"], KNOWN).info.pooling == "lasttoken"


def test_whatever_changes_the_vectors_changes_the_fingerprint(folders: dict[str, Path]) -> None:
    variants = [
        KNOWN,
        msgspec.structs.replace(KNOWN, pooling="cls"),
        msgspec.structs.replace(KNOWN, document_prefix="text: "),
        msgspec.structs.replace(KNOWN, max_tokens=32),
        msgspec.structs.replace(KNOWN, tokenizer={"extra_special_tokens": ["file"]}),
    ]
    fingerprints = {opened(folders["bert"], known).info.fingerprint for known in variants}
    assert len(fingerprints) == len(variants)
    query_only = msgspec.structs.replace(KNOWN, query_prefix="find: ")  # stored vectors stay as they are
    assert opened(folders["bert"], query_only).info.fingerprint in fingerprints


def test_positions_that_roberta_does_not_use_for_text_are_not_counted(folders: dict[str, Path]) -> None:
    assert opened(folders["roberta"]).info.max_tokens == 128


def test_unixcoder_s_mode_is_one_token_before_the_text(tmp_path: Path) -> None:
    folder = roberta(tmp_path / "unixcoder", special=("<encoder-only>",))
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["added_tokens"] = [token for token in tokenizer["added_tokens"] if token["content"] != "<encoder-only>"]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))  # in the vocabulary, and yet no special token
    known = find("unixcoder")
    model = opened(folder, known)
    ids = model._model.tokenizer(known.document_prefix + "open")["input_ids"]
    assert model._model.tokenizer.convert_ids_to_tokens(ids)[:3] == ["<s>", "<encoder-only>", "</s>"]


OWN_CODE = '''
import torch
from transformers import PretrainedConfig, PreTrainedModel


class OwnConfig(PretrainedConfig):
    model_type = "own"


class OwnModel(PreTrainedModel):
    """As CodeT5+ does, it returns one vector for each text instead of one for each token."""

    config_class = OwnConfig

    def __init__(self, config):
        super().__init__(config)
        self.words = torch.nn.Embedding(config.vocab_size, config.hidden_size)
        self.post_init()

    def forward(self, input_ids, attention_mask):
        states = self.words(input_ids) * attention_mask[..., None]
        return torch.nn.functional.normalize(states.sum(1), dim=-1)
'''


@pytest.fixture
def own_code(folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from safetensors.torch import save_file
    from transformers import dynamic_module_utils

    monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    folder = shutil.copytree(folders["bert"], tmp_path / "own")
    config = {
        "model_type": "own",
        "architectures": ["OwnModel"],
        "vocab_size": 400,
        "hidden_size": WIDTH,
        "auto_map": {"AutoConfig": "modeling_own.OwnConfig", "AutoModel": "modeling_own.OwnModel"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modeling_own.py").write_text(OWN_CODE)
    torch.manual_seed(3)
    save_file({"words.weight": torch.randn(400, WIDTH)}, folder / "model.safetensors", {"format": "pt"})
    return folder


def test_a_model_s_own_code_runs_with_the_user_s_consent_to_exactly_it(own_code: Path) -> None:
    known = msgspec.structs.replace(KNOWN, pooling="own")
    with pytest.raises(ModelError, match=r"needs code of its own"):
        opened(own_code, known, trust_remote_code=("org/other",))
    model = opened(own_code, known, trust_remote_code=(str(own_code),))
    vectors = model.embed_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert np.allclose(model.embed_documents(TEXTS[:1])[0], vectors[0], atol=1e-5)


def test_changed_code_of_its_own_makes_another_model(own_code: Path) -> None:
    known = msgspec.structs.replace(KNOWN, pooling="own")
    before = opened(own_code, known, trust_remote_code=(str(own_code),)).info.fingerprint
    (own_code / "modeling_own.py").write_text(OWN_CODE + "\n# changed\n")
    assert opened(own_code, known, trust_remote_code=(str(own_code),)).info.fingerprint != before


def test_pickled_weights_are_read_only_of_models_that_are_trusted_or_known(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    from safetensors.torch import load_file

    folder = shutil.copytree(folders["bert"], tmp_path / "pickled")
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="is a pickle, which can run code"):
        opened(folder)
    model = opened(folder, trust_remote_code=(str(folder),))
    expected = opened(folders["bert"]).embed_documents(TEXTS)
    assert np.allclose(model.embed_documents(TEXTS), expected, atol=1e-5)


class Harmful:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("this must not run",)


def test_a_pickle_that_would_run_something_does_not(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(folders["bert"], tmp_path / "pickled")
    torch.save({"embeddings.word_embeddings.weight": Harmful()}, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be opened"):
        opened(folder, trust_remote_code=(str(folder),))
    assert "must not run" not in capsys.readouterr().out
