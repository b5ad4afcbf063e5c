"""What a ranking is learned from."""

from pathlib import Path

import pytest

from dowse.evaluation.spec import Query, Repository, Spec, Target
from dowse.settings import Settings
from dowse_dev.evaluation import ranking_fit
from dowse_dev.evaluation.examples import Example, gather

FILES = {
    "net/retry.py": "def retry(call):\n    return call()\n\n\ndef wait_between(tries):\n    return 2**tries\n",
    "net/send.py": "def send(parcel):\n    return retry(parcel.post)\n",
    "docs/retry.md": "# Retries\n\nA failed call is tried again.\n",
}
PIECE = Target("net/retry.py", 1, 2, is_whole_path=True)
SECTION = Target("docs/retry.md", 1, 3, grade=1, is_whole_path=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / "waybill" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "waybill" / path).write_text(text)
    return tmp_path / "waybill"


def examples(root: Path, *queries: Query, name: str = "waybill") -> list[Example]:
    spec = Spec("bench", (Repository(name, root, "python", queries),))
    return gather(spec, ["lexical"], Settings(), root.parent / "cache")["lexical"]


def met_paths(example: Example, target: int) -> list[str]:
    """Return which files the candidates that meet a target lie in."""
    return sorted({ref.path for ref, met in zip(example.measured.refs, example.met[:, target], strict=True) if met})


def test_a_query_for_pieces_teaches_their_files_as_well(root):
    pieces, files = examples(root, Query("retry a call", (PIECE, SECTION)))

    assert (pieces.by_file, files.by_file) == (False, True)
    assert sorted(pieces.grades) == sorted(files.grades) == [1, 3]
    wanted = {"net/retry.py": 3, "docs/retry.md": 1}
    assert {met_paths(files, target)[0]: grade for target, grade in enumerate(files.grades)} == wanted
    assert files.met.sum() > pieces.met.sum()


def test_the_file_of_a_published_label_is_found_from_another_folder(root):
    _, files = examples(root, Query("retry a call", (Target("src/net/retry.py", 1, 2),)))
    assert met_paths(files, 0) == ["net/retry.py"]


def test_of_two_pieces_of_a_file_the_better_gives_its_grade(root):
    part = Target("net/retry.py", 5, 6, grade=2, is_whole_path=True)
    for labels in ((PIECE, part), (part, PIECE)):
        _, files = examples(root, Query("retry a call", labels))
        assert files.grades == (3,)


def test_what_has_no_answer_and_what_names_files_teaches_no_pieces(root):
    asked = examples(root, Query("refund a fare", ()), Query("retry a call", (Target("net/retry.py"),)))
    assert [example.by_file for example in asked] == [False]


def test_figures_are_of_pieces_alone(root):
    asked = [
        each for name in ("one", "other") for each in examples(root, Query("wait between tries", (PIECE,)), name=name)
    ]
    blind = [
        Example(each.repository, False, each.measured, each.met & each.by_file, each.grades, each.by_file)
        for each in asked
    ]

    scores, _ = ranking_fit.cross_validated(blind)

    assert scores == {"one": 0.0, "other": 0.0}  # no piece is right, and that a file is does not count
