"""``dowse-dev eval-duplicates``: how well near-duplicates are found."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from dowse.cli.options import invocation, shared_options
from dowse_dev.cli.eval_options import spec_argument, translations_option, trees_option

if TYPE_CHECKING:
    from dowse.evaluation.spec import Spec
    from dowse.settings import Settings

SIMILARITIES = (0.6, 0.7, 0.8)
THRESHOLDS = (0.3, 0.5, 0.7)
"""Of MinHash, where functions are as like as these."""


@click.command("eval-duplicates", short_help="Measure how well near-duplicates are found.")
@spec_argument
@trees_option
@translations_option
@shared_options
@click.pass_context
def command(ctx: click.Context, spec: Path, trees: Path | None, folder: Path | None) -> int:
    """Look for near-duplicates among functions of SPEC's repositories and changed copies of them.

    SPEC is what dowse eval takes. Prints recall and precision, beside those of MinHash over words.
    """
    from dowse.cli import streams
    from dowse.cli.configuration import evaluation_settings
    from dowse.evaluation.spec import load

    settings, cache = evaluation_settings(invocation(ctx))
    streams.emit(report(load(spec, trees=trees, work=cache), settings, cache, folder))
    return 0


def report(spec: Spec, settings: Settings, cache: Path, folder: Path | None) -> str:
    """Return recall and precision of planted copies, by kind, for the engine and for MinHash."""
    from dowse.evaluation.runner import opened
    from dowse_dev.evaluation import changed_copies, planted_copies
    from dowse_dev.evaluation import translations as translated

    tasks = translated.tasks(folder, settings) if folder is not None else []
    ways: dict[str, list[tuple[planted_copies.Planted, set[planted_copies.Place]]]] = defaultdict(list)
    for repository in spec.repositories:
        root = repository.folder.resolve()
        known = changed_copies.functions(root, settings)
        with TemporaryDirectory() as into:
            made = Path(into).resolve()
            asked = planted_copies.planted(root, known, repository.name, made, tasks, folder or made)
            functions = {(str(root / path), chunk.start_line): chunk.text for path, chunk in known}
            functions |= {place: each.text for place, each in asked.items()}
            with opened(repository, settings, cache, made, *([folder] if folder else ())) as engine:
                for similarity in SIMILARITIES:
                    pairs = planted_copies.paired_by_engine(engine, similarity)
                    ways[f"dowse, similarity {similarity}"] += planted_copies.answered(asked, pairs)
            for threshold in THRESHOLDS:
                pairs = planted_copies.paired_by_minhash(functions, asked, threshold)
                ways[f"MinHash, threshold {threshold}"] += planted_copies.answered(asked, pairs)
    lines = [f"{spec.name}: near-duplicates of planted functions"]
    for way, answers in ways.items():
        lines += ["", way]
        lines += [
            f"  recall {score.recall:.3f}  precision {score.precision:.3f}  {kind} ({score.count})"
            for kind, score in planted_copies.scores(answers)
        ]
    return "\n".join(lines) + "\n"
