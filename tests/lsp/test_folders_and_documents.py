"""Which name of the client stands for what."""

from pathlib import Path

import pytest

from dowse.lsp.client import Client, profile_of
from dowse.lsp.disk_calls import DiskCalls
from dowse.lsp.documents import OpenDocuments
from dowse.lsp.folders import WorkspaceFolders

DISK = DiskCalls(patience=10, limit=1)


def folders_of(*uris: str) -> WorkspaceFolders:
    folders = WorkspaceFolders(DISK.real_path_of)
    folders.change(uris, ())
    return folders


def test_the_innermost_folder_owns_a_file(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    folders = folders_of(tmp_path.as_uri(), inner.as_uri())
    assert folders.uri_of(str(inner / "a.py")) == (inner / "a.py").as_uri()
    owner = folders.owner(str(inner / "a.py"))
    assert owner is not None
    assert owner.path == str(inner)
    assert folders.owner(str(tmp_path) + "x/a.py") is None


def test_hits_stand_below_the_folder_as_the_client_spells_it(tmp_path: Path) -> None:
    real = tmp_path / "real place"
    real.mkdir()
    link = tmp_path / "link"
    link.symlink_to(real)
    folders = folders_of(link.as_uri() + "/")
    assert folders.paths == [real]
    assert folders.uri_of(str(real / "sub" / "a b.py")) == link.as_uri() + "/sub/a%20b.py"
    assert folders.by_uri(real.as_uri()) is not None


def test_folders_come_and_go_once(tmp_path: Path) -> None:
    folders = folders_of(tmp_path.as_uri())
    other = tmp_path / "other"
    assert folders.change([tmp_path.as_uri(), other.as_uri()], ["untitled:x"]) == ([other], [])
    assert folders.change([], [tmp_path.as_uri(), "file:///never/here"]) == ([], [tmp_path])
    assert folders.paths == [other]


def test_an_open_document_keeps_the_clients_spelling(tmp_path: Path) -> None:
    documents = OpenDocuments(DISK.real_path_of)
    odd = tmp_path.as_uri() + "/%61.py"
    document = documents.open(odd)
    assert document == str(tmp_path / "a.py")
    assert documents.uri_of(document) == odd
    assert documents.name_of((tmp_path / "a.py").as_uri()) == document
    assert documents.close(odd) == document
    assert documents.uri_of(document) is None
    assert documents.close(odd) is None


def test_cells_are_numbered_as_they_stand_now() -> None:
    documents = OpenDocuments(DISK.real_path_of)
    assert documents.open_notebook("file:///n.ipynb", ["cell:1", "cell:2"]) == "/n.ipynb"
    documents.set_cells("file:///n.ipynb", ["cell:2", "cell:3"])
    cell = documents.cell("cell:2")
    assert cell is not None
    assert (cell.notebook, cell.number) == ("file:///n.ipynb", 1)
    assert documents.cell("cell:1") is None
    assert documents.close_notebook("file:///n.ipynb") == "/n.ipynb"
    assert documents.cell("cell:2") is None


@pytest.mark.parametrize(
    ("name", "hover", "symbols", "trusted"),
    [
        ("Visual Studio Code", True, "off", False),
        ("Visual Studio Code - Insiders", True, "off", False),
        ("Neovim", True, "on", True),
        ("Eglot", False, "on", False),
        ("emacs", False, "on", False),
        ("helix", True, "on", True),
        ("Zed", True, "off", False),
        ("Something new", True, "prefixed", False),
        ("", True, "prefixed", False),
    ],
)
def test_each_client_gets_what_suits_it(name: str, hover: bool, symbols: str, trusted: bool) -> None:
    profile = profile_of(name)
    assert (profile.hover, profile.workspace_symbols, profile.trusts_configuration) == (hover, symbols, trusted)


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        ([], "utf-16"),
        (["utf-32", "utf-8"], "utf-32"),
        (["utf-7", "utf-8"], "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_the_clients_first_choice_of_encodings_counts(offered: object, chosen: str) -> None:
    assert Client.of("x", {"general": {"positionEncodings": offered}}).encoding == chosen


def test_the_root_of_the_disk_is_a_folder() -> None:
    folders = folders_of("file:///")
    assert folders.uri_of("/etc/hosts") == "file:///etc/hosts"
    assert folders.uri_of("/") == "file:///"
