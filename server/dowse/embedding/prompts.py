"""What stands before a text for a model that was trained with prompts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from dowse.embedding.model import QueryType
from dowse.embedding.registry import KnownModel

_DOCUMENT_NAMES = ("document", "passage", "corpus")


@dataclass(frozen=True, slots=True)
class Prompts:
    """A model's prompts; empty where it has none."""

    document: str = ""
    query: str = ""
    by_query_type: Mapping[QueryType, str] = field(default_factory=dict)

    def for_query(self, query_type: QueryType) -> str:
        """Return the prompt of a kind of query: the model's general one where it has none of its own."""
        return self.by_query_type.get(query_type, self.query)


def prompts_of(own: Mapping[str, str], default_name: str | None, known: KnownModel | None) -> Prompts:
    """Return the prompts to use: those of the registry where it knows the model, else those of its configuration.

    ``own`` and ``default_name`` are ``prompts`` and ``default_prompt_name`` of config_sentence_transformers.json.
    """
    if known is not None:
        return Prompts(known.document_prefix, known.query_prefix, known.query_prefixes)
    default = own.get(default_name or "", "")
    return Prompts(
        document=next((own[name] for name in _DOCUMENT_NAMES if own.get(name)), default),
        query=own.get("query") or default,
        by_query_type={kind: own[kind] for kind in get_args(QueryType) if own.get(kind)},
    )
