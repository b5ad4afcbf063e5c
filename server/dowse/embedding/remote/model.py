"""A model behind an endpoint, as the rest of Dowse sees any model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.model import ModelInfo, ModelUnavailable, QueryType
from dowse.embedding.remote.dialects import Dialect
from dowse.embedding.remote.failures import InputTooLong
from dowse.embedding.remote.http import Endpoint, RetryBudget
from dowse.embedding.remote.prompts import prompts_of

Vectors = NDArray[np.float32]

BATCH_TEXTS = 32
"""Texts in a request: what TEI takes at most unless told otherwise; the others take more and gain little by it."""
_BATCH_CHARACTERS = 100_000
_MAX_TOKENS = 8_192
"""What the larger models read. Endpoints do not tell; one that reads less says so when it is sent more."""
_LONGEST_TEXT = 3 * _MAX_TOKENS
"""Characters. A token of code is three to four of them."""
_SHORTEST_TEXT = 200
"""Characters; an endpoint that refuses so few means something else."""

_OPENING = RetryBudget(seconds=20, attempts=2)
_QUERY = RetryBudget(seconds=30, attempts=2)
"""Long enough for an endpoint that has to load the model first; a search goes on without it much earlier."""
_DOCUMENTS = RetryBudget(seconds=120, attempts=5)


class RemoteModel:
    """Has texts embedded by an endpoint. Used by one thread, but for :meth:`interrupt`."""

    def __init__(self, dialect: Dialect, endpoint: Endpoint) -> None:
        """Ask for nothing yet."""
        self.device = endpoint.address.host
        self._dialect = dialect
        self._endpoint = endpoint
        self._prompts = prompts_of(endpoint.address.model)
        self._info: ModelInfo | None = None
        self._batch = BATCH_TEXTS
        self._longest = _LONGEST_TEXT

    @property
    def info(self) -> ModelInfo:
        """What the vectors depend on; the first time, the endpoint is asked for a vector to learn its length.

        The address is not part of it: a server that moves, or a second one with the same model, gives the same
        vectors, and embedding a workspace anew can cost hours or money. Where the endpoint tells the version of the
        model behind the name (Ollama), it is part of it.
        """
        if self._info is None:
            self._info = self._endpoint.call(self._learned, _OPENING)
        return self._info

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]`` of length 1, or 0 for a text without content."""
        return self._embed(self._prompts.document, texts, _DOCUMENTS)

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1; with the prompt that the model wants for ``query_type``."""
        vector: Vectors = self._embed(self._prompts.for_query(query_type), [text], _QUERY)[0]
        return vector

    def interrupt(self) -> None:
        """End what is under way; from any thread."""
        self._endpoint.interrupt()

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    async def _learned(self) -> ModelInfo:
        address = self._endpoint.address
        revision = await self._dialect.revision(self._endpoint)
        (probe,) = await self._dialect.embed(self._endpoint, [f"{self._prompts.document}dowse"])
        dimensions = len(probe)
        if not dimensions or (address.dimensions or dimensions) != dimensions:
            raise ModelUnavailable(
                f"{address.model} at {address.host} gives {dimensions} dimensions where {address.dimensions} were "
                f"asked for; name it without #{address.dimensions}"
            )
        return ModelInfo(
            name=f"{self._dialect.provider}:{address.model}",
            revision=revision,
            dimensions=dimensions,
            max_tokens=_MAX_TOKENS,
            pooling="endpoint's own",
            query_prefix=self._prompts.query,
            document_prefix=self._prompts.document,
        )

    def _embed(self, prompt: str, texts: Sequence[str], patience: RetryBudget) -> Vectors:
        vectors = np.zeros((len(texts), self.info.dimensions), np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]  # endpoints refuse a text without content
        if rows:
            # Half of a surrogate pair, which a broken file may yield, is no text that could be sent.
            sent = [f"{prompt}{texts[row]}".encode("utf-8", "replace").decode() for row in rows]
            vectors[rows] = self._endpoint.call(lambda: self._all(sent), patience)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    async def _all(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of all texts; several requests are under way at a time."""
        tasks = [asyncio.create_task(self._some(part)) for part in self._parts(texts)]
        try:
            return np.concatenate(await asyncio.gather(*tasks))
        finally:
            for task in tasks:
                task.cancel()

    def _parts(self, texts: Sequence[str]) -> Iterator[list[str]]:
        part: list[str] = []
        characters = 0
        for text in (text[: self._longest] for text in texts):
            if part and (len(part) == self._batch or characters + len(text) > _BATCH_CHARACTERS):
                yield part
                part, characters = [], 0
            part.append(text)
            characters += len(text)
        yield part

    async def _some(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what is meant to be one request; of less at a time where that is too much."""
        try:
            return self._checked(await self._dialect.embed(self._endpoint, texts))
        except InputTooLong as refusal:
            if len(texts) == 1:
                return await self._shortened(texts[0], refusal)
        longest, half = self._longest, len(texts) // 2
        found = np.concatenate([await self._some(texts[:half]), await self._some(texts[half:])])
        if self._longest == longest:  # no text was too long, so there were too many
            self._batch = min(self._batch, half)
        return found

    async def _shortened(self, text: str, refusal: InputTooLong) -> Vectors:
        half = len(text) // 2
        if half < _SHORTEST_TEXT:
            raise ModelUnavailable(str(refusal))
        self._longest = min(self._longest, half)  # for good: the next texts of this length would fail again
        return await self._some([text[:half]])

    def _checked(self, rows: list[list[float]]) -> Vectors:
        dimensions = self.info.dimensions
        lengths = {len(row) for row in rows}
        if lengths != {dimensions}:
            raise ModelUnavailable(
                f"{self._endpoint.address.host} gave vectors of {_listed(lengths)} dimensions where {dimensions} were "
                "due; has the model there been replaced?"
            )
        vectors = np.array(rows, np.float32)
        if not np.isfinite(vectors).all():
            raise ModelUnavailable(f"{self._endpoint.address.host} gave vectors that are not numbers")
        return vectors


def _listed(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)[:3]))
