"""Training of an encoder on pairs: a text is to be nearer to its own code than to the code of all others in a batch.

InfoNCE in both directions (van den Oord and others, 2018; as in CLIP). What the code's documentation says is left out
of the code most of the time, since code that is looked for often has none.
"""

from __future__ import annotations

import logging

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dowse.embedding.static import DOCUMENT_TOKENS
from dowse.embedding.static_torch import StaticEncoder
from dowse.embedding.tokens import PositionedRows, positioned_rows
from dowse.training.corpus import Corpus
from dowse.training.recipe import Recipe

log = logging.getLogger(__name__)

_NEVER = -1e4
"""The score of a document whose text is the same as the query: it is neither right nor wrong."""


class Batches:
    """Draws batches of pairs and makes the rows of their queries and documents."""

    def __init__(self, corpus: Corpus, recipe: Recipe, pairs: int, chosen: NDArray[np.int64]) -> None:
        """``pairs`` is the number of rows for pairs of tokens, ``chosen`` the pairs that are trained on."""
        self._corpus = corpus
        self._recipe = recipe
        self._pairs = pairs
        self._random = np.random.default_rng(recipe.seed)
        self._chosen = chosen
        sizes = np.bincount(corpus.language[chosen], minlength=len(corpus.languages)).astype(float)
        share = np.where(sizes > 0, sizes, 1) ** (recipe.language_power - 1)
        weights = share[corpus.language[chosen]]
        self._cumulative = np.cumsum(weights / weights.sum())
        self._by_language = [chosen[corpus.language[chosen] == i] for i in range(len(sizes))]
        large = np.where(sizes >= recipe.batch, sizes**recipe.language_power, 0)
        self._language_cumulative = np.cumsum(large / max(large.sum(), 1))
        self._one_language = recipe.one_language if large.any() else 0.0
        number = {token: i for i, token in enumerate(corpus.tokens)}
        self._names = [[number[w] for w in (language,) if w in number] for language in map(str, corpus.languages)]

    def draw(self) -> NDArray[np.int64]:
        """Return the numbers of the pairs of the next batch."""
        if self._random.random() < self._one_language:
            language = np.searchsorted(self._language_cumulative, self._random.random())
            return np.sort(self._random.choice(self._by_language[language], self._recipe.batch, replace=False))
        drawn = np.searchsorted(self._cumulative, self._random.random(self._recipe.batch))
        batch: NDArray[np.int64] = self._chosen[np.unique(np.minimum(drawn, len(self._chosen) - 1))]
        return batch

    def queries(self, pairs: NDArray[np.int64]) -> PositionedRows:
        """Return the rows of the pairs' texts, changed as the recipe says."""
        sequences = [self._query(i) for i in pairs]
        return positioned_rows(sequences, len(self._corpus.tokens), self._pairs)

    def documents(self, pairs: NDArray[np.int64]) -> PositionedRows:
        """Return the rows of the pairs' bodies, some with their documentation."""
        kept = self._random.random(len(pairs)) < self._recipe.keep_comment
        sequences = [self._document(i, keep) for i, keep in zip(pairs, kept, strict=True)]
        return positioned_rows(sequences, len(self._corpus.tokens), self._pairs)

    def _query(self, pair: int) -> list[int]:
        words = self._corpus.texts.row(pair)
        random = self._random.random(3)
        if random[0] < self._recipe.drop_words and len(words) > 3:
            words = self._without(words, 0.5 * random[0] / self._recipe.drop_words)
        query = list(words)
        if random[1] < self._recipe.language_name and not self._corpus.heading[pair]:
            name = self._names[self._corpus.language[pair]]
            query = name + query if random[2] < 0.5 else query + name
        return query

    def _document(self, pair: int, keep_comment: bool) -> list[int]:
        document = self._corpus.bodies.row(pair)
        if keep_comment:
            context, code = np.split(document, [self._corpus.context[pair]])
            document = np.concatenate((context, self._corpus.comments.row(pair), code))[:DOCUMENT_TOKENS]
        if self._recipe.drop_code:
            document = self._without(document, self._recipe.drop_code * self._random.random())
        return list(document)

    def _without(self, tokens: NDArray[np.int32], share: float) -> NDArray[np.int32]:
        """Return the tokens without about a ``share`` of them, but never none."""
        kept = tokens[self._random.random(len(tokens)) > share]
        return kept if kept.size else tokens


def train(encoder: StaticEncoder, corpus: Corpus, recipe: Recipe, chosen: NDArray[np.int64]) -> None:
    """Train ``encoder`` in place on the pairs ``chosen``. The same arguments give the same weights."""
    torch.manual_seed(recipe.seed)
    batches = Batches(corpus, recipe, len(encoder.rows) - len(corpus.tokens), chosen)
    optimiser = torch.optim.Adam(encoder.parameters(), lr=recipe.rate, eps=recipe.epsilon, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, recipe.steps))
    for step in range(recipe.steps):
        pairs = batches.draw()
        queries = encoder.queries(batches.queries(pairs), len(pairs))
        documents = encoder.documents(batches.documents(pairs), len(pairs))
        loss = _contrast(recipe.scale * queries @ documents.T, corpus.text_hash[pairs])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 50 == 0:
            log.info("step %d of %d: loss %.3f", step, recipe.steps, loss.item())


def _rate(step: int, steps: int) -> float:
    """Return the share of the learning rate: rising for a twentieth of the steps, then falling to nothing."""
    return min(1.0, 20 * (step + 1) / steps) * (1 - step / steps)


def _contrast(scores: Tensor, texts: NDArray[np.uint64]) -> Tensor:
    """Return the loss of ``scores`` ``[n, n]``, whose diagonal is right; ``texts`` are equal for equal queries."""
    same = torch.from_numpy(texts[:, None] == texts[None, :])
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, _NEVER)
    right = torch.arange(len(scores))
    return (torch.nn.functional.cross_entropy(scores, right) + torch.nn.functional.cross_entropy(scores.T, right)) / 2
