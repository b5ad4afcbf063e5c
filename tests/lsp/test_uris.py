"""URIs and paths, as each system and each editor spells them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dowse.lsp.uris import path_of, uri_of


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/me/a.py", "/home/me/a.py"),
        ("file:///home/me/a%20b%23c%3Fd.py", "/home/me/a b#c?d.py"),
        ("file:///home/me/a#b?c.py", "/home/me/a#b?c.py"),
        ("file://localhost/a.py", "/a.py"),
        ("FILE:///a.py", "/a.py"),
        ("file:/a.py", "/a.py"),
        ("file:///%C3%A9.py", "/é.py"),
        ("file:///caf\u00e9.py", "/café.py"),
        ("file:///bad%FFname.py", "/bad\udcffname.py"),
        ("file:///100%.py", "/100%.py"),
        ("file:///c%3A/a.py", "/c:/a.py"),
    ],
)
def test_file_uris_name_paths(uri: str, path: str) -> None:
    assert path_of(uri, windows=False) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c:/Users/me/a.py", "c:\\Users\\me\\a.py"),
        ("file:///C%3A/Users/me/a.py", "c:\\Users\\me\\a.py"),
        ("file:///c%3a/a%20b.py", "c:\\a b.py"),
        ("file:///C:", "c:\\"),
        ("file://server/share/a.py", "\\\\server\\share\\a.py"),
    ],
)
def test_drives_and_shares_of_windows(uri: str, path: str) -> None:
    assert path_of(uri, windows=True) == path


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "vscode-notebook-cell:/a.ipynb#C1", "", "file:a.py", "file:///a%00b", "/a", "git:/a"]
)
def test_other_uris_name_no_path(uri: str) -> None:
    assert path_of(uri, windows=False) is None


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("C:\\Users\\me\\a b.py", "file:///c:/Users/me/a%20b.py"),
        ("\\\\server\\share\\a.py", "file://server/share/a.py"),
    ],
)
def test_paths_of_windows_become_uris(path: str, uri: str) -> None:
    assert uri_of(path, windows=True) == uri


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_every_name_survives_the_way_there_and_back(name: bytes) -> None:
    path = "/" + os.fsdecode(name).lstrip("/")
    assert path_of(uri_of(path, windows=False), windows=False) == path


def test_what_pathlib_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a b+c@d,e;f=g&h%i.py"
    assert path_of(path.as_uri()) == str(path)
