"""The table of known models: every one that people ask for, each with facts that fit together."""

import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.prompts import Prompts, prompts_of
from dowse.embedding.providers import open_model
from dowse.embedding.registry import KnownModel, find, in_full, known_models
from dowse.embedding.transformer_limits import longest_text
from dowse.settings import ModelSettings

ASKED_FOR = [
    "codesage/codesage-large",
    "codesage/codesage-small",
    "codesage/codesage-large-v2",
    "codesage/codesage-small-v2",
    "microsoft/unixcoder-base",
    "microsoft/codebert-base",
    "microsoft/graphcodebert-base",
    "huggingface/CodeBERTa-small-v1",
    "flax-sentence-embeddings/st-codesearch-distilroberta-base",
    "jinaai/jina-embeddings-v2-base-code",
    "Salesforce/codet5p-110m-embedding",
    "Salesforce/SFR-Embedding-Code-400M_R",
    "nomic-ai/CodeRankEmbed",
    "BAAI/bge-large-en-v1.5",
    "BAAI/bge-base-en-v1.5",
    "BAAI/bge-small-en-v1.5",
    "BAAI/bge-m3",
    "sentence-transformers/all-mpnet-base-v2",
    "sentence-transformers/all-MiniLM-L6-v2",
    "sentence-transformers/all-distilroberta-v1",
    "nomic-ai/nomic-embed-text-v2-moe",
    "Qwen/Qwen3-Embedding-0.6B",
    "google/embeddinggemma-300m",
    "Alibaba-NLP/gte-multilingual-base",
    "jinaai/jina-embeddings-v4",
]


@pytest.mark.parametrize("hub_name", ASKED_FOR)
def test_the_models_that_people_ask_for_are_known(hub_name: str) -> None:
    assert find(f"sentence-transformers:{hub_name}") is not None


def test_names_and_specs_are_each_of_one_model() -> None:
    names = [name for model in known_models() for name in {model.name, model.spec}]
    assert len(set(names)) == len(names)
    short = [model.name for model in known_models() if model.name != model.spec]
    assert not [name for name in short if ":" in name or "@" in name]


@pytest.mark.parametrize("model", known_models(), ids=lambda model: model.name)
def test_facts_fit_together(model: KnownModel) -> None:
    assert model.spaces
    assert 64 <= model.dimensions <= 4096
    assert model.max_tokens >= 128
    assert model.licence
    if model.provider == "sentence-transformers":
        assert model.megabytes
        assert model.pooling
        assert model.pooling != "own" or model.own_code
    assert model.non_commercial == (model.licence in {"CC-BY-NC-4.0", "Qwen Research"})
    assert not model.query_prefixes or model.query_prefix


def test_a_short_name_stands_for_the_spec_with_its_revision() -> None:
    assert in_full("minilm") == "sentence-transformers:sentence-transformers/all-MiniLM-L6-v2"
    assert in_full("minilm@abc") == "sentence-transformers:sentence-transformers/all-MiniLM-L6-v2@abc"
    assert in_full("hash:64") == "hash:64"
    assert find("sentence-transformers:BAAI/bge-m3@main") == find("bge-m3")
    assert find("sentence-transformers:org/unknown") is None


def test_a_short_name_opens_the_model(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"sentence-transformers/all-MiniLM-L6-v2 is not on this machine"):
        open_model("minilm", ModelSettings(backend="torch"))


def test_consent_to_a_model_s_code_is_asked_for_before_it_is_downloaded() -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(ModelError, match=r'add "codesage/codesage-small" to models\.trustRemoteCode'):
        open_model("codesage-small", ModelSettings(backend="torch", allow_download=True))


def test_prompts_are_the_registry_s_and_otherwise_the_model_s_own() -> None:
    own = {"query": "find: ", "passage": "text: ", "error_analysis": "error: ", "clustering": "group: "}
    assert prompts_of(own, None, None) == Prompts("text: ", "find: ", {"error_analysis": "error: "})
    assert prompts_of({"default": "any: "}, "default", None) == Prompts("any: ", "any: ", {})
    bge = find("bge-small")
    assert bge is not None
    assert prompts_of(own, None, bge) == Prompts("", bge.query_prefix, {})


@pytest.mark.parametrize(
    ("own", "config", "expected"),
    [
        (1e30, {"max_position_embeddings": 512}, 512),
        (None, {}, 8192),
        (131_072, {"max_position_embeddings": 32_768}, 8192),
        (514, {"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
        (128, {"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 128),
    ],
)
def test_the_longest_text_is_what_every_part_of_a_model_takes(own, config, expected: int) -> None:
    assert longest_text(own, config, None) == expected
    bge = find("bge-small")
    assert longest_text(own, config, bge) == min(expected, 512)
