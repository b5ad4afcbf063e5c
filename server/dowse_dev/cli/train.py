"""``dowse-dev train``: learn what Dowse ships, from data on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dowse.cli.options import invocation, shared_options
from dowse_dev.cli.eval_options import trees_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dowse.evaluation.spec import Spec
    from dowse.search.ranking_model import Weights
    from dowse_dev.evaluation.examples import Example

SIMILARITIES = (0.5, 0.6, 0.7, 0.8)
"""At which functions of two languages count as doing the same."""


@click.group("train", short_help="Train the built-in models, or learn the ranking.")
def command() -> None:
    """Learn what Dowse ships, from data on this machine."""


@command.command("builtin")
@click.argument("work", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--packages", type=click.Path(exists=True, path_type=Path), help="A list of packages in place of those kept."
)
@click.option(
    "--judged-by",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with CoSQA and other queries: none of it is trained on, and the code model is measured by it.",
)
@click.option(
    "--tree",
    "trees",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Source code that relevance is judged on: nothing that resembles it is trained on. May be repeated.",
)
@click.option("--space", type=click.Choice(["code", "prose"]), help="Only this model.")
@click.option("--processes", type=click.IntRange(1), default=2, show_default=True, help="For reading packages.")
@shared_options
def builtin(
    work: Path,
    packages: Path | None,
    judged_by: Path | None,
    trees: tuple[Path, ...],
    space: Literal["code", "prose"] | None,
    processes: int,
) -> int:
    """Train the built-in models from source packages of PyPI, npm and Debian.

    Downloads the packages to WORK (14 GB), takes pairs of text and code from those that are permissively licensed,
    trains, and writes each model with its card to WORK/models. What is in WORK already is not done again. Takes
    some three hours on two cores, and needs the extra training, npm and apt-get.
    """
    from dowse.cli import streams

    try:
        from dowse_dev.training.builtin import Judged, train_builtin
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is missing: pip install 'server/dowse_dev[training]' in a clone."
        ) from error
    from dowse_dev.training.manifest import MANIFESTS, read_manifest

    judged = Judged(judged_by, trees)
    for each in (space,) if space else ("code", "prose"):
        wanted = read_manifest(packages or MANIFESTS[each])
        folder = train_builtin(each, wanted, work, judged, processes=processes, report=streams.report)
        streams.emit(f"{folder}\n")
    return 0


@command.command("ranking")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", type=click.Path(exists=True, path_type=Path))
@trees_option
@click.option("--model", metavar="SPEC", help="The model of both spaces to learn with.")
@click.option(
    "--own",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Also ask each repository for so many of its own definitions, by name and by docstring.",
)
@click.option("--ablate", is_flag=True, help="Also learn without each signal in turn, to see what it adds.")
@click.option("--boosted", is_flag=True, help="Also learn trees of several sizes, to compare.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the weights there, as search/ranking.toml."
)
@shared_options
@click.pass_context
def ranking(
    ctx: click.Context,
    specs: tuple[Path, ...],
    trees: Path | None,
    model: str | None,
    own: int,
    ablate: bool,
    boosted: bool,
    output: Path | None,
) -> int:
    """Learn how candidates are ranked from the queries of every SPEC (see dowse eval).

    Prints NDCG@10 of repositories by weights that were learned from all the others, mode by mode, with 95 % intervals.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation.report import difference, figure
    from dowse.evaluation.runner import with_model
    from dowse.evaluation.spec import load
    from dowse.search.query import Mode
    from dowse.search.ranking import RANKED_SIGNALS
    from dowse_dev.evaluation import ranking_fit
    from dowse_dev.evaluation.examples import gather

    settings, cache = evaluation_settings(invocation(ctx))
    settings = with_model(settings, model)
    modes: tuple[Mode, ...] = ("hybrid", "lexical", "semantic")
    sets = [load(spec, trees=trees, split="train", work=cache) for spec in specs]
    examples: dict[Mode, list[Example]] = {mode: [] for mode in modes}
    for each in sets:
        for mode, gathered in gather(each, modes, settings, cache, own=own).items():
            examples[mode] += gathered
    queries = sum(not example.by_file for example in examples["hybrid"])
    repositories = sum(len(each.repositories) for each in sets)
    notes = [
        "How the features of dowse/search/features.py are weighed. Written by `dowse-dev train ranking`; do not edit.",
        f"Learned from {queries} queries ({own} of each kind by the code itself) of",
        f"{repositories} repositories ({', '.join(each.name for each in sets)}) with the model {settings.models.code}.",
        "NDCG@10, cross-validated by repository:",
    ]
    learned: dict[str, Weights] = {}
    for mode in modes:
        scores, of_own = ranking_fit.cross_validated(examples[mode])
        for each in sets:
            of_set = [scores[repository.name] for repository in each.repositories if repository.name in scores]
            notes.append(f"{mode}, {each.name}: {figure(of_set)}")
            streams.emit(f"{notes[-1]}\n")
        streams.emit("".join(f"  {score:.3f}  {name}\n" for name, score in scores.items()))
        if of_own:
            streams.emit(f"  {figure(list(of_own.values()))}  asked by the code itself\n")
        for signal in RANKED_SIGNALS if ablate else ():
            lacking, _ = ranking_fit.cross_validated(examples[mode], frozenset({signal}))
            streams.emit(f"  {difference(scores, lacking)}  more than without {signal}\n")
        if boosted:
            streams.emit(_trees_beside_linear(examples[mode], sets[0]))
        learned[mode] = ranking_fit.fit(examples[mode])
    if output is not None:
        output.write_text(ranking_fit.as_toml(learned, "\n".join(notes)), "utf-8")
    return 0


