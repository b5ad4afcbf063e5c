"""``dowse eval``: how good the answers are, on queries whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.evaluation.runner import Outcome, Variant
    from dowse.evaluation.spec import Spec, Split
    from dowse.search.query import Mode

_HEADLINE = "ndcg@10"


@click.command("eval", short_help="Measure how good the answers are on queries with known answers.")
@click.argument("spec", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--trees",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the repositories of a published set lie, one folder each.",
)
@click.option(
    "--split",
    type=click.Choice(["train", "development", "test"]),
    help="Only this part of Dowse's own benchmark.",
)
@click.option(
    "--mode",
    "modes",
    type=click.Choice(["hybrid", "semantic", "lexical"]),
    multiple=True,
    help="How to search; hybrid if not given. Repeat it to compare.",
)
@click.option(
    "--model", "models", multiple=True, metavar="SPEC", help="A model for both spaces. Repeat it to compare models."
)
@click.option("--ablate", is_flag=True, help="Also search without each signal in turn.")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with what an earlier run wrote with --output.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write all figures there as JSON.")
@shared_options
@click.pass_context
def command(
    ctx: click.Context,
    spec: Path,
    trees: Path | None,
    split: Split | None,
    modes: tuple[Mode, ...],
    models: tuple[str, ...],
    ablate: bool,
    against: Path | None,
    output: Path | None,
) -> int:
    """Ask the queries of SPEC and compare the answers with the known ones.

    SPEC is a JSON file, as docs/evaluation.md describes it, or the folder of Dowse's own benchmark or of a published
    set, or a folder of source, which is then asked for its own definitions, by name and by docstring. The queries go
    through the engine that the language server uses, with default settings and what --set says. Settings that are
    compared are paired by repository; intervals are 95 %, by the bootstrap over repositories.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation import spec as specs
    from dowse.evaluation.runner import run

    if split is not None and not specs.has_splits(spec):
        raise click.UsageError(f"{spec} has no parts: --split is for Dowse's own benchmark.")
    earlier = _earlier(against)
    settings, cache = evaluation_settings(invocation(ctx))
    asked = specs.load(spec, trees=trees, split=split, work=cache)
    variants = _variants(modes or ("hybrid",), models, ablate)
    tell = streams.report if streams.is_watched() else _silent
    outcomes = run(asked, variants, settings, cache, tell)
    streams.emit(_text(asked, outcomes, earlier))
    if output is not None:
        output.write_text(json.dumps(_value(asked, outcomes), indent=1) + "\n", "utf-8")
    return 0


def _variants(modes: Sequence[Mode], models: Sequence[str], ablate: bool) -> list[Variant]:
    from dowse.evaluation.runner import Variant
    from dowse.search.ranking import RANKED_SIGNALS

    variants = [Variant(model, mode) for model in models or (None,) for mode in dict.fromkeys(modes)]
    if ablate:
        variants += [Variant(variants[0].model, variants[0].mode, frozenset({signal})) for signal in RANKED_SIGNALS]
    return variants


def _silent(text: str) -> None:
    pass


def _earlier(path: Path | None) -> dict[str, dict[str, float]]:
    """Return what an earlier run measured: the headline metric by repository, by variant."""
    if path is None:
        return {}
    try:
        value = json.loads(path.read_text("utf-8"))
        return {f"{each['name']} ({path.name})": each["repositories"][_HEADLINE] for each in value["variants"][:1]}
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError(f"{path} was not written by dowse eval --output.") from error


def _text(spec: Spec, outcomes: Mapping[Variant, Sequence[Outcome]], earlier: Mapping[str, Mapping[str, float]]) -> str:
    from dowse.evaluation.metrics import METRICS
    from dowse.evaluation.report import by_kind, by_language, empty_answers, latency, overall, scores

    queries = len(next(iter(outcomes.values())))
    lines = [f"{spec.name}: {queries} queries, {len(spec.repositories)} repositories"]
    for variant, of in outcomes.items():
        lines += ["", variant.name]
        lines += [f"  {metric:<10} {overall(of, metric)}" for metric in METRICS]
        if (empty := empty_answers(of)) is not None:
            lines.append(f"  {'empty':<10} {empty[0]:.3f} of what has no answer, {empty[1]:.3f} of what has one")
        median, high = latency(of)
        lines.append(f"  {'latency':<10} p50 {median:.1f} ms, p95 {high:.1f} ms")
    first, of = next(iter(outcomes.items()))
    for title, groups in (
        ("repository", scores(of, _HEADLINE)),
        ("language", by_language(of, _HEADLINE)),
        ("kind of query", by_kind(of, _HEADLINE)),
    ):
        if len(groups) > 1:
            lines += ["", f"{_HEADLINE} by {title} ({first.name})"]
            lines += [f"  {value:.3f}  {name}" for name, value in sorted(groups.items(), key=lambda pair: pair[1])]
    lines += _compared(spec, outcomes, earlier)
    lines += _failures(first, of)
    return "\n".join(lines) + "\n"


def _compared(
    spec: Spec, outcomes: Mapping[Variant, Sequence[Outcome]], earlier: Mapping[str, Mapping[str, float]]
) -> list[str]:
    from dowse.evaluation.report import difference, scores

    first, *rest = outcomes
    mine = scores(outcomes[first], _HEADLINE)
    others = {variant.name: scores(outcomes[variant], _HEADLINE) for variant in rest}
    for system in sorted({name for repository in spec.repositories for name in repository.published}):
        others[f"{system} (published)"] = {
            repository.name: repository.published[system]
            for repository in spec.repositories
            if system in repository.published
        }
    others.update({name: dict(values) for name, values in earlier.items()})
    comparable = {name: values for name, values in others.items() if mine.keys() & values.keys()}
    if not comparable:
        return []
    lines = ["", f"{_HEADLINE}: {first.name}, less that of"]
    return lines + [f"  {difference(mine, values)}  {name}" for name, values in comparable.items()]


def _failures(variant: Variant, of: Sequence[Outcome]) -> list[str]:
    from dowse.cli import streams
    from dowse.evaluation.report import failures

    worst = failures(of)
    if not worst:
        return []
    lines = ["", f"worst answers ({variant.name})"]
    for outcome in worst:
        found = [f"{target.path} at {rank or 'none'}" for target, rank in _targets(outcome)]
        lines.append(streams.escaped(f"  {outcome.repository}: {outcome.query.query[:100]}"))
        lines.append(streams.escaped(f"      wanted {', '.join(found)}; first {', '.join(outcome.first) or 'nothing'}"))
    return lines


def _targets(outcome: Outcome) -> list[tuple[Any, int | None]]:
    return list(zip(outcome.query.relevant, outcome.ranks, strict=True))[:4]


def _value(spec: Spec, outcomes: Mapping[Variant, Sequence[Outcome]]) -> dict[str, Any]:
    from dowse.evaluation.report import as_value, stamp

    return {
        **stamp(),
        "spec": spec.name,
        "variants": [as_value(variant, of) for variant, of in outcomes.items()],
    }
