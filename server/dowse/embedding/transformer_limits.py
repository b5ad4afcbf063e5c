"""How long a text a transformer takes, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping

from dowse.embedding.registry import KnownModel

_MOST_TOKENS = 8192
"""Chunks are far shorter; a model without a limit, or with a huge one, would take gigabytes for a broken one."""
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "camembert", "mpnet", "xmod", "data2vec-text", "longformer"}
"""Types whose positions are counted from the padding token's id plus one, so that so many fewer are left for text."""


def longest_text(own: float | None, config: Mapping[str, object], known: KnownModel | None) -> int:
    """Return the most tokens of a text: the least of what tokenizer, network and registry say."""
    limits = [_MOST_TOKENS, own or _MOST_TOKENS]
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and positions > 0:
        padding = config.get("pad_token_id")
        is_offset = config.get("model_type") in _OFFSET_POSITIONS and isinstance(padding, int)
        limits.append(positions - padding - 1 if is_offset and isinstance(padding, int) else positions)
    if known is not None:
        limits.append(known.max_tokens)
    return int(min(limits))


def variant_of(known: KnownModel | None, max_tokens: int, *more: str) -> str:
    """Name what makes a model's document vectors others than its files alone would, for its fingerprint."""
    parts = [
        f"{max_tokens} tokens",
        *(f"{name}={value}" for name, value in sorted((known.model if known else {}).items())),
    ]
    parts += [f"{name}={value}" for name, value in sorted((known.tokenizer if known else {}).items())]
    return ", ".join([*parts, *more])
