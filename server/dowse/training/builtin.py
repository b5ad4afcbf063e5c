"""The training of both built-in models, from package registries to files: what ``dowse train builtin`` does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from dowse.embedding.static import StaticModel
from dowse.embedding.static_torch import POSITIONS, StaticEncoder
from dowse.training.contrastive import Batches, Recipe, train
from dowse.training.corpus import Corpus, Removed, build_corpus, distinct_pairs
from dowse.training.evaluate import Cosqa, Retrieval, held_out, retrieval
from dowse.training.manifest import write_manifest
from dowse.training.mining import Pair, mine
from dowse.training.overlap import EvaluationTexts
from dowse.training.registries import Package, download
from dowse.training.teacher import initial_log_weights, initial_rows
from dowse.training.vocabulary import choose_tokens, count_words

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

DIMENSIONS = 256
Space = Literal["code", "prose"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is decided before a model is trained."""

    words: int
    pieces: int
    pairs: int
    """Rows for pairs of neighbouring tokens."""
    recipe: Recipe
    runs: int
    """Trained with seeds from 0 on; their weights are averaged, which does better than the best of them."""


PLANS: dict[Space, Plan] = {
    "code": Plan(words=24_600, pieces=3_400, pairs=30_000, recipe=Recipe(steps=500), runs=3),
    "prose": Plan(words=17_600, pieces=2_400, pairs=8_000, recipe=Recipe(steps=400, language_name=0.0), runs=3),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What relevance is judged on: nothing that resembles it is trained on, and the models are measured by it."""

    bench: Path | None = None
    """A folder with ``cosqa`` and ``queries``."""
    trees: tuple[Path, ...] = ()
    """Folders of source code."""


@dataclass(frozen=True, slots=True)
class Mined:
    """What was found in the packages."""

    folder: Path
    packages: tuple[Package, ...]
    """Those that are permissively licensed."""


def gather(packages: Sequence[Package], work: Path, *, processes: int) -> Mined:
    """Download packages into ``work`` and mine them; what is there already is not done again.

    Writes the packages that are used, with version and licence, to ``work/packages.tsv``.
    """
    download(packages, work / "archives")
    found = mine(packages, work / "archives", work / "pairs", processes=processes)
    write_manifest(work / "packages.tsv", found)
    return Mined(work / "pairs", tuple(found))


def build(space: Space, mined: Mined, judged: Judged) -> tuple[Corpus, Removed]:
    """Return the pairs of a space as numbers of tokens, and what was left out of them.

    Code is learned from documentation and what it documents; prose from headings and their sections, and from the first
    sentence of a documentation and what follows it.
    """
    removed = Removed()
    texts = EvaluationTexts.read(judged.bench, judged.trees)
    pairs = [
        (number, pair)
        for number, found in distinct_pairs(mined.folder, mined.packages, texts, removed)
        if (pair := _of_space(space, found)) is not None
    ]
    plan = PLANS[space]
    tokens = choose_tokens(count_words(pairs), words=plan.words, pieces=plan.pieces)
    return build_corpus(pairs, mined.packages, tokens), removed


MOST_PROSE_FROM_CODE = 12
"""Words that must follow a documentation's first sentence for it to be a piece of prose."""


def _of_space(space: Space, pair: Pair) -> Pair | None:
    if space == "code":
        return pair if pair.kind == "doc" else None
    if pair.kind == "heading":
        return pair
    if len(pair.more.split()) < MOST_PROSE_FROM_CODE:
        return None
    return Pair("heading", pair.language, pair.name, pair.text, "", pair.more)


def train_model(
    space: Space, corpus: Corpus, teacher: SentenceTransformer, report: Callable[[str], None]
) -> StaticEncoder:
    """Train a model on the pairs that are not held out, and return the mean of its runs."""
    plan = PLANS[space]
    start = initial_encoder(corpus, plan, teacher)
    chosen = np.flatnonzero(~corpus.held_out)
    mean = {name: torch.zeros_like(value) for name, value in start.state_dict().items()}
    for seed in range(plan.runs):
        encoder = StaticEncoder(start.rows, start.query_weights, start.document_weights, start.position_weights)
        recipe = Recipe(**{**asdict(plan.recipe), "seed": seed})
        report(f"{space}: run {seed + 1} of {plan.runs}, {recipe.steps} steps of {recipe.batch} pairs")
        train(encoder, corpus, recipe, chosen)
        for name, value in encoder.state_dict().items():
            mean[name] += value / plan.runs
    start.load_state_dict(mean)
    return start


def initial_encoder(corpus: Corpus, plan: Plan, teacher: SentenceTransformer) -> StaticEncoder:
    """Return where every run begins: the teacher's words, and small random vectors for pairs of tokens."""
    generator = torch.Generator().manual_seed(0)
    rows = initial_rows(teacher, [str(token) for token in corpus.tokens], DIMENSIONS)
    pairs = 0.3 * torch.randn(plan.pairs, DIMENSIONS, generator=generator) / DIMENSIONS**0.5
    seen = np.concatenate((corpus.texts.values, corpus.bodies.values))
    frequency = np.bincount(seen, minlength=len(corpus.tokens)) / len(seen)
    weights = torch.cat((initial_log_weights(frequency), torch.full((plan.pairs,), -1.0)))
    return StaticEncoder(torch.cat((rows, pairs)), weights, weights, torch.zeros(POSITIONS))


def measure(
    space: Space, model: StaticModel, encoder: StaticEncoder, corpus: Corpus, bench: Path | None
) -> dict[str, Retrieval]:
    """Return how well a model finds: pairs of held-out packages by language, and CoSQA for code."""
    batches = Batches(corpus, PLANS[space].recipe, len(encoder.rows) - len(corpus.tokens), np.arange(1))

    def embed(pairs: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.no_grad():
            queries = encoder.queries(batches.queries(pairs, plain=True), len(pairs))
            documents = encoder.documents(batches.documents(pairs, plain=True), len(pairs))
        return queries.numpy(), documents.numpy()

    found = held_out(corpus, embed, headings=space == "prose")
    if space == "code" and bench is not None:
        cosqa = Cosqa.read(bench / "cosqa")
        queries = np.stack([model.embed_query(query) for query in cosqa.queries])
        found["cosqa"] = retrieval(queries, model.embed_documents(cosqa.codes), cosqa.right)
    return found