def _trees_beside_linear(examples: Sequence[Example], asked: Spec) -> str:
    """Return how much better than the linear model trees rank the repositories of a set."""
    from dowse.evaluation.report import difference, figure
    from dowse_dev.evaluation import boosted_trees

    found = boosted_trees.cross_validated(examples)
    names = {repository.name for repository in asked.repositories}
    linear = {name: score for name, score in found.pop(boosted_trees.LINEAR).items() if name in names}
    found_by = f"{boosted_trees.LINEAR}, {asked.name}, in {boosted_trees.FOLDS} parts"
    lines = [f"  {figure(list(linear.values()))}  {found_by}; better:"]
    return "\n".join([*lines, *(f"  {difference(scores, linear)}  {name}" for name, scores in found.items())]) + "\n"


@command.command("translation")
@click.argument("algorithms", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", type=click.Path(exists=True, path_type=Path))
@trees_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was learned there, as search/translation.toml.",
)
@shared_options
@click.pass_context
def translation(
    ctx: click.Context, algorithms: Path, specs: tuple[Path, ...], trees: Path | None, output: Path | None
) -> int:
    """Learn when functions of two languages do the same.

    ALGORITHMS is a folder as dowse-dev eval-similar --translations takes it; the repositories of every SPEC give
    functions that are near in meaning and do something else. Prints how many translations are told by a model that was
    learned from other algorithms and other repositories.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation.spec import load
    from dowse.search.query import DuplicatesRequest
    from dowse_dev.evaluation import translation_fit

    settings, cache = evaluation_settings(invocation(ctx))
    repositories = [each for spec in specs for each in load(spec, trees=trees, work=cache).repositories]
    pairs = translation_fit.gathered(repositories, algorithms.resolve(), settings)
    likelihood = translation_fit.cross_validated(pairs)
    right = int(pairs.right.sum())
    notes = [
        "What makes functions of two languages do the same. Written by `dowse-dev train translation`; do not edit.",
        f"Learned from {right} pairs of translations and {len(pairs.right) - right} pairs of neighbours in",
        f"{len(repositories)} repositories with the model {settings.models.code}.",
        "Cross-validated by algorithm and by repository:",
    ]
    for least in SIMILARITIES:
        recall, precision = translation_fit.recall_and_precision(pairs, likelihood, least)
        notes.append(f"similarity {least}: recall {recall:.3f}, precision {precision:.3f}")
    streams.emit("".join(f"{note}\n" for note in notes))
    found = translation_fit.by_algorithm(pairs, likelihood, DuplicatesRequest().min_similarity)
    streams.emit("".join(f"  {share:.2f}  {name}\n" for name, share in found.items()))
    if output is not None:
        output.write_text(translation_fit.as_toml(translation_fit.fit(pairs), "\n".join(notes)), "utf-8")
    return 0
