"""``dowse-dev eval-similar``: how well similar code is found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.cli.options import invocation, shared_options
from dowse_dev.cli.eval_options import spec_argument, translations_option, trees_option

if TYPE_CHECKING:
    from dowse.evaluation.runner import Outcome
    from dowse.evaluation.spec import Spec
    from dowse.settings import Settings


@click.command("eval-similar", short_help="Measure how well changed copies and translations are found.")
@spec_argument
@trees_option
@translations_option
@shared_options
@click.pass_context
def command(ctx: click.Context, spec: Path, trees: Path | None, folder: Path | None) -> int:
    """Look for the originals of changed copies of functions of SPEC's repositories.

    SPEC is what dowse eval takes. Prints mean reciprocal rank and recall@10 with all signals and with some of them, and
    those of MinHash over words.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation.spec import load

    settings, cache = evaluation_settings(invocation(ctx))
    streams.emit(report(load(spec, trees=trees, work=cache), settings, cache, folder))
    return 0


def report(spec: Spec, settings: Settings, cache: Path, folder: Path | None) -> str:
    """Return how well copies and translations are found: by the engine with all and with some signals, by MinHash."""
    from dowse.evaluation.report import by_kind, latency, overall
    from dowse.evaluation.runner import opened
    from dowse.search.query import Signal
    from dowse_dev.evaluation import changed_copies
    from dowse_dev.evaluation import translations as translated

    signals = frozenset({Signal.SEMANTIC, Signal.KEYWORDS, Signal.STRUCTURE})
    ways = {"all signals": frozenset[Signal]()}
    ways |= {f"without {each}": frozenset({each}) for each in sorted(signals)}
    ways |= {f"{each} alone": signals - {each} for each in (Signal.SEMANTIC, Signal.STRUCTURE)}
    outcomes: dict[str, list[Outcome]] = {way: [] for way in (*ways, "MinHash")}
    tasks = translated.tasks(folder, settings) if folder is not None else []
    for repository in spec.repositories:
        known = changed_copies.functions(repository.folder, settings)
        with opened(repository, settings, cache, *([folder] if folder else ())) as engine:
            for way, without in ways.items():
                outcomes[way] += changed_copies.found_by_engine(engine, repository.name, known, without)
                if folder is not None:
                    outcomes[way] += translated.found_by_engine(engine, repository.name, folder, tasks, without)
        outcomes["MinHash"] += changed_copies.found_by_minhash(repository.name, known, tasks)
    lines = [f"{spec.name}: {len(outcomes['all signals'])} changed copies and translations"]
    for way, of in outcomes.items():
        lines += ["", way, f"  mrr        {overall(of, 'mrr')}", f"  recall@10  {overall(of, 'recall@10')}"]
        mrr, recall = by_kind(of, "mrr"), by_kind(of, "recall@10")
        lines += [f"    mrr {mrr[kind]:.3f}  recall@10 {recall[kind]:.3f}  {kind}" for kind in mrr]
        if way != "MinHash":
            lines.append("  latency    p50 {:.1f} ms, p95 {:.1f} ms".format(*latency(of)))
    return "\n".join(lines) + "\n"
