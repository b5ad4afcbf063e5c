"""Paths of files, as each system writes them, and their paths in a folder."""

import pytest

from dowse.workspace.paths import absolute_path, path_within

CASES = [
    ("/", "/home/me", "/home/me/src/a.py", "src/a.py"),
    ("/", "/", "/src/a.py", "src/a.py"),
    ("\\", "C:\\work", "C:\\work\\src\\a.py", "src/a.py"),
    ("\\", "C:\\", "C:\\src\\a.py", "src/a.py"),
    ("\\", "\\\\server\\share\\work", "\\\\server\\share\\work\\src\\a.py", "src/a.py"),
]


@pytest.mark.parametrize(("separator", "folder", "path", "within"), CASES)
def test_a_file_s_path_in_a_folder_and_back(separator, folder, path, within):
    assert path_within(folder, path, separator) == within
    assert absolute_path(folder, within, separator) == path
    assert path_within(folder, folder, separator) == ""


@pytest.mark.parametrize(
    ("separator", "folder", "path"),
    [
        ("/", "/home/me", "/home/meadow/a.py"),
        ("/", "/home/me", "/home"),
        ("\\", "C:\\work", "C:\\workshop\\a.py"),
        ("\\", "C:\\work", "D:\\work\\a.py"),
        ("\\", "\\\\server\\share", "\\\\server\\shared\\a.py"),
    ],
)
def test_a_path_that_only_begins_alike_is_outside(separator, folder, path):
    assert path_within(folder, path, separator) is None


def test_a_backslash_is_part_of_a_name_where_it_separates_nothing():
    assert path_within("/home/me", "/home/me/a\\b.py", "/") == "a\\b.py"
