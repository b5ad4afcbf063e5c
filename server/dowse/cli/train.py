"""``dowse train``: learn what Dowse ships, from data on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.evaluation.examples import Example
    from dowse.search.ranking import Weights


@click.group("train", short_help="Train the built-in models, or learn the ranking.")
def command() -> None:
    """Learn what Dowse ships, from data on this machine."""


@command.command("builtin")
@click.argument("work", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--packages", type=click.Path(exists=True, path_type=Path), help="A list of packages in place of the one kept."
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

    Downloads the packages to WORK (4 GB), takes pairs of text and code from those that are permissively licensed,
    trains, and writes each model with its card to WORK/models. What is in WORK already is not done again. Takes an
    hour or two on two cores, and needs the extra transformers, npm and apt-get.
    """
    from dowse.cli import streams
    from dowse.training.builtin import Judged, train_builtin
    from dowse.training.manifest import MANIFEST, read_manifest

    judged = Judged(judged_by, trees)
    for each in (space,) if space else ("code", "prose"):
        folder = train_builtin(
            each, read_manifest(packages or MANIFEST), work, judged, processes=processes, report=streams.report
        )
        streams.emit(f"{folder}\n")
    return 0


@command.command("ranking")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--trees",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the repositories of a published set lie, one folder each.",
)
@click.option("--model", metavar="SPEC", help="The model of both spaces to learn with.")
@click.option(
    "--own",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="Also ask each repository for so many of its own definitions, by name and by docstring.",
)
@click.option("--ablate", is_flag=True, help="Also learn without each signal in turn, to see what it adds.")
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
    output: Path | None,
) -> int:
    """Learn how candidates are ranked from the queries of every SPEC (see dowse eval).

    Prints NDCG@10 of repositories by weights that were learned from all the others, mode by mode, with 95 % intervals.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import parse_assignments
    from dowse.engine import default_cache_dir
    from dowse.evaluation import fitting
    from dowse.evaluation.examples import gather
    from dowse.evaluation.report import difference, figure
    from dowse.evaluation.running import with_model
    from dowse.evaluation.spec import load
    from dowse.search.query import Mode
    from dowse.search.ranking import RANKED
    from dowse.settings import Settings, layered

    given = invocation(ctx)
    settings, refused = layered(Settings(), parse_assignments(given.assignments), "--set", trusted=True)
    if refused:
        raise click.UsageError(f"--set {refused[0].name}: {refused[0].message}.")
    settings = with_model(settings, model)
    cache = given.cache_dir or default_cache_dir() / "evaluation"
    modes: tuple[Mode, ...] = ("hybrid", "lexical", "semantic")
    sets = [load(spec, trees=trees, work=cache) for spec in specs]
    examples: dict[Mode, list[Example]] = {mode: [] for mode in modes}
    for each in sets:
        for mode, gathered in gather(each, modes, settings, cache, own=own).items():
            examples[mode] += gathered
    repositories = sum(len(each.repositories) for each in sets)
    notes = [
        "How the features of dowse/search/features.py are weighed. Written by `dowse train ranking`; do not edit.",
        f"Learned from {len(examples['hybrid'])} queries ({own} of each kind by the code itself) of",
        f"{repositories} repositories ({', '.join(each.name for each in sets)}) with the model {settings.models.code}.",
        "NDCG@10, cross-validated by repository:",
    ]
    learned: dict[str, Weights] = {}
    for mode in modes:
        scores, of_own = fitting.cross_validated(examples[mode])
        for each in sets:
            of_set = [scores[repository.name] for repository in each.repositories if repository.name in scores]
            notes.append(f"{mode}, {each.name}: {figure(of_set)}")
            streams.emit(f"{notes[-1]}\n")
        streams.emit("".join(f"  {score:.3f}  {name}\n" for name, score in scores.items()))
        if of_own:
            streams.emit(f"  {figure(list(of_own.values()))}  asked by the code itself\n")
        for signal in RANKED if ablate else ():
            lacking, _ = fitting.cross_validated(examples[mode], frozenset({signal}))
            streams.emit(f"  {difference(scores, lacking)}  more than without {signal}\n")
        learned[mode] = fitting.fit(examples[mode])
    if output is not None:
        output.write_text(fitting.as_toml(learned, "\n".join(notes)), "utf-8")
    return 0
