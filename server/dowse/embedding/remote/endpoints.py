"""Opening a remote model from its name and the settings."""

from __future__ import annotations

from collections.abc import Mapping

from dowse.embedding.model import ModelError, ModelUnavailable
from dowse.embedding.remote.address import Address, parse
from dowse.embedding.remote.dialects import HuggingFace, Ollama, OpenAI
from dowse.embedding.remote.http import Endpoint
from dowse.embedding.remote.keys import Key, account_of, find_key, how_to_give
from dowse.embedding.remote.model import RemoteModel
from dowse.settings import ModelSettings

DIALECTS: Mapping[str, type[OpenAI | Ollama | HuggingFace]] = {
    "openai": OpenAI,
    "ollama": Ollama,
    "huggingface": HuggingFace,
}
_WANT_KEYS = ("openai", "huggingface")
"""Accounts that answer nobody without a key."""


def open_remote(provider: str, reference: str, settings: ModelSettings) -> RemoteModel:
    """Open a model from ``NAME[#DIMENSIONS][@URL]``; nothing is sent yet. Raises ModelError."""
    dialect = DIALECTS[provider]
    address = address_of(f"{provider}:{reference}")
    if provider == "huggingface" and address.dimensions is not None:
        raise ModelError("Hugging Face's API gives vectors of the model's own length; name it without '#'")
    return RemoteModel(dialect(), Endpoint(address, _key_for(address), settings.requests_per_minute, dialect.remedy))


def address_of(spec: str) -> Address:
    """Return where a remote model is. Raises ModelError."""
    provider, _, reference = spec.partition(":")
    return parse(provider, reference, DIALECTS[provider].default_url)


def _key_for(address: Address) -> Key | None:
    account = account_of(address)
    found = find_key(account)
    if found is None:
        if account in _WANT_KEYS:
            raise ModelUnavailable(f"{address.host} wants a key: {how_to_give(account)}")
        return None
    if not (address.is_encrypted or address.is_loopback):
        raise ModelError(
            f"the key of {account} ({found.source}) is not sent to {address.host} in the clear; use https, or remove "
            "the key if none is wanted there"
        )
    return found.key
