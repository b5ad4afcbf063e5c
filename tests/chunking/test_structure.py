"""How alike pieces of code are built."""

import pytest

from dowse.chunking.structure import SKETCH_BYTES, likeness, marks, resemblance, runs, sketch

PYTHON = """
def total(items):
    result = 0
    for item in items:
        if item.price > 0:
            result = result + item.price * 2
    return result
"""
RENAMED = """
def zu(ba):  # another comment
    ko = 7
    for de in ba:
        if de.fi > 3:
            ko = ko + de.fi * 5
    return ko
"""
RUST = """
fn total(items: &[Item]) -> i64 {
    let mut result = 0;
    for item in items {
        if item.price > 0 {
            result = result + item.price * 2;
        }
    }
    return result;
}
"""
OTHER = """
def open_all(paths):
    try:
        return [open(path, "rb").read() for path in paths]
    except OSError as error:
        raise RuntimeError("cannot read") from error
"""


def alike(one, other):
    return likeness(runs(one), runs(other))


def test_names_and_numbers_and_comments_do_not_matter():
    assert alike(PYTHON, RENAMED) == 1.0


def test_a_translation_is_more_alike_than_other_code_of_the_same_language():
    assert alike(PYTHON, RUST) > 2 * alike(PYTHON, OTHER)


def test_a_changed_line_leaves_the_rest_alike():
    changed = PYTHON.replace("result + item.price * 2", "compute(result, item)")
    assert 0.4 < alike(PYTHON, changed) < 1.0


@pytest.mark.parametrize("text", ["", "x", "\n\n", "# nothing but a comment"])
def test_too_little_code_is_like_nothing(text):
    assert alike(text, PYTHON) == alike(text, text) == 0.0


def test_a_sketch_tells_nearly_the_likeness_of_the_whole():
    for one, other in ((PYTHON, RENAMED), (PYTHON, RUST), (PYTHON, OTHER)):
        assert len(sketch(one)) == SKETCH_BYTES
        assert resemblance(sketch(one), sketch(other)) == pytest.approx(alike(one, other), abs=0.1)


def test_a_sketch_is_the_same_in_every_process():
    assert sketch(PYTHON).hex().startswith("00410000000000000036620000000005da000000")


@pytest.mark.parametrize("text", ["", "x", "# nothing"])
def test_too_little_code_has_no_sketch_and_resembles_nothing(text):
    assert sketch(text) == b""
    assert resemblance(b"", sketch(PYTHON)) == resemblance(b"", b"") == 0.0


@pytest.mark.parametrize("text", ['"' * 20_000, "/*" * 20_000, "`" + "\\\\" * 20_000, "a<" * 20_000, "'''" * 9_999])
def test_broken_text_is_taken_apart_all_the_same(text):
    assert isinstance(marks(text), str)


def test_tables_of_numbers_and_texts_are_not_alike_for_their_length():
    assert marks("x = [1, 2, 3, 4, 5, 6, 7]") == marks("y = [1]")
    assert marks("f('a', 'b', 'c')") == marks("f('a')")
