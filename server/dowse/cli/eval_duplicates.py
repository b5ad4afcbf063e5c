"""What ``dowse eval --duplicates`` prints."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dowse.evaluation.spec import Spec
    from dowse.settings import Settings

SIMILARITIES = (0.6, 0.7, 0.8)
THRESHOLDS = (0.3, 0.5, 0.7)
"""Of MinHash, where functions are as like as these."""


def report(spec: Spec, settings: Settings, cache: Path, translations: Path | None) -> str:
    """Return recall and precision of planted copies, by kind, for the engine and for MinHash where it is installed."""
    from importlib.util import find_spec

    from dowse.evaluation import clones, lookalikes
    from dowse.evaluation import translations as translated
    from dowse.evaluation.running import opened

    folder = translations.resolve() if translations is not None else None
    tasks = translated.tasks(folder, settings) if folder is not None else []
    ways: dict[str, list[tuple[clones.Planted, set[clones.Place]]]] = defaultdict(list)
    for repository in spec.repositories:
        root = repository.folder.resolve()
        known = lookalikes.functions(root, settings)
        with TemporaryDirectory() as into:
            made = Path(into).resolve()
            asked = clones.planted(root, known, repository.name, made, tasks, folder or made)
            functions = {(str(root / path), chunk.start_line): chunk.text for path, chunk in known}
            functions |= {place: each.text for place, each in asked.items()}
            with opened(repository, settings, cache, made, *([folder] if folder else ())) as engine:
                for similarity in SIMILARITIES:
                    pairs = clones.paired_by_engine(engine, similarity)
                    ways[f"dowse, similarity {similarity}"] += clones.answered(asked, pairs)
            if find_spec("datasketch") is not None:
                for threshold in THRESHOLDS:
                    pairs = clones.paired_by_minhash(functions, asked, threshold)
                    ways[f"MinHash, threshold {threshold}"] += clones.answered(asked, pairs)
    lines = [f"{spec.name}: near-duplicates of planted functions"]
    for way, answers in ways.items():
        lines += ["", way]
        lines += [
            f"  recall {score.recall:.3f}  precision {score.precision:.3f}  {kind} ({score.count})"
            for kind, score in clones.scores(answers)
        ]
    return "\n".join(lines) + "\n"
