import random

from dowse.evaluation.lookalikes import changed, found_by_engine, found_by_minhash
from dowse.evaluation.running import opened
from dowse.evaluation.spec import Repository
from dowse.search.query import Signal
from dowse.settings import ModelSettings, Settings

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


def test_originals_are_found_from_their_copies(tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(CODE)
    repository = Repository("r", tmp_path / "code", "python", ())
    settings = Settings(models=ModelSettings(code="hash", prose="hash"))
    with opened(repository, settings, tmp_path / "cache") as engine:
        found = list(found_by_engine(engine, repository, settings, frozenset()))
        blind = list(found_by_engine(engine, repository, settings, frozenset(Signal)))
    assert {outcome.query.kind for outcome in found} >= {"renamed", "renamed and reordered"}
    assert [outcome.ranks for outcome in found] == [(1,)] * len(found)
    assert [outcome.ranks for outcome in blind] == [(None,)] * len(found)
    assert len(list(found_by_minhash(repository, settings))) == len(found)
