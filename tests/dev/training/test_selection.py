"""Which of the pairs that were mined are trained on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from dowse.training.pairs import Pair
from dowse_dev.training.mining import write_pairs
from dowse_dev.training.overlap import EvaluationTexts
from dowse_dev.training.registries import Package
from dowse_dev.training.selection import selected_pairs


def test_repeated_code_and_what_relevance_is_judged_on_are_left_out_and_counted(tmp_path: Path) -> None:
    package = Package("pypi", "a")
    judged = "def is_number(text):\n    try:\n        return bool(float(text))\n    except ValueError:\n        pass"
    kept = Pair("doc", "python", "f", "reads the configuration file", "", "python f\ndef f(path): return open(path)")
    write_pairs(
        tmp_path,
        package,
        [
            kept,
            Pair(
                "doc", "python", "g", "something else entirely", "", "python g\n" + kept.body.partition("\n")[2] + "\n"
            ),
            Pair("doc", "python", "is_num", "checks a text", "", f"python is_num\n@cache\n{judged}"),
            Pair("doc", "python", "h", "How to open a FILE?", "", "python h\ndef h(): pass"),
        ],
    )
    left_out: Counter[str] = Counter()

    found = list(selected_pairs(tmp_path, [package], EvaluationTexts([judged], ["how to open a file"]), left_out))

    assert found == [(0, kept)]
    assert left_out == {"repeated": 1, "evaluation": 1, "evaluation_query": 1}
