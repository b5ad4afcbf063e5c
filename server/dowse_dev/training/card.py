"""The model card: what a built-in model is, what it was trained on, and how well it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dowse.training.corpus import HELD_OUT_OF, Corpus
from dowse_dev.training.plans import DIMENSIONS, Plan, Space
from dowse_dev.training.registries import Package
from dowse_dev.training.retrieval import CANDIDATES, Retrieval

_PURPOSE = {
    "code": "Finds functions and classes by what somebody says of them, and code that resembles code.",
    "prose": "Finds sections of notes and documentation by their matter.",
}
_LEARNED = {
    "code": "documentation comments and what they document",
    "prose": "headings and their sections, and first sentences of documentation comments and what follows them",
}


def model_card(
    space: Space,
    corpus: Corpus,
    packages: Sequence[Package],
    plan: Plan,
    left_out: Mapping[str, int],
    found: Mapping[str, Retrieval],
    size: int,
) -> str:
    """Return the card as Markdown."""
    registries = Counter(str(package.registry) for package in packages)
    licences = Counter(package.licence for package in packages)
    languages = Counter({str(name): int((corpus.language == i).sum()) for i, name in enumerate(corpus.languages)})
    table = "\n".join(
        f"| {name} | {each.mrr:.3f} | {each.first:.3f} | {each.within_ten:.3f} | {each.queries} |"
        for name, each in found.items()
    )
    return f"""\
# The built-in {space} model

{_PURPOSE[space]} It comes with Dowse under the MIT licence and is made by `dowse-dev train builtin`.

## What it is

A learned vector of {DIMENSIONS} dimensions for each of {plan.words:,} words, {plan.pieces:,} pieces of words and
{plan.pairs:,} hashed pairs of neighbours, in 8 bits; {size / 1e6:.1f} MB. A text's vector is their weighted sum.
`server/dowse/embedding/static.py` says how.

## What it was trained on

{int((~corpus.held_out).sum()):,} pairs, {_LEARNED[space]}, of {len(packages):,}
packages ({_listed(registries)}), which `server/dowse_dev/training/packages-{space}.tsv` lists with version and
licence. Licences were read by program from what the registries say: {_listed(licences, most=8)}.
Training began at the word vectors of all-MiniLM-L6-v2 (Apache-2.0), in their principal components.

Pairs by language, held-out ones included: {_listed(languages, most=24)}.

Left out of training:

- every package and folder of the projects that `server/dowse_dev/training/exclusions.py` names;
- {left_out.get("evaluation", 0):,} pairs whose code is at least half the same as code that relevance is judged on;
- {left_out.get("evaluation_query", 0):,} whose text is one of its queries;
- {left_out.get("repeated", 0):,} whose code had occurred before;
- {left_out.get("same_text", 0):,} beyond the fourth with the same text.

## How well it finds

Pairs of packages that were held out, one of {HELD_OUT_OF}, among at most {CANDIDATES:,} of their language; CoSQA's
development queries among all its functions, as they stand and behind a line with language and name:

| | MRR | first | within ten | queries |
|---|---|---|---|---|
{table}

## Limits

It knows words and pairs of words, not sentences: who does what to whom it cannot tell. It was trained on English. Pairs
that were held out are of the same kind as those it was trained on; what people ask is found less well.
"""


def _listed(counts: Counter[str], most: int | None = None) -> str:
    common = [(name, count) for name, count in counts.most_common(most) if count]
    others = sum(counts.values()) - sum(count for _, count in common)
    return ", ".join([f"{name} {count:,}" for name, count in common] + ([f"others {others:,}"] if others else []))
