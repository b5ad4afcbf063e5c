"""Transformers of every family in miniature: random weights, a trained tokenizer of a few hundred tokens."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

WIDTH = 32
TEXTS = [
    "def open_file(path):\n    with open(path) as file:\n        return file.read()",
    "retry the request with exponential backoff when the server fails",
    "class Queue:\n    def push(self, job): self.jobs.append(job)",
    "read the settings from a JSON document, and write them back",
    "for (let i = 0; i < 10; i++) { total += prices[i]; }",
]

_BRACKETED = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
_SIZES = {"hidden_size": WIDTH, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}

Family = Callable[[Path], Path]


def bert(folder: Path, positions: int = 128) -> Path:
    tokenizer = _trained(models.WordPiece(unk_token="[UNK]"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    _frame(tokenizer, "[CLS]", "[SEP]")
    _save_tokenizer(
        tokenizer,
        folder,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    config = transformers.BertConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=positions, pad_token_id=0, **_SIZES
    )
    return _save(transformers.BertModel(config), folder)


def roberta(folder: Path, positions: int = 130, special: tuple[str, ...] = ()) -> Path:
    """Positions are counted from 2 on: a text may have ``positions`` - 2 tokens."""
    tokenizer = _trained(models.BPE(unk_token="<unk>"), ["<s>", "<pad>", "</s>", "<unk>", "<mask>", *special])
    _frame(tokenizer, "<s>", "</s>")
    _save_tokenizer(
        tokenizer, folder, pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>", mask_token="<mask>",
        bos_token="<s>", eos_token="</s>",
    )  # fmt: skip
    config = transformers.RobertaConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=positions, pad_token_id=1, **_SIZES
    )
    return _save(transformers.RobertaModel(config), folder)


def t5(folder: Path) -> Path:
    tokenizer = _trained(models.Unigram(), ["<pad>", "</s>", "<unk>"], unk_token="<unk>")
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    _save_tokenizer(tokenizer, folder, pad_token="<pad>", unk_token="<unk>", eos_token="</s>", model_max_length=128)
    config = transformers.T5Config(
        vocab_size=tokenizer.get_vocab_size(),
        d_model=WIDTH,
        d_kv=16,
        d_ff=64,
        num_layers=2,
        num_heads=2,
        pad_token_id=0,
    )
    return _save(transformers.T5EncoderModel(config), folder)


def modernbert(folder: Path) -> Path:
    tokenizer = _trained(models.BPE(unk_token="[UNK]"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    _frame(tokenizer, "[CLS]", "[SEP]")
    _save_tokenizer(
        tokenizer,
        folder,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    config = transformers.ModernBertConfig(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=128, pad_token_id=0, cls_token_id=2,
        sep_token_id=3, bos_token_id=2, eos_token_id=3, local_attention=16, **_SIZES
    )  # fmt: skip
    return _save(transformers.ModernBertModel(config), folder)


def qwen3(folder: Path) -> Path:
    """As Qwen3-Embedding is published: the last token, which is an end of text, stands for the text."""
    tokenizer = _trained(models.BPE(), ["<|endoftext|>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", 0)]
    )
    _save_tokenizer(tokenizer, folder, pad_token="<|endoftext|>", eos_token="<|endoftext|>", padding_side="left")
    config = transformers.Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=256, num_key_value_heads=1, head_dim=16,
        pad_token_id=0, eos_token_id=0, bos_token_id=0, **_SIZES
    )  # fmt: skip
    _save(transformers.Qwen3Model(config), folder)
    modules = ["Transformer", "Pooling", "Normalize"]
    listed = [
        {"idx": i, "name": str(i), "path": f"{i}_{name}" if i else "", "type": f"sentence_transformers.models.{name}"}
        for i, name in enumerate(modules)
    ]
    (folder / "modules.json").write_text(json.dumps(listed))
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": WIDTH, "pooling_mode_mean_tokens": False, "pooling_mode_lasttoken": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    prompts = {"query": "Instruct: find what answers\nQuery:", "document": ""}
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return folder


FAMILIES: dict[str, Family] = {"bert": bert, "roberta": roberta, "t5": t5, "modernbert": modernbert, "qwen3": qwen3}


def _trained(model: Any, special: list[str], **more: Any) -> Tokenizer:
    tokenizer = Tokenizer(model)
    kind = type(model).__name__
    if kind == "WordPiece":
        tokenizer.normalizer = normalizers.BertNormalizer()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    elif kind == "Unigram":
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        more["initial_alphabet"] = pre_tokenizers.ByteLevel.alphabet()
    kinds: dict[str, Any] = {
        "WordPiece": trainers.WordPieceTrainer,
        "Unigram": trainers.UnigramTrainer,
        "BPE": trainers.BpeTrainer,
    }
    trainer = kinds[kind](vocab_size=400, special_tokens=special, show_progress=False, **more)
    tokenizer.train_from_iterator(TEXTS * 5, trainer)
    return tokenizer


def _frame(tokenizer: Tokenizer, first: str, last: str) -> None:
    ids = [(token, tokenizer.token_to_id(token)) for token in (first, last)]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{first} $A {last}", special_tokens=ids)


def _save_tokenizer(tokenizer: Tokenizer, folder: Path, **special: Any) -> None:
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special).save_pretrained(folder)


def _save(model: Any, folder: Path) -> Path:
    torch.manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            # The library's own start is so small that all texts look alike, and so do they if biases are as large as
            # what comes from the words.
            if parameter.dim() > 1:
                parameter.copy_(torch.randn_like(parameter) * 0.2)
    model.save_pretrained(folder)
    return folder
