import json
import random
import re
from pathlib import Path

import pytest

from dowse.evaluation.runner import opened
from dowse.evaluation.spec import Repository
from dowse.search.retrievers import RETRIEVERS
from dowse.settings import Settings
from dowse_dev.evaluation import translations
from dowse_dev.evaluation.changed_copies import CHANGES, changed, found_by_engine, found_by_minhash, functions
from dowse_dev.evaluation.translations import tasks

ALGORITHMS = Path(__file__).parent / "algorithms"

CODE = '''
def add_up(rows, factor):
    """Add up what the rows say."""
    total = 0
    count = len(rows)
    first = rows[0]
    for row in rows:
        if row.valid:
            total = total + row.amount * factor
    return total, count, first


def write_down(path, lines):
    with open(path, "w") as file:
        for line in lines:
            file.write(line.strip())
            file.write("\\n")
        file.flush()
    print("written", path)
'''


def test_a_renamed_copy_keeps_its_words_of_control_and_loses_its_names():
    copy = changed(CODE, "renamed", random.Random(1))
    assert "for " in copy
    assert "return " in copy
    assert "add_up" not in copy
    assert copy.count("\n") == CODE.count("\n")


def test_a_reordered_copy_has_the_same_lines():
    copies = {changed(CODE, "reordered", random.Random(seed)) for seed in range(9)}
    assert len(copies) > 1
    assert all(sorted(copy.splitlines()) == sorted(CODE.splitlines()) for copy in copies)


def test_a_retyped_copy_keeps_half_its_names_and_loses_its_comments():
    copy = changed("# why\n" + CODE, "retyped", random.Random(1))
    assert "# why" not in copy
    names = set(re.findall(r"\w+", CODE))
    assert 0.4 < len(names & set(re.findall(r"\w+", copy))) / len(names) < 0.95


def test_originals_and_translations_are_found(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(CODE)
    settings = Settings()
    known, asked = functions(tmp_path / "code", settings), tasks(ALGORITHMS, settings)
    with opened(Repository("r", tmp_path / "code", "python", ()), settings, tmp_path / "cache", ALGORITHMS) as engine:
        found = list(found_by_engine(engine, "r", known, frozenset()))
        blind = list(found_by_engine(engine, "r", known, frozenset(each.signal for each in RETRIEVERS)))
        translated = list(translations.found_by_engine(engine, "r", ALGORITHMS, asked, frozenset()))
    assert {outcome.query.kind for outcome in found} == {*CHANGES}
    assert {rank for outcome in found for rank in outcome.ranks} <= {1, 2}, "or after a translation of it"
    assert [outcome.ranks for outcome in blind] == [(None,)] * len(found)
    assert sum(outcome.ranks[0] is not None for outcome in translated) > 0.9 * len(asked)
    assert len(list(found_by_minhash("r", known, asked))) == len(found) + len(asked)


def test_each_task_is_done_in_every_language():
    asked = tasks(ALGORITHMS, Settings())
    assert len(asked) == 4 * len(json.loads((ALGORITHMS / "algorithms.json").read_text()))
    assert all(len({path for path, _ in task.others} | {task.path}) == 4 for task in asked)


def test_a_table_that_names_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"algorithms\.json"):
        tasks(tmp_path, Settings())
    (tmp_path / "algorithms.json").write_text('[["absent"]]')
    with pytest.raises(ValueError, match="absent"):
        tasks(tmp_path, Settings())
