"""The three ways of asking an endpoint for vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote

import msgspec

from dowse.embedding.model import ModelUnavailable
from dowse.embedding.remote.failures import ModelNotFound
from dowse.embedding.remote.http import Endpoint

Rows = list[list[float]]


class Dialect(Protocol):
    """How one kind of endpoint is asked."""

    provider: str
    """The first part of the names of its models."""
    remedy: str
    """What may help where nothing listens."""

    async def revision(self, endpoint: Endpoint) -> str:
        """Return what tells this model from another of the same name, as far as the endpoint says.

        Raises ModelError where the model is not to be had.
        """
        ...

    async def embed(self, endpoint: Endpoint, texts: Sequence[str]) -> Rows:
        """Return a vector of each text, in order, of any length. Raises InputTooLong and ModelError."""
        ...


class _Item(msgspec.Struct):
    index: int
    embedding: list[float]


class _Answer(msgspec.Struct):
    data: list[_Item]


class OpenAI:
    """``POST /embeddings``, as OpenAI defined it and Ollama, TEI, vLLM and LM Studio speak it."""

    provider = "openai"
    default_url = "https://api.openai.com/v1"
    remedy = ""

    async def revision(self, endpoint: Endpoint) -> str:
        """Return nothing: the name is all that is known of a model."""
        return ""

    async def embed(self, endpoint: Endpoint, texts: Sequence[str]) -> Rows:
        """Return a vector of each text."""
        address = endpoint.address
        body: dict[str, Any] = {"model": address.model, "input": list(texts), "encoding_format": "float"}
        if address.dimensions is not None:
            body["dimensions"] = address.dimensions

        def read(content: bytes) -> Rows:
            items = sorted(msgspec.json.decode(content, type=_Answer).data, key=lambda item: item.index)
            if [item.index for item in items] != list(range(len(texts))):
                raise ValueError("not a vector for each text")
            return [item.embedding for item in items]

        return await endpoint.post(f"{address.url}/embeddings", body, read)


class _Tag(msgspec.Struct):
    name: str
    digest: str = ""


class _Tags(msgspec.Struct):
    models: list[_Tag]


class _Embeddings(msgspec.Struct):
    embeddings: Rows


class _Embedding(msgspec.Struct):
    embedding: list[float]


class Ollama:
    """Ollama's own API: it says which models there are, and tells two of one name apart."""

    provider = "ollama"
    default_url = "http://127.0.0.1:11434"
    remedy = "; start Ollama, as with 'ollama serve'"

    def __init__(self) -> None:
        self._one_by_one = False

    async def revision(self, endpoint: Endpoint) -> str:
        """Return the digest of the model's files: the same at every address."""
        address = endpoint.address
        wanted = address.model if ":" in address.model.rpartition("/")[2] else f"{address.model}:latest"
        tags = await endpoint.get(f"{address.url}/api/tags", lambda content: msgspec.json.decode(content, type=_Tags))
        found = next((tag for tag in tags.models if tag.name == wanted), None)
        if found is None:
            raise ModelUnavailable(f"Ollama at {address.host} has no model {wanted}; run 'ollama pull {address.model}'")
        return found.digest

    async def embed(self, endpoint: Endpoint, texts: Sequence[str]) -> Rows:
        """Return a vector of each text; one request for each from versions before 0.3, which know no other."""
        address = endpoint.address
        if not self._one_by_one:
            body: dict[str, Any] = {"model": address.model, "input": list(texts), "truncate": True}
            if address.dimensions is not None:
                body["dimensions"] = address.dimensions

            def read(content: bytes) -> Rows:
                return _each(msgspec.json.decode(content, type=_Embeddings).embeddings, texts)

            try:
                return await endpoint.post(f"{address.url}/api/embed", body, read)
            except ModelNotFound:
                self._one_by_one = True
        return [await self._embed_one(endpoint, text) for text in texts]

    async def _embed_one(self, endpoint: Endpoint, text: str) -> list[float]:
        body = {"model": endpoint.address.model, "prompt": text}
        url = f"{endpoint.address.url}/api/embeddings"
        return await endpoint.post(url, body, lambda content: msgspec.json.decode(content, type=_Embedding).embedding)


class HuggingFace:
    """Feature extraction on Hugging Face's servers, or on an endpoint of one's own there."""

    provider = "huggingface"
    default_url = "https://router.huggingface.co/hf-inference"
    remedy = ""

    async def revision(self, endpoint: Endpoint) -> str:
        """Return nothing: the name is all that is known of a model."""
        return ""

    async def embed(self, endpoint: Endpoint, texts: Sequence[str]) -> Rows:
        """Return a vector of each text."""
        address = endpoint.address
        url = address.url
        if url == self.default_url:
            url = f"{url}/models/{quote(address.model)}/pipeline/feature-extraction"

        def read(content: bytes) -> Rows:
            try:
                return _each(msgspec.json.decode(content, type=Rows), texts)
            except msgspec.ValidationError:
                msgspec.json.decode(content, type=list[Rows])
            raise ModelUnavailable(
                f"{address.model} at {address.host} gives a vector for each token instead of one for each text; "
                "choose a sentence-transformers model"
            )

        return await endpoint.post(url, {"inputs": list(texts), "truncate": True}, read)


def _each(rows: Rows, texts: Sequence[str]) -> Rows:
    if len(rows) != len(texts):
        raise ValueError("not a vector for each text")
    return rows
